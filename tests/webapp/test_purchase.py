"""A purchase in the Mini App, in a real browser, with signed launch data."""

import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page, expect

from apps.catalog.models import Tag, Variant
from apps.catalog.services import index_products
from apps.core.time import now
from apps.orders.models import Order
from bot.simulator import initdata
from tests.browser_support import DESKTOP, PHONE
from tests.conftest import make_init_data
from tests.factories import (
    CategoryFactory,
    PickupPointFactory,
    ProductFactory,
    SlotFactory,
    stocked_variant,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PICTURES = Path(settings.BASE_DIR) / "test-results" / "webapp"
LIGHT_THEME = initdata.LIGHT
PHONE_DARK_RU = {"width": PHONE, "scheme": "dark", "locale": "ru-RU"}
DESKTOP_LIGHT_EN = {"width": DESKTOP, "scheme": "light", "locale": "en-GB"}
DARK_THEME = {"bg_color": "#212121", "text_color": "#ffffff", "hint_color": "#aaaaaa",
              "link_color": "#8774e1", "button_color": "#8774e1", "button_text_color": "#ffffff",
              "secondary_bg_color": "#181818"}  # fmt: skip
# The purchase is made in both looks; what is beside it is looked at a second time by the long run.
LOOKS = pytest.mark.parametrize(
    ("language", "theme", "how"),
    [
        pytest.param("ru", DARK_THEME, PHONE_DARK_RU, id="phone-dark-ru"),
        pytest.param("en", None, DESKTOP_LIGHT_EN, id="desktop-light-en", marks=pytest.mark.deep),
    ],
)


LANGUAGES = {"ru": "ru-RU", "en": "en-GB"}
THEMES = {"dark": DARK_THEME, "light": LIGHT_THEME}


def every_look():
    """Return each language in each theme at each width; all but one for the long run."""
    for language, locale in LANGUAGES.items():
        for scheme, theme in THEMES.items():
            for width in (PHONE, DESKTOP):
                how = {"width": width, "scheme": scheme, "locale": locale}
                first = (language, scheme, width) == ("ru", "dark", PHONE)
                yield pytest.param(
                    language, theme, how, id=f"{language}-{scheme}-{width}",
                    marks=() if first else pytest.mark.deep,
                )  # fmt: skip


@pytest.fixture
def goods():
    """Two shelves, a product with two packs, one sold out, windows open and closed."""
    shelf = CategoryFactory(name_ru="Пельмени", name_en="Dumplings")
    product = ProductFactory(
        category=shelf, name_ru="Пельмени сибирские", name_en="Siberian dumplings", slug="siberian",
        composition_ru="Мука, мясо", composition_en="Flour, meat", allergens=["gluten"], kcal=282,
        protein_g=12, fat_g=14, carbs_g=26,
    )  # fmt: skip
    product.tags.add(Tag.objects.create(code="hit", name_ru="Хит", name_en="Hit"))
    stocked_variant(product=product, sku="SIB-450", pack_weight_g=450, price="349.00",
                    regular_price="439.00")  # fmt: skip
    stocked_variant(product=product, sku="SIB-900", pack_weight_g=900, regular_price="659.00")
    berries = ProductFactory(name_ru="Клюква", name_en="Cranberries", slug="cranberries")
    stocked_variant(0, product=berries, sku="CRAN-300", availability="none")
    index_products(product_ids=[product.pk, berries.pk])
    noon = (now() + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    for index in range(4):
        starts_at = noon + timedelta(hours=index)
        SlotFactory(starts_at=starts_at, closed_reason="" if index else "holiday")
    PickupPointFactory()
    return product


@pytest.fixture
def shop(live_server, open_page):
    """Open the Mini App as somebody from Telegram, or as a guest."""

    def opened(path: str = "", *, language: str = "", theme=None, start: str = "", **how) -> Page:
        fragment = {}
        if language:
            person = {"id": 77000001, "first_name": "Ольга", "language_code": language}
            came_by = {"start_param": start} if start else {}
            fragment = {"tgWebAppData": make_init_data(person, **came_by),
                        "tgWebAppVersion": "9.1",
                        "tgWebAppThemeParams": json.dumps(theme or {})}  # fmt: skip
        page = open_page(
            f"{live_server.url}/app/{path}#{urlencode(fragment, quote_via=quote)}", **how
        )
        page.wait_for_selector("html[data-ready]")
        return page

    return opened


def check_screen(page: Page, name: str) -> None:
    """Take a picture; the screen fits its window and axe has nothing against it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(250)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)

    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []


def fill_form(page: Page) -> None:
    page.fill("#field-street", "Москва, ул. Лесная, 7")
    page.fill("#field-contact_phone", "+7 916 123-45-67")
    page.locator(".window:not(.closed) input").first.check()
    page.locator("[name=if_short][value=replace]").check()


class TestPurchase:
    @pytest.mark.parametrize(("language", "theme", "how"), list(every_look()))
    def test_goes_from_the_catalogue_to_the_order(self, goods, shop, language, theme, how):
        page = shop(language=language, theme=theme, **how)
        wide = how["width"] == DESKTOP
        look = f"{language}-{how['scheme']}-{how['width']}"
        expect(page.locator(".tile")).to_have_count(2)
        expect(page.locator(".header [href='/app/cart']")).to_be_visible()
        page.locator(".tile .add:not([disabled])").click()
        page.locator(".tile .stepper button").last.click()
        expect(page.locator(".badge")).to_have_text("2")
        check_screen(page, f"{look}-catalogue")

        page.locator(".tile-name").first.click()
        page.locator(".pack input").nth(1).check()
        page.locator(".product .button.wide").click()
        expect(page.locator(".badge")).to_have_text("3")
        check_screen(page, f"{look}-product")

        page.locator(".side-cart > .button.wide" if wide else ".main-button").click()
        expect(page.locator(".narrow .line")).to_have_count(2)
        check_screen(page, f"{look}-cart")

        page.locator(".main-button").click()
        expect(page.locator(".window.closed")).to_have_count(1)
        page.locator(".main-button").click()
        expect(page.locator(".field [aria-invalid]")).to_have_count(2)
        check_screen(page, f"{look}-checkout")

        fill_form(page)
        page.locator(".main-button").click()
        expect(page.locator(".way .now")).to_have_count(1)
        check_screen(page, f"{look}-order")
        order = Order.objects.get()
        assert (order.source, order.status, order.payment) == ("webapp", "placed", "cash")
        assert (order.lines.count(), order.if_short) == (2, "replace")

        page.locator(".header [href='/app/orders']").click()
        expect(page.locator(".order-card")).to_have_count(1)
        check_screen(page, f"{look}-orders")
        page.locator(".order-card").click()
        page.locator(".deeds .bad").click()
        check_screen(page, f"{look}-question")
        page.locator(".question .danger").click()
        expect(page.locator(".status.bad")).to_be_visible()
        order.refresh_from_db()
        assert order.status == "cancelled"
        assert page.errors == []

    def test_asks_again_when_a_price_changed(self, goods, shop):
        page = shop("product/siberian", language="en", **PHONE_DARK_RU)
        page.locator(".product .button.wide").click()
        page.locator(".product .stepper button").last.click()
        page.locator(".main-button").click()
        page.locator(".main-button").click()
        expect(page.locator(".window").first).to_be_visible()
        fill_form(page)
        expect(page.locator(".main-button .note")).to_contain_text("897")
        Variant.objects.filter(sku="SIB-450").update(price="399.00")

        page.locator(".main-button").click()
        expect(page.locator(".question")).to_contain_text("997")
        assert not Order.objects.exists()
        page.locator(".question .button").last.click()

        expect(page.locator(".way")).to_be_visible()
        assert str(Order.objects.get().total) == "997.00"

    def test_is_made_once_though_the_answer_was_lost(self, goods, shop):
        page = shop("product/siberian", language="en", **PHONE_DARK_RU)
        page.locator(".product .button.wide").click()
        page.locator(".product .stepper button").last.click()
        page.locator(".main-button").click()
        page.locator(".main-button").click()
        expect(page.locator(".window").first).to_be_visible()
        fill_form(page)

        def lose_the_answer(route):
            route.fetch()
            route.abort()

        page.route("**/api/v1/orders/", lose_the_answer, times=1)
        page.locator(".main-button").click()
        expect(page.locator(".warning")).to_contain_text("no second order")
        page.locator(".main-button").click()

        expect(page.locator(".way")).to_be_visible()
        assert Order.objects.count() == 1

    def test_can_be_fetched_at_a_pickup_point(self, goods, shop):
        page = shop("product/siberian", language="ru", **PHONE_DARK_RU)
        page.locator(".product .button.wide").click()
        page.locator(".product .stepper button").last.click()
        page.locator(".main-button").click()
        page.locator(".main-button").click()
        page.locator(".segments input").nth(1).check()
        page.fill("#field-contact_phone", "+7 916 123-45-67")
        check_screen(page, "ru-pickup")

        page.locator(".main-button").click()

        expect(page.locator(".pickup-code")).to_be_visible()
        assert str(Order.objects.get().total) == "698.00"


class TestBrowsing:
    def test_lets_a_guest_look_and_says_where_to_buy(self, goods, shop, settings):
        settings.TELEGRAM_CHAT_URL = "https://t.me/frozen_food_bot"
        page = shop(**PHONE_DARK_RU)
        expect(page.locator(".invitation a")).to_have_attribute("href", settings.TELEGRAM_CHAT_URL)

        page.locator(".tile .add:not([disabled])").click()

        expect(page.locator(".question")).to_contain_text("Telegram")
        check_screen(page, "guest")
        assert page.errors == []

    def test_says_why_an_old_launch_is_not_taken(self, goods, shop, settings):
        settings.INIT_DATA_MAX_AGE_SECONDS = -100

        page = shop(language="en", **DESKTOP_LIGHT_EN)

        expect(page.locator(".invitation")).to_contain_text("open the shop from the chat again")
        expect(page.locator(".tile")).to_have_count(2)

    def test_finds_as_one_types_and_comes_back_to_the_list(self, goods, shop):
        page = shop(language="en", **DESKTOP_LIGHT_EN)

        page.fill("input[type=search]", "cranb")
        expect(page.locator(".tile")).to_have_count(1)
        page.locator(".tile-name").click()
        expect(page.locator(".product h1")).to_have_text("Cranberries")
        page.go_back()

        expect(page.locator("input[type=search]")).to_have_value("cranb")
        expect(page.locator(".tile")).to_have_count(1)
        page.fill("input[type=search]", "xyzzyq")
        expect(page.locator(".nothing")).to_be_visible()
        check_screen(page, "nothing-found")

    def test_speaks_the_other_language_at_a_tap(self, goods, shop):
        page = shop(language="ru", **PHONE_DARK_RU)
        expect(page.locator(".tile-name").first).to_have_text("Пельмени сибирские")

        page.locator(".header .round.text").click()

        expect(page.locator(".tile-name").first).to_have_text("Siberian dumplings")
        assert page.evaluate("document.documentElement.lang") == "en"

    def test_offers_to_try_again_when_the_shop_does_not_answer(self, goods, shop):
        page = shop("product/siberian", language="ru", **PHONE_DARK_RU)
        expect(page.locator(".product h1")).to_be_visible()
        # A single lost answer is asked for again unseen.
        page.route("**/api/v1/catalog/products/?*", lambda route: route.abort(), times=3)

        page.locator(".brand").click()
        page.locator(".trouble .button").click()

        expect(page.locator(".tile")).to_have_count(2)
