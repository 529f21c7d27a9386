"""What one likes, in a real browser: the heart, the list, and what left the shop."""

import pytest
from playwright.sync_api import expect

from apps.catalog.models import Product
from apps.marketing.models import Favourite
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
class TestFavourites:
    @LOOKS
    def test_are_chosen_listed_and_taken_off(self, shop, language, theme, how):  # noqa: F811
        page = shop("product/cranberries", language=language, theme=theme, **how)
        heart = page.locator(".heart")
        expect(heart).to_be_enabled()

        heart.click()
        expect(heart).to_have_attribute("aria-pressed", "true")
        page.locator(".header [href='/app/profile']").click()
        page.locator(".ways-on [href='/app/favourites']").click()
        expect(page.locator(".liked li")).to_have_count(1)
        check_screen(page, f"{language}-favourites")
        Product.objects.update(is_active=False)
        page.reload()
        expect(page.locator(".liked .gone")).to_be_visible()
        page.locator(".liked .round").click()
        expect(page.locator(".nothing")).to_be_visible()

        assert not Favourite.objects.exists()
        assert page.errors == []

    def test_lead_a_guest_to_the_chat(self, shop):  # noqa: F811
        page = shop("product/cranberries", **DESKTOP_LIGHT_EN)

        page.locator(".heart").click()

        expect(page.locator(".question")).to_be_visible()
        assert not Favourite.objects.exists()
