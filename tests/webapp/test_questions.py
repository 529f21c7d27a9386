"""Something ran out while the order is picked: asked and answered in the Mini App."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from apps.core.time import now
from apps.fulfilment import services as fulfilment
from apps.fulfilment.dto import ShortCause
from apps.fulfilment.models import Substitution
from apps.orders import services as orders
from apps.orders.dto import IfShort
from tests.factories import (
    CategoryFactory,
    CustomerFactory,
    ProductFactory,
    StaffFactory,
    placed_order,
    stocked_variant,
)
from tests.webapp.test_purchase import (
    LOOKS,
    PHONE_DARK_RU,
    check_screen,
    shop,  # noqa: F401
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


class Box:
    """An order of Olga's that is being picked; one of its goods is not to be had."""

    def __init__(self, language, if_short=IfShort.LEAVE):
        self.boss = StaffFactory(role="manager")
        shelf = CategoryFactory()
        self.gone, self.other = (
            stocked_variant(
                9, sku=sku, pack_weight_g=450, price=Decimal(price), regular_price=Decimal(price),
                base_price=Decimal(price),
                product=ProductFactory(category=shelf, name_ru=ru, name_en=en),
            )
            for sku, price, ru, en in (
                ("CHERRY", 349, "Вареники с вишней", "Cherry vareniki"),
                ("POTATO", 299, "Вареники с картошкой", "Potato vareniki"),
            )
        )  # fmt: skip
        more = stocked_variant(9, sku="MORE")
        olga = CustomerFactory(telegram_id=77000001, first_name="Ольга", language=language)
        self.order = placed_order(customer=olga, wanted={self.gone: 2, more: 1}, if_short=if_short)
        for step in (orders.confirm_order, fulfilment.start_picking):
            step(order_id=self.order.pk, actor_id=self.boss.pk, now=now())

    def asks(self):
        told = {"order_id": self.order.pk, "order_line_id": self.order.lines.get(sku="CHERRY").pk,
                "actor_id": self.boss.pk, "now": now()}  # fmt: skip
        fulfilment.mark_short(cause=ShortCause.NONE_LEFT, **told)
        return fulfilment.propose_substitute(variant_id=self.other.pk, **told)


class TestQuestion:
    @LOOKS
    def test_comes_by_itself_and_is_answered_by_one_press(self, shop, language, theme, how):  # noqa: F811
        box = Box(language)
        page = shop(f"orders/{box.order.public_id}", language=language, theme=theme, **how)
        expect(page.locator(".way .now")).to_be_visible()
        expect(page.locator(".instead")).to_have_count(0)

        box.asks()

        expect(page.locator(".instead .deeds .button")).to_have_count(2, timeout=8000)
        check_screen(page, f"{language}-question-asked")
        page.locator(".instead .deeds .button").first.click()
        expect(page.locator(".outcome")).to_be_visible()
        expect(page.locator(".bought li")).to_have_count(2)
        expect(page.locator(".bought")).to_contain_text("598")
        check_screen(page, f"{language}-question-taken")
        assert Substitution.objects.get().state == "taken"
        assert page.errors == []

    def test_tells_on_every_screen_that_it_waits(self, shop):  # noqa: F811
        box = Box("en")
        box.asks()
        page = shop(language="en", **PHONE_DARK_RU)

        page.locator(".asked").click()

        expect(page.locator(".instead .deeds .button")).to_have_count(2)
        expect(page.locator(".asked")).to_have_count(0)

    def test_says_honestly_that_an_answer_came_too_late(self, shop):  # noqa: F811
        box = Box("en")
        box.asks()
        # The page hears of nothing by itself.
        page = shop(
            f"orders/{box.order.public_id}", language="en",
            script="globalThis.setInterval = () => 0;", **PHONE_DARK_RU,
        )  # fmt: skip
        expect(page.locator(".instead .deeds .button")).to_have_count(2)
        fulfilment.settle_substitutions(now=Substitution.objects.get().deadline)

        page.locator(".instead .deeds .button").first.click()

        expect(page.locator(".outcome strong")).to_have_text(
            "Your answer came after the time was up."
        )
        expect(page.locator(".outcome")).to_contain_text("nothing instead of Cherry vareniki")
        check_screen(page, "en-question-too-late")
        assert Substitution.objects.get().state == "left"

    def test_asks_again_when_the_answer_was_lost(self, shop):  # noqa: F811
        box = Box("ru")
        asked = box.asks()
        page = shop(f"orders/{box.order.public_id}", language="ru", **PHONE_DARK_RU)
        own = f"**/api/v1/orders/substitutions/{asked.id}/"
        page.route(own, lambda route: route.abort(), times=1)

        page.locator(".instead .deeds .button").last.click()

        expect(page.locator(".instead [role=alert]")).to_contain_text("не дошёл")
        check_screen(page, "ru-question-lost")
        assert Substitution.objects.get().state == "open"
        page.locator(".instead .deeds .button").last.click()
        expect(page.locator(".outcome")).to_contain_text(
            "Вместо «Вареники с вишней» ничего не кладём"
        )
        expect(page.locator(".outcome .hint")).to_have_count(0)
        assert Substitution.objects.get().state == "left"

    def test_says_that_the_shop_calls_whom_wants_it(self, shop):  # noqa: F811
        box = Box("ru", IfShort.CALL)
        box.asks()
        Substitution.objects.update(deadline=now())
        page = shop(f"orders/{box.order.public_id}", language="ru", **PHONE_DARK_RU)

        expect(page.locator(".outcome")).to_contain_text("позвоним вам")
        expect(page.locator(".instead .deeds")).to_have_count(0)
