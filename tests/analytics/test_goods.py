from datetime import date
from decimal import Decimal

import pytest
import time_machine

from apps.analytics import selectors
from apps.analytics.periods import Period
from apps.inventory.dto import MovementKind
from tests.analytics.support import at, lot, move, sold, write_off
from tests.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db

MARCH = Period(date(2026, 3, 1), date(2026, 3, 11))  # ten days
K = MovementKind


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


class TestDeadStock:
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

        found = selectors.dead_stock(days=30, now=at("2026-05-01 12:00"))

        assert [(row.sku, row.units, str(row.tied_up), row.last_sold_on) for row in found.rows] == [
            ("DUMPLINGS", 8, "400.00", date(2026, 3, 31)),
            ("FISH", 5, "0.00", None),
        ]
        assert (found.packs, found.tied_up) == (2, Decimal("400.00"))

    def test_is_none_in_an_empty_shop(self):
        found = selectors.dead_stock(days=30, now=at("2026-05-01 12:00"))

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
        write_off(first, 2, "torn", "2026-03-10 00:00")
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
        write_off(cheap, 7, "torn", "2026-02-28 23:59")
        write_off(cheap, 4, "torn", "2026-03-01 00:00")
        write_off(dear, 1, "torn", "2026-03-05 10:00")
        write_off(dear, 3, "thawed", "2026-03-10 23:59")
        write_off(dear, 9, "thawed", "2026-03-11 00:00")
        move(dear, K.PICK, -10, "2026-03-02 10:00")

        found = selectors.waste(asked=MARCH)

        assert [(row.reason, row.units, str(row.cost), str(row.share)) for row in found.rows] == [
            ("thawed", 3, "299.97", "67.9"),
            ("torn", 5, "141.99", "32.1"),  # 4 × 10.50 + 99.99
        ]
        assert (found.units, found.cost) == (8, Decimal("441.96"))
        assert found.cost_of_sales == Decimal("999.90")
        assert found.of_sales == Decimal("44.2")

    def test_is_nothing_in_an_empty_shop(self):
        found = selectors.waste(asked=MARCH)

        assert (found.rows, found.units, found.cost, found.of_sales) == ((), 0, 0, None)
