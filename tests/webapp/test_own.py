"""What is a person's own: profile, reviews, who brings an order, and what lists leave out."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from apps.catalog.services import index_products
from apps.core.time import now
from apps.marketing.models import Review
from apps.orders.models import OrderEvent
from apps.users.models import Session, User
from tests.factories import (
    AddressFactory,
    CustomerFactory,
    OrderFactory,
    ProductFactory,
    SlotFactory,
    packed_order,
    planned_run,
    stocked_variant,
)
from tests.webapp.test_purchase import (
    DARK_THEME,
    DESKTOP_LIGHT_EN,
    LOOKS,
    PHONE_DARK_RU,
    check_screen,
    goods,  # noqa: F401
    shop,  # noqa: F401
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def olga(language: str = "en") -> User:
    """Return who the launch data are signed for."""
    return CustomerFactory(telegram_id=77000001, first_name="Ольга", language=language)


def delivered(customer: User):
    order = OrderFactory(status="delivered", customer=customer)
    OrderEvent.objects.create(
        order=order, from_status="out_for_delivery", to_status="delivered", actor_kind="courier"
    )
    return order


class TestReview:
    @pytest.mark.deep
    @LOOKS
    def test_is_given_and_changed(self, shop, language, theme, how):  # noqa: F811
        order = delivered(olga(language))
        page = shop(f"orders/{order.public_id}", language=language, theme=theme, **how)
        expect(page.locator(".stars")).to_be_visible()
        check_screen(page, f"{language}-review-asked")

        page.locator(".stars input").nth(3).check()
        page.fill("#field-review", "Вкусно")
        check_screen(page, f"{language}-review")
        page.locator(".review .button").click()
        expect(page.locator(".review-words")).to_have_text("Вкусно")
        check_screen(page, f"{language}-review-given")
        page.locator(".review .button").click()
        page.locator(".stars input").nth(4).check()
        page.locator(".review .button").click()
        expect(page.locator(".stars-said .lit")).to_have_count(5)

        review = Review.objects.get()
        assert (review.order_id, review.stars, review.words) == (order.pk, 5, "Вкусно")
        assert page.errors == []


class TestCourier:
    @pytest.mark.deep
    def test_is_named_while_the_order_is_on_the_road(self, shop):  # noqa: F811
        order = packed_order(customer=olga())
        planned_run(order, started=True)
        page = shop(f"orders/{order.public_id}", language="en", **PHONE_DARK_RU)

        expect(page.locator(".next strong")).to_contain_text("Пётр")
        check_screen(page, "on-the-road")


class TestFilters:
    @pytest.mark.deep
    @LOOKS
    def test_leave_out_what_one_does_not_eat(self, goods, shop, language, theme, how):  # noqa: F811
        page = shop(language=language, theme=theme, **how)
        expect(page.locator(".tile")).to_have_count(2)

        page.locator(".filter-button").click()
        count = page.locator(".sheet-foot .button.wide")
        expect(count).to_contain_text("2")
        name = re.compile("^(глютен|gluten)$")
        page.get_by_role("button", name=name).click()
        expect(count).to_contain_text("1")
        check_screen(page, f"{language}-filters")
        count.click()

        expect(page.locator(".tile-name")).to_have_text([re.compile("Клюква|Cranberries")])
        expect(page.locator(".filter-button .badge")).to_have_text("1")
        page.reload()
        expect(page.locator(".tile")).to_have_count(1)
        page.locator(".filter-button").click()
        expect(page.locator(".sheet")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".sheet")).to_have_count(0)
        assert page.errors == []

    @pytest.mark.deep
    def test_keep_to_a_price_an_order_and_what_is_on_sale(self, goods, shop):  # noqa: F811
        product = ProductFactory(name_en="Ice cream", slug="ice")
        stocked_variant(product=product, sku="ICE", price="99.00", regular_price="99.00")
        index_products(product_ids=[product.pk])

        dearest = shop("?sort=-price", language="en", **PHONE_DARK_RU)
        expect(dearest.locator(".tile-name").last).to_have_text("Ice cream")
        cheap = shop("?max=200&stock=1", language="en", **PHONE_DARK_RU)
        expect(cheap.locator(".tile-name")).to_have_text(["Ice cream"])
        reduced = shop("?sale=1&tag=hit", language="en", **PHONE_DARK_RU)
        expect(reduced.locator(".tile-name")).to_have_text(["Siberian dumplings"])
        none = shop("?max=5", language="en", **PHONE_DARK_RU)
        none.locator(".nothing .button").click()
        expect(none.locator(".tile")).to_have_count(3)


class TestProfile:
    @LOOKS
    def test_is_changed_and_says_what_is_wrong(self, shop, language, theme, how):  # noqa: F811
        AddressFactory(customer=olga(language))
        page = shop("profile", language=language, theme=theme, **how)
        expect(page.locator(".addresses li")).to_have_count(1)
        check_screen(page, f"{language}-profile")

        page.fill("#field-phone", "12")
        page.locator(".main-button").click()
        expect(page.locator("#field-phone-wrong")).to_be_visible()
        page.fill("#field-phone", "+7 916 123-45-67")
        page.locator(".main-button").click()
        expect(page.locator(".main-button")).to_have_count(0)
        page.locator(".addresses .round").click()
        page.locator(".question .danger").click()
        expect(page.locator(".addresses li")).to_have_count(0)
        page.locator(".switch input").click()
        expect(page.locator(".switch input:not([disabled])")).not_to_be_checked()

        person = User.objects.get(telegram_id=77000001)
        assert str(person.phone) == "+79161234567"
        # The browser itself notes the one refusal.
        assert len(page.errors) == 1

    @pytest.mark.deep
    def test_signs_out_everywhere_else(self, shop):  # noqa: F811
        olga()
        page = shop("profile", language="en", theme=DARK_THEME, **PHONE_DARK_RU)
        other = shop("orders", language="en", **DESKTOP_LIGHT_EN)
        expect(other.locator(".nothing")).to_be_visible()
        before = set(Session.objects.values_list("pk", flat=True))

        page.locator(".deeds .button").first.click()
        page.locator(".question .button").last.click()

        expect(page.locator(".toast")).to_contain_text("signed out")
        alive = Session.objects.filter(revoked_at=None)
        assert not alive.filter(pk__in=before).exists()
        assert alive.count() == 1


class TestScreens:
    """Axe on the screens that no other test passes by, in both themes."""

    @pytest.mark.deep
    @LOOKS
    def test_have_nothing_against_them(self, shop, language, theme, how):  # noqa: F811
        me = olga(language)
        SlotFactory(starts_at=now() + timedelta(days=1))
        for status in ("awaiting_payment", "confirmed", "picking", "packed", "expired"):
            order = OrderFactory(customer=me, status=status)
            page = shop(f"orders/{order.public_id}", language=language, theme=theme, **how)
            expect(page.locator(".bought")).to_be_visible()
            check_screen(page, f"{language}-order-{status}")
            page.close()
        for path in ("cart", "favourites", "orders", "product/nothing"):
            page = shop(path, language=language, theme=theme, **how)
            expect(page.locator(".nothing, .order-card, .trouble").first).to_be_visible()
            check_screen(page, f"{language}-{path.replace('/', '-')}")
            page.close()
        guest = shop("cart", **how)
        expect(guest.locator(".nothing")).to_be_visible()
        check_screen(guest, f"{language}-guest-cart")
