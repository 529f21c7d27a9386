from datetime import date
from decimal import Decimal

import pytest

from apps.analytics import selectors, services
from apps.analytics.dto import Door, Stage, Step
from apps.analytics.periods import Period
from tests.analytics.support import at, sold
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


class TestCustomers:
    """Days on which four customers ordered.

    | customer | January | February | March     | April |
    |----------|---------|----------|-----------|-------|
    | Anna     | 10, 10  | 3        | 2, 4, 9   |       |
    | Boris    | 31      |          | 1         | 30    |
    | Clara    |         | 14       |           | 1     |
    | Daria    |         |          | 3, 4      |       |
    """

    @pytest.fixture
    def year(self, summed):
        anna, boris, clara, daria = CustomerFactory.create_batch(4)
        days = {
            anna.pk: ["01-10", "01-10", "02-03", "03-02", "03-04", "03-09"],
            boris.pk: ["01-31", "03-01", "04-30"],
            clara.pk: ["02-14", "04-01"],
            daria.pk: ["03-03", "03-04"],
        }
        for customer, dates in days.items():
            for day in dates:
                sold(f"2026-{day} 12:00", customer_id=customer)
        summed("2026-05-02 12:00")

    def test_by_month(self, year):
        found = selectors.customers(
            asked=Period(date(2026, 1, 1), date(2026, 5, 1)), step=Step.MONTH
        )

        assert [(row.start.month, row.new, row.returning, row.orders) for row in found.rows] == [
            (1, 2, 0, 3),  # Anna and Boris
            (2, 1, 1, 2),  # Clara; Anna again
            (3, 1, 2, 6),  # Daria; Anna and Boris again
            (4, 0, 2, 2),  # Boris and Clara again
        ]
        assert (found.total.new, found.total.returning, found.total.orders) == (4, 0, 13)

    def test_by_week_of_a_part_of_the_year(self, year):
        """From Tuesday, 3 March: Anna's order of Monday lies before it."""
        found = selectors.customers(
            asked=Period(date(2026, 3, 3), date(2026, 3, 10)), step=Step.WEEK
        )

        assert [(str(row.start), row.new, row.returning) for row in found.rows] == [
            ("2026-03-02", 1, 1),  # Daria; Anna on the 4th
            ("2026-03-09", 0, 1),  # Anna
        ]
        assert (found.total.new, found.total.returning, found.total.orders) == (1, 1, 4)
        assert found.total.returning_share == Decimal("50.0")

    def test_by_day(self, year):
        found = selectors.customers(asked=Period(date(2026, 3, 1), date(2026, 3, 5)), step=Step.DAY)

        assert [(row.new, row.returning, row.orders) for row in found.rows] == [
            (0, 1, 1), (0, 1, 1), (1, 0, 1), (0, 2, 2),
        ]  # fmt: skip

    def test_cohorts_show_who_is_still_there(self, year):
        found = selectors.cohorts(asked=Period(date(2026, 4, 1), date(2026, 5, 1)))

        assert [(str(cohort.month)[:7], cohort.active) for cohort in found.rows] == [
            ("2026-01", (2, 1, 2, 1)),  # Anna and Boris; Anna; both; Boris
            ("2026-02", (1, 0, 1)),  # Clara; nobody; Clara
            ("2026-03", (1, 0)),  # Daria
        ]
        assert found.rows[0].retained == (
            Decimal("100.0"), Decimal("50.0"), Decimal("100.0"), Decimal("50.0"),
        )  # fmt: skip

    def test_end_where_the_period_ends(self, year):
        found = selectors.cohorts(asked=Period(date(2026, 3, 1), date(2026, 3, 3)))

        assert [(str(cohort.month)[:7], cohort.active) for cohort in found.rows] == [
            ("2026-01", (2, 1, 2)),
            ("2026-02", (1, 0)),
        ]

    def test_are_none_in_an_empty_shop(self):
        asked = Period(date(2026, 1, 1), date(2026, 3, 1))

        found = selectors.customers(asked=asked, step=Step.MONTH)

        assert [(row.new, row.returning) for row in found.rows] == [(0, 0), (0, 0)]
        assert found.total.returning_share is None
        assert selectors.cohorts(asked=asked).rows == ()


class TestFunnel:
    """Visits of three customers on 2 and 3 March.

    | day | customer | door    | as far as           |
    |-----|----------|---------|---------------------|
    | 2   | Anna     | bot     | came                |
    | 2   | Anna     | Mini App| ordered             |
    | 2   | Boris    | bot     | put into the cart   |
    | 2   | Clara    | API     | began a checkout    |
    | 3   | Anna     | bot     | ordered             |
    | 3   | Boris    | bot     | looked at a product |
    | 4   | Clara    | bot     | ordered (outside)   |

    A stage counts all that went further, noted or not: a repeated order skips the products.
    """

    @pytest.fixture
    def visits(self, summed):
        anna, boris, clara = 11, 12, 13
        for day, visitor, door, stages in (
            (2, anna, Door.BOT, [Stage.STARTED]),
            (2, anna, Door.WEBAPP, [Stage.STARTED, Stage.CHECKOUT, Stage.ORDERED]),
            (2, boris, Door.BOT, [Stage.STARTED, Stage.PRODUCT, Stage.CART]),
            (2, clara, Door.API, [Stage.CHECKOUT]),
            (3, anna, Door.BOT, [Stage.STARTED, Stage.CART, Stage.ORDERED]),
            (3, boris, Door.BOT, [Stage.PRODUCT]),
            (4, clara, Door.BOT, [Stage.ORDERED]),
        ):
            for stage in stages:
                services.note_stage(
                    customer_id=visitor, stage=stage, door=door, now=at(f"2026-03-0{day} 12:00")
                )
        summed("2026-03-20 12:00")

    def test_counts_visits_by_stage_and_door(self, visits):
        found = selectors.funnel(asked=Period(date(2026, 3, 2), date(2026, 3, 4)))

        assert {row.door: row.counts for row in (found.total, *found.doors)} == {
            # came, looked, cart, checkout, ordered
            "": (5, 5, 4, 3, 2),  # Anna's two doors of the 2nd are one visit
            "bot": (4, 3, 2, 1, 1),
            "webapp": (1, 1, 1, 1, 1),
            "api": (1, 1, 1, 1, 0),
        }
        assert found.total.conversions == (
            None, Decimal("100.0"), Decimal("80.0"), Decimal("75.0"), Decimal("66.7"),
        )  # fmt: skip
        assert found.total.conversion == Decimal("40.0")

    def test_is_empty_in_an_empty_shop(self):
        found = selectors.funnel(asked=Period(date(2026, 3, 2), date(2026, 3, 4)))

        assert found.total.counts == (0, 0, 0, 0, 0)
        assert found.total.conversions == (None,) * 5
        assert found.total.conversion is None
