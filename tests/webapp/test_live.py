"""One cart with the chat's, a poor network, and links that open a place, in a real browser."""

import pytest
from playwright.sync_api import expect

from apps.cart import selectors
from apps.cart import services as carts
from apps.catalog.models import Variant
from apps.core.time import now
from apps.users.models import User
from tests.webapp.test_purchase import (
    DESKTOP_LIGHT_EN,
    PHONE_DARK_RU,
    check_screen,
    goods,  # noqa: F401
    shop,  # noqa: F401
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def in_the_chat(sku: str, quantity: int) -> None:
    """Do what the bot's button does."""
    carts.add(
        customer_id=User.objects.get().pk, now=now(), quantity=quantity,
        variant_id=Variant.objects.get(sku=sku).pk,
    )  # fmt: skip


def hide(page, *, hidden: bool) -> None:
    page.evaluate(
        """(value) => {
            Object.defineProperty(document, "visibilityState", { value, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        "hidden" if hidden else "visible",
    )


@pytest.mark.usefixtures("goods")
class TestCart:
    def test_shows_what_was_put_in_by_the_chat_and_the_other_way_round(self, shop):  # noqa: F811
        page = shop(language="en", **PHONE_DARK_RU)
        expect(page.locator(".header [href='/app/cart']")).to_be_visible()

        in_the_chat("SIB-450", 2)

        expect(page.locator(".badge")).to_have_text("2", timeout=6000)
        page.locator(".tile .stepper button").last.click()
        expect(page.locator(".badge")).to_have_text("3")
        expect(page.locator("#announcer")).to_contain_text("3 packs")
        view = selectors.cart_view(customer_id=User.objects.get().pk, now=now())
        assert view.count == 3
        assert page.errors == []

    @pytest.mark.deep
    def test_is_not_asked_for_while_nobody_looks(self, shop):  # noqa: F811
        page = shop(language="en", **PHONE_DARK_RU)
        expect(page.locator(".header [href='/app/cart']")).to_be_visible()
        asked = []
        page.on("request", lambda asks: asked.append(asks.url) if "/api/" in asks.url else None)
        hide(page, hidden=True)
        page.wait_for_timeout(500)
        asked.clear()

        in_the_chat("SIB-450", 2)
        page.wait_for_timeout(7000)
        assert asked == []
        hide(page, hidden=False)

        expect(page.locator(".badge")).to_have_text("2", timeout=2000)


@pytest.mark.usefixtures("goods")
class TestPoorNetwork:
    def test_loses_no_tap(self, shop):  # noqa: F811
        page = shop(language="en", **PHONE_DARK_RU)
        expect(page.locator(".header [href='/app/cart']")).to_be_visible()
        page.context.set_offline(True)

        page.locator(".tile .add:not([disabled])").click()
        page.locator(".tile .stepper button").last.click()
        expect(page.locator(".offline")).to_be_visible()
        expect(page.locator(".tile .stepper-count [aria-hidden]")).to_have_text("2")
        page.context.set_offline(False)

        expect(page.locator(".offline")).to_have_count(0, timeout=8000)
        expect(page.locator(".badge")).to_have_text("2")
        view = selectors.cart_view(customer_id=User.objects.get().pk, now=now())
        assert view.count == 2

    @pytest.mark.deep
    def test_doubles_no_tap_whose_answer_was_lost(self, shop):  # noqa: F811
        page = shop(language="en", **PHONE_DARK_RU)
        expect(page.locator(".header [href='/app/cart']")).to_be_visible()

        def lose_the_answer(route):
            route.fetch()
            route.abort()

        page.route("**/api/v1/cart/items/", lose_the_answer, times=1)
        page.locator(".tile .add:not([disabled])").click()

        expect(page.locator(".badge")).to_have_text("1", timeout=10_000)
        expect(page.locator(".offline")).to_have_count(0)
        view = selectors.cart_view(customer_id=User.objects.get().pk, now=now())
        assert view.count == 1

    @pytest.mark.deep
    def test_brings_what_was_missing_when_the_connection_is_back(self, shop):  # noqa: F811
        page = shop("product/siberian", language="ru", **PHONE_DARK_RU)
        expect(page.locator(".product h1")).to_be_visible()
        expect(page.locator(".header [href='/app/cart']")).to_be_visible()
        page.wait_for_timeout(1500)
        page.context.set_offline(True)

        page.locator(".header [href='/app/orders']").click()
        expect(page.locator(".trouble")).to_be_visible(timeout=10_000)
        check_screen(page, "offline")
        page.context.set_offline(False)

        expect(page.locator(".nothing")).to_be_visible(timeout=10_000)

    @pytest.mark.deep
    def test_keeps_what_was_typed_at_the_checkout(self, shop):  # noqa: F811
        page = shop("product/siberian", language="ru", **PHONE_DARK_RU)
        page.locator(".product .button.wide").click()
        page.locator(".product .stepper button").last.click()
        page.locator(".main-button").click()
        page.locator(".main-button").click()
        page.fill("#field-street", "Москва, ул. Лесная, 7")
        page.locator(".header .round").first.click()
        page.locator(".main-button").click()

        expect(page.locator("#field-street")).to_have_value("Москва, ул. Лесная, 7")

    @pytest.mark.deep
    def test_takes_no_late_answer_for_a_newer_one(self, shop):  # noqa: F811
        page = shop(language="en", **DESKTOP_LIGHT_EN)
        expect(page.locator(".tile")).to_have_count(2)

        def late(route):
            page.wait_for_timeout(1500)
            route.continue_()

        page.route("**/api/v1/catalog/products/?*search=dump*", late)
        page.fill("input[type=search]", "dump")
        page.wait_for_timeout(400)
        page.fill("input[type=search]", "cranberies")

        expect(page.locator(".tile-name")).to_have_text(["Cranberries"])
        page.wait_for_timeout(1800)
        expect(page.locator(".tile-name")).to_have_text(["Cranberries"])
        assert page.errors == []


class TestLinks:
    def test_open_a_product_once(self, goods, shop):  # noqa: F811
        page = shop(language="en", start=f"p-{goods.pk}", **PHONE_DARK_RU)

        expect(page.locator(".product h1")).to_have_text("Siberian dumplings")
        page.locator(".header .round").first.click()
        expect(page.locator(".tile")).to_have_count(2)
        page.reload()
        expect(page.locator(".header [href='/app/cart']")).to_be_visible()
        expect(page.locator(".tile")).to_have_count(2)
        assert page.errors == []

    @pytest.mark.deep
    def test_open_a_category(self, goods, shop):  # noqa: F811
        page = shop(language="en", start=f"c-{goods.category_id}", **PHONE_DARK_RU)

        expect(page.locator("h1")).to_have_text("Dumplings")
        expect(page.locator(".tile")).to_have_count(1)

    @pytest.mark.deep
    def test_say_why_a_code_is_not_taken(self, goods, shop):  # noqa: F811
        page = shop(language="en", start="promo-NONSENSE", **PHONE_DARK_RU)

        expect(page.locator(".toast")).to_be_visible()
        expect(page.locator(".tile")).to_have_count(2)
