from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.analytics import selectors
from apps.analytics.dto import Step
from apps.analytics.periods import Period, last_days
from apps.fulfilment import services as fulfilment
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
from tests.analytics.support import at, sold, step
from tests.factories import OrderFactory, StaffFactory, VariantFactory, placed_order

pytestmark = pytest.mark.django_db

WEEK = Period(date(2026, 3, 2), date(2026, 3, 9))


def table(rows):
    return [
        (row.start.isoformat(), row.taken, row.delivered, str(row.revenue), row.units, row.lost)
        for row in rows
    ]


@pytest.fixture
def march(summed):
    """Eight orders around the week of Monday, 2 March 2026.

    | order | placed     | delivered  | cancelled | returned  | total | units |
    |-------|------------|------------|-----------|-----------|-------|-------|
    | A     | Sun  1 Mar | Mon  2 Mar |           |           |   900 |     4 |
    | B     | Mon  2 Mar | Mon  2 Mar |           |           |  1000 |     3 |
    | C     | Mon  2 Mar | Tue  3 Mar |           | Fri 6 Mar |   500 |     1 |
    | D     | Mon  2 Mar |            | Tue 3 Mar |           |   700 |       |
    | E     | Wed  4 Mar | Sun  8 Mar |           |           |   333 |     2 (of 5) |
    | F     | Wed  4 Mar |            |           |           |   800 |  still open |
    | G     | Sun  8 Mar | Mon  9 Mar |           |           |   650 |     2 |
    | H     | Fri 27 Feb | Sat 28 Feb |           |           |   450 |     1 |
    """
    dumplings, berries = VariantFactory.create_batch(2)
    sold("2026-03-01 20:00", delivered="2026-03-02 00:00", total="900", wanted={dumplings: 4})
    sold("2026-03-02 00:00", delivered="2026-03-02 23:59", total="1000",
         wanted={dumplings: 1, berries: 2})  # fmt: skip
    sold("2026-03-02 09:00", delivered="2026-03-03 12:00", returned="2026-03-06 12:00",
         total="500", wanted={berries: 1})  # fmt: skip
    sold("2026-03-02 10:00", cancelled="2026-03-03 08:00", total="700", wanted={berries: 7})
    sold("2026-03-04 10:00", delivered="2026-03-08 23:59", total="333",
         wanted={dumplings: 5}, picked={dumplings: 2})  # fmt: skip
    sold("2026-03-04 11:00", total="800", wanted={dumplings: 8})
    sold("2026-03-08 21:00", delivered="2026-03-09 00:00", total="650", wanted={berries: 2})
    sold("2026-02-27 12:00", delivered="2026-02-28 12:00", total="450", wanted={berries: 1})
    summed("2026-03-20 12:00")


class TestSales:
    def test_by_day(self, march):
        found = selectors.sales(asked=WEEK, step=Step.DAY)

        assert table(found.rows) == [
            # day           taken delivered revenue   units lost
            ("2026-03-02", 3, 2, "1900.00", 7, 0),  # A 900 + B 1000; B, C and D were placed
            ("2026-03-03", 0, 1, "500.00", 1, 1),  # C; D was cancelled
            ("2026-03-04", 2, 0, "0.00", 0, 0),  # E and F were placed
            ("2026-03-05", 0, 0, "0.00", 0, 0),
            ("2026-03-06", 0, 0, "-500.00", -1, 0),  # C came back
            ("2026-03-07", 0, 0, "0.00", 0, 0),
            ("2026-03-08", 1, 1, "333.00", 2, 0),  # E, two of five; G was placed
        ]

    def test_by_week_with_the_edges_cut(self, march):
        asked = Period(date(2026, 2, 28), date(2026, 3, 10))

        found = selectors.sales(asked=asked, step=Step.WEEK)

        assert table(found.rows) == [
            ("2026-02-23", 1, 1, "450.00", 1, 0),  # Saturday and Sunday of it: A placed, H sold
            ("2026-03-02", 6, 4, "2233.00", 9, 1),
            ("2026-03-09", 0, 1, "650.00", 2, 0),  # Monday of it
        ]

    def test_by_month(self, march):
        asked = Period(date(2026, 2, 1), date(2026, 4, 1))

        found = selectors.sales(asked=asked, step=Step.MONTH)

        assert table(found.rows) == [
            ("2026-02-01", 1, 1, "450.00", 1, 0),
            ("2026-03-01", 7, 5, "2883.00", 11, 1),
        ]

    def test_add_up_and_compare_with_the_period_before(self, march):
        found = selectors.sales(asked=WEEK, step=Step.DAY)

        total = found.total
        assert (total.taken, total.delivered, total.returned, total.lost) == (6, 4, 1, 1)
        assert total.revenue == Decimal("2233.00")  # 900 + 1000 + 500 + 333 - 500
        assert total.average_order == Decimal("683.25")  # (900 + 1000 + 500 + 333) / 4
        assert total.lost_share == Decimal("20.0")  # D of the five that ended: A, B, C, E, D
        assert (found.previous.taken, found.previous.revenue) == (2, Decimal("450.00"))

    def test_never_count_orders_that_nobody_paid(self, summed):
        with_money = OrderFactory(status=OrderStatus.AWAITING_PAYMENT)
        for target in (OrderStatus.EXPIRED, OrderStatus.CANCELLED):
            order = OrderFactory(status=OrderStatus.AWAITING_PAYMENT)
            step(order, target, "2026-03-03 12:00")
        step(with_money, OrderStatus.PLACED, "2026-03-04 12:00")
        summed("2026-03-20 12:00")

        found = selectors.sales(asked=WEEK, step=Step.DAY)

        assert [row.taken for row in found.rows] == [0, 0, 1, 0, 0, 0, 0]
        assert found.total.lost == 0

    def test_of_an_empty_shop_are_nothing(self):
        found = selectors.sales(asked=WEEK, step=Step.DAY)

        assert len(found.rows) == 7
        assert found.total.revenue == 0
        assert found.total.average_order is None
        assert found.total.lost_share is None

    @pytest.mark.parametrize(
        ("day", "hours"), [("2026-10-25", 25), ("2026-03-29", 23), ("2026-10-24", 24)]
    )
    def test_know_the_length_of_every_day(self, day, hours, settings, summed):
        settings.SHOP_TIME_ZONE = "Europe/Berlin"  # clocks change on 29 March and 25 October
        first = date.fromisoformat(day)
        asked = Period(first, first + timedelta(days=1))
        for placed in ("00:00", "02:30", "23:59"):
            sold(f"{day} {placed}")
        sold(f"{asked.end} 00:00")
        summed("2026-11-20 12:00")

        found = selectors.sales(asked=asked, step=Step.DAY)

        assert [row.taken for row in found.rows] == [3]
        assert asked.ends_at.timestamp() - asked.starts_at.timestamp() == hours * 3600

    def test_follow_a_real_order(self):
        owner, order = StaffFactory(role="owner"), placed_order()
        moment = order.created_at
        for deed in (
            orders.confirm_order, fulfilment.start_picking, fulfilment.pack_order,
            fulfilment.send_out, fulfilment.deliver,
        ):  # fmt: skip
            deed(order_id=order.pk, actor_id=owner.pk, now=moment)
        order.refresh_from_db()
        today = last_days(1, now=moment)

        (row,) = selectors.sales(asked=today, step=Step.DAY).rows

        assert (row.taken, row.delivered, row.units) == (1, 1, 3)
        assert row.revenue == order.total


class TestTakenByHour:
    def test_adds_up_todays_orders_by_the_shops_clock(self):
        sold("2026-03-03 23:59", total="100.00")
        sold("2026-03-04 00:00", total="200.00")
        sold("2026-03-04 09:10", total="300.00")
        sold("2026-03-04 09:50", cancelled="2026-03-04 10:00", total="400.00")
        sold("2026-03-04 14:00", total="500.00")

        found = selectors.taken_by_hour(now=at("2026-03-04 14:00"))

        assert found == {0: Decimal("200.00"), 9: Decimal("700.00")}
