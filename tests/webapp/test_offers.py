"""Savings, gifts and the promo code in the Mini App, in a real browser."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from apps.orders.models import Order
from tests.factories import ProductFactory, make_code, make_promotion, stocked_variant
from tests.webapp.test_purchase import (
    LOOKS,
    PHONE_DARK_RU,
    check_screen,
    fill_form,
    goods,  # noqa: F401
    shop,  # noqa: F401
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def offers(goods):  # noqa: F811
    """A week of dumplings, a gift from 500, and a code for the delivery."""
    gift = stocked_variant(5, sku="SORBET-80", pack_weight_g=80, regular_price=Decimal(120),
                           product=ProductFactory(name_ru="Сорбет", name_en="Sorbet"))  # fmt: skip
    make_promotion(
        scope="product", products=[goods.pk], value=Decimal(15),
        name_ru="Неделя пельменей", name_en="Dumpling week",
    )  # fmt: skip
    make_promotion(
        reward="gift", gift_variant_id=gift.pk, minimum_total=Decimal(500),
        name_ru="Подарок к заказу", name_en="A treat",
    )  # fmt: skip
    make_promotion(minimum_total=Decimal(5000), name_ru="Большая корзина", name_en="Big cart")
    make_code("PELMENI", reward="amount", value=Decimal(50))
    make_code("LATER", minimum_total=Decimal(100_000))


class TestOffers:
    @LOOKS
    def test_are_seen_from_the_list_to_the_order(self, offers, shop, language, theme, how):  # noqa: F811
        page = shop("product/siberian", language=language, theme=theme, **how)
        expect(page.locator(".header [href='/app/cart']")).to_be_visible()
        expect(page.locator(".price.large s")).to_be_visible()
        page.locator(".product .button.wide").click()
        page.locator(".product .stepper button").last.click()
        expect(page.locator(".badge")).to_have_text("2")
        page.locator(".header [href='/app/cart']").click()

        expect(page.locator(".line.gift")).to_have_count(1)
        expect(page.locator(".line .offer").first).to_contain_text("15")
        page.locator(".promo-open").click()
        page.fill("#field-promo", "nonsense")
        page.locator(".promo-entry button").click()
        expect(page.locator("#promo-wrong")).to_be_visible()
        check_screen(page, f"{language}-promo-wrong")
        page.fill("#field-promo", "later")
        page.keyboard.press("Enter")
        expect(page.locator("#promo-wrong")).to_contain_text("100")
        page.fill("#field-promo", "pelmeni")
        page.keyboard.press("Enter")
        expect(page.locator(".promo-used")).to_contain_text("PELMENI")
        expect(page.locator(".saved")).to_be_visible()
        check_screen(page, f"{language}-offers-cart")

        page.locator(".main-button").click()
        expect(page.locator(".window").first).to_be_visible()
        expect(page.locator("[aria-label] .sums .sum.good").first).to_be_visible()
        check_screen(page, f"{language}-offers-checkout")
        fill_form(page)
        page.locator(".main-button").click()
        expect(page.locator(".way .now")).to_have_count(1)
        check_screen(page, f"{language}-offers-order")

        order = Order.objects.get()
        # 2 × 296.65 (349 − 15 %) − 50 by code + 199 delivery; and a gift.
        assert order.total == Decimal("742.30")
        assert order.lines.count() == 2
        # The browser itself notes the two refusals, and nothing else went wrong.
        assert len(page.errors) == 2

    def test_a_code_is_taken_out_again(self, offers, shop):  # noqa: F811
        page = shop("product/siberian", language="en", **PHONE_DARK_RU)
        expect(page.locator(".header [href='/app/cart']")).to_be_visible()
        page.locator(".product .button.wide").click()
        page.locator(".main-button").click()
        page.locator(".promo-open").click()
        page.fill("#field-promo", "PELMENI")
        page.keyboard.press("Enter")
        expect(page.locator(".promo-used")).to_be_visible()

        page.locator(".promo-used .button").click()

        expect(page.locator(".promo-open")).to_be_visible()
        assert page.errors == []
