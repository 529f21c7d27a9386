"""The form of an offer in a browser: what it shows, and its trial before it is saved."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from apps.promotions.models import Promotion
from tests.admin.conftest import desk_of
from tests.browser_support import DESKTOP, PHONE
from tests.factories import CustomerFactory, ProductFactory, ZoneFactory, fill_cart, stocked_variant
from tests.promotions.test_admin import PROMOTIONS, marketer, pack  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class TestInABrowser:
    @pytest.fixture
    def page_of(self, live_server, open_page, marketer, pack):  # noqa: F811
        """Open an admin page as the marketer."""
        client = desk_of(marketer, "ru")

        def opened(path, **how):
            page = open_page(f"{live_server.url}/admin/login/", **how)
            page.context.add_cookies(
                [
                    {"name": name, "value": cookie.value, "url": live_server.url}
                    for name, cookie in client.cookies.items()
                ]
            )
            page.goto(f"{live_server.url}{path}")
            return page

        return opened

    def picture(self, page, name):
        folder = settings.BASE_DIR / "test-results" / "admin"
        folder.mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(300)
        page.screenshot(path=folder / f"{name}.png", full_page=True)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")

    @pytest.mark.parametrize(
        ("width", "scheme"),
        [(PHONE, "dark"), pytest.param(DESKTOP, "light", marks=pytest.mark.deep)],
    )
    def test_the_form_shows_what_matters_and_is_tried_before_it_is_saved(
        self,
        page_of,
        pack,  # noqa: F811
        width,
        scheme,
    ):
        ZoneFactory()
        gift = stocked_variant(9, product=ProductFactory(name_ru="Сорбет", name_en="Sorbet"))
        for quantity in (1, 2, 4):
            fill_cart(CustomerFactory(), {pack: quantity, gift: 1})
        page = page_of(f"{PROMOTIONS}add/", width=width, scheme=scheme)

        page.fill("[name=name_ru]", "Неделя пельменей")
        page.fill("[name=name_en]", "Dumpling week")
        page.select_option("[name=scope]", "category")
        page.select_option("[name=reward]", "n_for_m")
        expect(page.locator("[name=buy]")).to_be_visible()
        expect(page.locator("[name=value]")).to_be_hidden()
        page.select_option("[name=reward]", "percent")
        expect(page.locator("[name=value]")).to_be_visible()
        expect(page.locator("[name=buy]")).to_be_hidden()
        page.fill("[name=value]", "15")
        page.locator(".field-categories .select2-selection").click()
        page.locator(".select2-results__option", has_text="Пельмени").click()
        page.fill("[name=starts_at_0]", "2026-01-05")
        page.fill("[name=starts_at_1]", "00:00")
        self.picture(page, f"promotion-form-{width}-{scheme}")
        page.locator("[name=_preview]").click()
        expect(page.locator(".shop-trials article")).to_have_count(3)
        expect(page.locator(".shop-trial")).to_contain_text("ничего не сохранено")
        self.picture(page, f"promotion-preview-{width}-{scheme}")
        assert not Promotion.objects.exists()

        page.locator("[name=_save]").click()

        expect(page.locator("#result_list")).to_be_visible()
        self.picture(page, f"promotion-list-{width}-{scheme}")
        assert Promotion.objects.get().name_ru == "Неделя пельменей"
        assert page.errors == []
