"""Waiting for what is sold out, and buying what is on clearance, in a real browser."""

import pytest
from playwright.sync_api import expect

from apps.catalog.models import Variant
from apps.marketing import services as marketing
from apps.marketing.models import BackInStockAlert
from apps.users.models import User
from tests.factories import add_stock
from tests.factories.marketing import accepted, leaving_lot
from tests.webapp.test_purchase import (
    DESKTOP_LIGHT_EN,
    LOOKS,
    check_screen,
    goods,  # noqa: F401
    shop,  # noqa: F401
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.usefixtures("goods")
class TestWaiting:
    @LOOKS
    def test_is_asked_for_and_given_up(self, shop, language, theme, how):  # noqa: F811
        page = shop("product/cranberries", language=language, theme=theme, **how)
        bell = page.locator(".bell .button")
        expect(bell).to_be_enabled()
        check_screen(page, f"{language}-sold-out")

        bell.click()
        expect(page.locator(".bell .hint")).to_be_visible()
        check_screen(page, f"{language}-waiting")
        assert BackInStockAlert.objects.get().variant.sku == "CRAN-300"
        page.reload()
        expect(page.locator(".bell .hint")).to_be_visible()

        bell.click()
        expect(page.locator(".bell .hint")).to_have_count(0)
        assert not BackInStockAlert.objects.exists()
        assert page.errors == []

    def test_ends_at_once_where_the_pack_is_back(self, shop):  # noqa: F811
        page = shop("product/cranberries", language="en", **DESKTOP_LIGHT_EN)
        bell = page.locator(".bell .button")
        expect(bell).to_be_enabled()
        add_stock(Variant.objects.get(sku="CRAN-300"), 5)

        bell.click()

        expect(page.locator(".toast")).to_contain_text("in stock")
        expect(page.locator(".product .button.wide")).to_be_enabled()
        assert not BackInStockAlert.objects.exists()

    def test_leads_a_guest_to_the_chat(self, shop):  # noqa: F811
        page = shop("product/cranberries", **DESKTOP_LIGHT_EN)

        page.locator(".bell .button").click()

        expect(page.locator(".question")).to_be_visible()
        assert not BackInStockAlert.objects.exists()

    def test_knows_what_was_asked_for_in_the_bot(self, shop):  # noqa: F811
        page = shop(language="en", **DESKTOP_LIGHT_EN)
        expect(page.locator(".header [href='/app/cart']")).to_be_visible()
        variant, person = Variant.objects.get(sku="CRAN-300"), User.objects.get()
        marketing.ask_alert(customer_id=person.pk, variant_id=variant.pk, now=person.created_at)

        again = shop("product/cranberries", language="en", **DESKTOP_LIGHT_EN)

        expect(again.locator(".bell .hint")).to_be_visible()


@pytest.mark.usefixtures("goods")
class TestClearance:
    @LOOKS
    def test_says_honestly_until_when_it_keeps(self, shop, language, theme, how):  # noqa: F811
        big = Variant.objects.get(sku="SIB-900")
        accepted(leaving_lot(5, variant=big), percent=50)
        page = shop("product/siberian", language=language, theme=theme, **how)
        page.locator(".pack input").nth(2).check()

        expect(page.locator(".clearance")).to_be_visible()
        check_screen(page, f"{language}-clearance")
        page.locator(".product .button.wide").click()
        expect(page.locator(".badge")).to_have_text("1")
        page.locator(".header [href='/app/cart']").click()
        expect(page.locator(".narrow .line-words")).to_contain_text(
            "годен до" if language == "ru" else "best before"
        )
        check_screen(page, f"{language}-clearance-cart")
        assert page.errors == []
