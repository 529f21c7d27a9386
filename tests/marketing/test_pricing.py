from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.marketing.pricing import loss_without, marked_down, step_for


class TestMarkedDown:
    @pytest.mark.parametrize(
        ("price", "percent", "expected"),
        [("300", 20, "240.00"), ("99.99", 35, "64.99"), ("0.01", 90, "0.01"), ("0.05", 50, "0.03")],
    )
    def test_rounds_as_a_till_does_and_never_to_nothing(self, price, percent, expected):
        assert marked_down(Decimal(price), percent) == Decimal(expected)

    @given(st.decimals("0.01", "99999.99", places=2), st.integers(1, 90))
    def test_is_never_dearer_and_never_free(self, price, percent):
        assert 0 < marked_down(price, percent) <= price


class TestStepFor:
    @pytest.mark.parametrize(
        ("days", "step"), [(15, None), (14, 14), (8, 14), (7, 7), (4, 7), (3, 3), (0, 3), (-1, 3)]
    )
    def test_is_the_nearest_that_has_come(self, days, step):
        assert step_for(days, (7, 14, 3)) == step

    def test_is_none_without_rules(self):
        assert step_for(1, ()) is None


class TestLossWithout:
    def test_counts_the_last_day_as_a_day_of_sale(self):
        loss = loss_without(units=20, days_left=4, pace=Decimal(2), value=Decimal("99.50"))

        assert loss == Decimal("995.00")

    def test_is_nothing_where_all_will_be_sold(self):
        assert loss_without(units=3, days_left=7, pace=Decimal(2), value=Decimal(100)) == 0

    def test_is_everything_where_nobody_buys(self):
        assert loss_without(units=3, days_left=7, pace=Decimal(0), value=Decimal(100)) == 300
