from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation

from apps.analytics import selectors
from apps.analytics.periods import Period
from apps.inventory.dto import MovementKind, WasteReason
from apps.orders.dto import OrderStatus
from apps.promotions.models import PromoCode, Promotion, Redemption
from tests.analytics.support import at, lot, move, sold, step, write_off
from tests.factories import OrderLineFactory, ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


MARCH = Period(date(2026, 3, 1), date(2026, 3, 11))  # ten days
K = MovementKind
W = WasteReason


@pytest.fixture
def packs():
    names = ("Dumplings", "Berries", "Fish")
    return [
        VariantFactory(
            sku=name.upper(), product=ProductFactory(name_en=name, name_ru=f"{name} по-русски")
        )
        for name in names
    ]


class TestTopProducts:
    """Everything is sold at 100.00 a unit.

    | order | delivered | dumplings | berries | fish | returned |
    |-------|-----------|-----------|---------|------|----------|
    | 1     | 2 March   | 3         | 2       |      |          |
    | 2     | 5 March   | 4 (of 6)  |         | 1    | 6 March  |
    | 3     | 9 March   |           | 6       |      |          |
    | 4     | 11 March  | 9         |         |      |          |  outside
    | sum   |           | 3         | 8       | 0    |          |
    """

    @pytest.fixture
    def orders(self, packs, summed):
        dumplings, berries, fish = packs
        sold("2026-03-01 10:00", delivered="2026-03-02 10:00", wanted={dumplings: 3, berries: 2})
        sold("2026-03-04 10:00", delivered="2026-03-05 10:00", returned="2026-03-06 10:00",
             wanted={dumplings: 6, fish: 1}, picked={dumplings: 4})  # fmt: skip
        sold("2026-03-08 10:00", delivered="2026-03-09 10:00", wanted={berries: 6})
        sold("2026-03-10 10:00", delivered="2026-03-11 00:00", wanted={dumplings: 9})
        summed("2026-03-20 12:00")

    def test_are_those_that_brought_most(self, orders):
        found = selectors.top_products(asked=MARCH)

        assert [(row.sku, row.orders, row.units, str(row.revenue), str(row.share))
                for row in found.rows] == [
            ("BERRIES", 2, 8, "800.00", "72.7"),
            ("DUMPLINGS", 1, 3, "300.00", "27.3"),
            ("FISH", 0, 0, "0.00", "0.0"),
        ]  # fmt: skip
        assert (found.packs, found.units, found.revenue) == (3, 11, Decimal("1100.00"))

    def test_are_no_more_than_asked_for_but_the_sums_are_of_all(self, orders):
        found = selectors.top_products(asked=MARCH, limit=1)

        assert [row.sku for row in found.rows] == ["BERRIES"]
        assert (found.packs, found.revenue) == (3, Decimal("1100.00"))

    def test_are_none_in_an_empty_shop(self):
        found = selectors.top_products(asked=MARCH)

        assert (found.rows, found.packs, found.revenue) == ((), 0, 0)

    def test_count_what_was_really_paid_for_a_short_line_with_a_gift(self, packs, summed):
        """Seven dumplings and a gift for 700.00 less 100.00: 600.00 ÷ 7 = 85.71 and 3 cents over.

        Five were in the box, the gift missing first, then two: 5 × 85.71 + 0.03 = 428.58.
        """
        order = sold("2026-03-01 10:00")
        OrderLineFactory(
            order=order, variant=packs[0], unit_price=Decimal(100), quantity=8, gift_quantity=1,
            total=Decimal(700), discount=Decimal(100), picked_quantity=5,
        )  # fmt: skip
        for status in ("confirmed", "picking", "packed", "out_for_delivery", "delivered"):
            step(order, OrderStatus(status), "2026-03-02 10:00")
        summed("2026-03-20 12:00")

        (row,) = selectors.top_products(asked=MARCH).rows

        assert (row.units, row.revenue) == (5, Decimal("428.58"))

    def test_count_what_was_paid_for_goods_that_weighed_less(self, packs, summed):
        order = sold("2026-03-01 10:00")
        OrderLineFactory(
            order=order, variant=packs[0], unit_price=Decimal(100), quantity=3, picked_quantity=2,
            is_weighed=True, weight_g=1500, weighed_units=2, weighed_off=Decimal("12.50"),
        )  # fmt: skip
        for status in ("confirmed", "picking", "packed", "out_for_delivery", "delivered"):
            step(order, OrderStatus(status), "2026-03-02 10:00")
        summed("2026-03-20 12:00")

        (row,) = selectors.top_products(asked=MARCH).rows

        assert (row.units, row.revenue) == (2, Decimal("187.50"))


class TestPromotionEffect:
    """Orders of March, their totals, and what the offers gave them.

    | order | delivered | returned | total | sale | gift | code |
    |-------|-----------|----------|-------|------|------|------|
    | 1     | 2 March   |          |   900 |  100 |      |      |
    | 2     | 3 March   |          |   450 |   50 |  120 |      |
    | 3     | 3 March   | 4 March  |   700 |   70 |      |      |
    | 4     | 5 March   |          |   800 |      |      |  200 |
    | 5     | 6 March   |          |   600 |      |      |      |
    | 6     | 7 March   |          |   300 |      |      |      |
    | 7     | 11 March  |          |   999 |   99 |      |      |  outside
    """

    @pytest.fixture
    def orders(self, summed):
        sale, gift, code = offers()
        for delivered, total, returned, given in (
            ("02", 900, "", {sale: 100}),
            ("03", 450, "", {sale: 50, gift: 120}),
            ("03", 700, "2026-03-04 12:00", {sale: 70}),
            ("05", 800, "", {code: 200}),
            ("06", 600, "", {}),
            ("07", 300, "", {}),
            ("11", 999, "", {sale: 99}),
        ):
            order = sold(
                "2026-03-01 10:00", delivered=f"2026-03-{delivered} 10:00", returned=returned,
                total=str(total),
            )  # fmt: skip
            for offer, amount in given.items():
                redeem(order, offer, amount)
        summed("2026-03-20 12:00")

    def test_stands_beside_orders_without_one(self, orders):
        found = selectors.promotion_effect(asked=MARCH)

        assert [(row.kind, row.name, row.orders, str(row.revenue), str(row.discount))
                for row in found.rows] == [
            ("promotion", "Sale", 2, "1350.00", "150.00"),
            ("code", "WINTER", 1, "800.00", "200.00"),
            ("promotion", "Gift", 1, "450.00", "120.00"),
        ]  # fmt: skip
        some, none = found.with_offer, found.without
        assert (some.orders, some.revenue, some.discount) == (3, Decimal(2150), Decimal(470))
        assert (none.orders, none.revenue, none.discount) == (2, Decimal(900), Decimal(0))
        assert (some.average_order, none.average_order) == (Decimal("716.67"), Decimal("450.00"))
        assert some.discount_share == Decimal("17.9")  # 470 of 2620

    def test_is_nothing_in_an_empty_shop(self):
        found = selectors.promotion_effect(asked=MARCH)

        assert (found.rows, found.with_offer.orders, found.without.average_order) == ((), 0, None)


def offers():
    """Return two promotions and a code."""
    common = {
        "scope": "cart",
        "reward": "percent",
        "value": 10,
        "starts_at": at("2026-01-01 00:00"),
    }
    sale, gift = (
        Promotion.objects.create(name_ru=f"{name} по-русски", name_en=name, **common)
        for name in ("Sale", "Gift")
    )
    return sale, gift, PromoCode.objects.create(code="WINTER", **common)


def redeem(order, offer, amount):
    """Note what an offer gave an order."""
    which = {"code": offer} if isinstance(offer, PromoCode) else {"promotion": offer}
    Redemption.objects.create(customer=order.customer, order=order, amount=amount, **which)


class TestIdleStock:
    """Asked on 1 May for goods that nobody bought in 30 days, that is since 1 April.

    | pack      | received | units | cost | last picked | dead            |
    |-----------|----------|-------|------|-------------|-----------------|
    | dumplings | 1 March  | 10    | 50   | 31 March    | 8 left: 400     |
    | berries   | 1 March  | 10    | 80   | 1 April     | no              |
    | fish      | 1 March  | 5     |      | never       | 5 left: unknown |
    | ice cream | 20 April | 10    | 90   | never       | came lately     |
    | peas      | 1 March  | 3     | 10   | 5 March     | nothing left    |
    """

    def test_lies_there_since_before_and_nobody_wants_it(self, packs):
        dumplings, berries, fish = packs
        peas = VariantFactory()
        move(lot(dumplings, 10, "2026-03-01 10:00"), K.PICK, -2, "2026-03-31 23:59")
        move(lot(berries, 10, "2026-03-01 10:00", cost="80"), K.PICK, -2, "2026-04-01 00:00")
        lot(fish, 5, "2026-03-01 10:00", cost=None)
        lot(VariantFactory(), 10, "2026-04-20 10:00", cost="90")
        move(lot(peas, 3, "2026-03-01 10:00", cost="10"), K.PICK, -3, "2026-03-05 10:00")

        found = selectors.idle_stock(days=30, now=at("2026-05-01 12:00"))

        assert [(row.sku, row.units, str(row.tied_up), row.last_sold_on) for row in found.rows] == [
            ("DUMPLINGS", 8, "400.00", date(2026, 3, 31)),
            ("FISH", 5, "0.00", None),
        ]
        assert (found.packs, found.tied_up) == (2, Decimal("400.00"))

    def test_is_none_in_an_empty_shop(self):
        found = selectors.idle_stock(days=30, now=at("2026-05-01 12:00"))

        assert (found.rows, found.packs, found.tied_up) == ((), 0, 0)


class TestStockTurnover:
    """Ten days, 1 to 10 March; stock of dumplings at 50.00 and at 60.00 a unit.

    | moment        | what              | units | at cost | counts for | unit cost × days |
    |---------------|-------------------|-------|---------|------------|------------------|
    | 28 Feb 12:00  | received, lot 1   |    20 |    1000 | 10 days    |   10000          |
    |  3 Mar 00:00  | picked, lot 1     |    -4 |    -200 |  8 days    |   -1600          |
    |  6 Mar 00:00  | received, lot 2   |    10 |     600 |  5 days    |    3000          |
    |  6 Mar 00:00  | put back, lot 1   |     1 |      50 |  5 days    |     250          |
    |  9 Mar 00:00  | picked, lot 2     |    -5 |    -300 |  2 days    |    -600          |
    | 10 Mar 00:00  | thrown away, 1    |    -2 |    -100 |  1 day     |    -100          |
    | 15 Mar 00:00  | picked, lot 1     |    -3 |    -150 |  after it  |                  |

    Average stock 10950 ÷ 10 = 1095; cost of sales 200 - 50 + 300 = 450;
    turnover 450 ÷ 1095 = 0.41; days in stock 1095 ÷ 450 × 10 = 24.3;
    at its end 1000 - 200 + 600 + 50 - 300 - 100 = 1050; 8 units sold in ten days, 17 left now:
    they last 17 ÷ 8 × 10 = 21.25 days.
    """

    @pytest.fixture
    def dumplings(self, packs):
        first = lot(packs[0], 20, "2026-02-28 12:00", cost="50")
        move(first, K.PICK, -4, "2026-03-03 00:00")
        second = lot(packs[0], 10, "2026-03-06 00:00", cost="60")
        move(first, K.RETURN, 1, "2026-03-06 00:00")
        move(second, K.PICK, -5, "2026-03-09 00:00")
        write_off(first, 2, W.DAMAGED, "2026-03-10 00:00")
        move(first, K.PICK, -3, "2026-03-15 00:00")

    def test_is_cost_of_sales_over_average_stock(self, dumplings):
        found = selectors.stock_turnover(asked=MARCH, now=at("2026-03-20 12:00"))

        (row,) = found.rows
        assert (row.sku, row.on_hand, row.sellable, row.sold) == ("DUMPLINGS", 17, 17, 8)
        assert row.cost_of_sales == Decimal("450.00")
        assert row.average_value == Decimal("1095.00")
        assert row.value == Decimal("1050.00")
        assert row.turnover == Decimal("0.41")
        assert row.days_in_stock == Decimal("24.3")
        assert row.days_of_cover == Decimal("21.3")
        assert found.total.average_value == row.average_value

    def test_counts_a_running_period_as_far_as_it_has_passed(self, packs):
        found = lot(packs[0], 10, "2026-03-01 00:00", cost="50")
        move(found, K.PICK, -4, "2026-03-04 00:00")

        with time_machine.travel(at("2026-03-05 00:00")):
            (row,) = selectors.stock_turnover(asked=MARCH, now=at("2026-03-05 00:00")).rows

        # Four of the ten days: 500 for three of them, 300 for the last; 6 units left of 1 a day.
        assert row.average_value == Decimal("450.00")
        assert row.days_of_cover == Decimal("6.0")

    def test_says_how_many_units_have_no_cost(self, packs):
        lot(packs[0], 10, "2026-03-01 00:00", cost=None)
        lot(packs[0], 1, "2026-03-01 00:00", cost="70")

        (row,) = selectors.stock_turnover(asked=MARCH, now=at("2026-03-20 00:00")).rows

        assert (row.uncosted, row.value) == (10, Decimal("70.00"))
        assert (row.turnover, row.days_in_stock, row.days_of_cover) == (
            Decimal("0.00"), None, None,
        )  # fmt: skip

    def test_is_nothing_in_an_empty_shop(self):
        found = selectors.stock_turnover(asked=MARCH, now=at("2026-03-20 00:00"))

        assert (found.rows, found.packs, found.total.turnover) == ((), 0, None)


class TestWaste:
    def test_is_grouped_by_reason_the_dearest_first(self, packs):
        cheap = lot(packs[0], 50, "2026-02-01 10:00", cost="10.50")
        dear = lot(packs[1], 50, "2026-02-01 10:00", cost="99.99")
        write_off(cheap, 7, W.DAMAGED, "2026-02-28 23:59")
        write_off(cheap, 4, W.DAMAGED, "2026-03-01 00:00")
        write_off(dear, 1, W.DAMAGED, "2026-03-05 10:00")
        write_off(dear, 3, W.THAWED, "2026-03-10 23:59")
        write_off(dear, 9, W.THAWED, "2026-03-11 00:00")
        move(dear, K.PICK, -10, "2026-03-02 10:00")

        found = selectors.waste(asked=MARCH)

        assert [(row.reason, row.units, str(row.cost), str(row.share)) for row in found.rows] == [
            ("thawed", 3, "299.97", "67.9"),
            ("damaged", 5, "141.99", "32.1"),  # 4 × 10.50 + 99.99
        ]
        assert (found.units, found.cost) == (8, Decimal("441.96"))
        assert found.cost_of_sales == Decimal("999.90")
        assert found.of_sales == Decimal("44.2")

    def test_is_nothing_in_an_empty_shop(self):
        found = selectors.waste(asked=MARCH)

        assert (found.rows, found.units, found.cost, found.of_sales) == ((), 0, 0, None)
