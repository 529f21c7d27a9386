"""What a change in bulk makes of one pack, as pure rules."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.dto import (
    AskedPrice,
    PriceMove,
    PriceOperation,
    PriceProblem,
    PriceRounding,
    PriceTarget,
)
from apps.catalog.pricing import DEAREST, changed, rounded_to

amounts = st.decimals("0.01", "100000", places=4)
prices = st.decimals("0.01", "100000", places=2)


def operation(target="regular", move="percent", amount="10", rounding="none"):
    return PriceOperation(
        PriceTarget(target), PriceMove(move), Decimal(amount), PriceRounding(rounding)
    )


def asked(price, regular=None):
    return AskedPrice(Decimal(price), Decimal(regular or price))


class TestRoundedTo:
    @pytest.mark.parametrize(
        ("amount", "rounding", "expected"),
        [
            ("343.005", "none", "343.01"), ("343.49", "whole", "343"), ("343.5", "whole", "344"),
            ("0.4", "whole", "0"), ("343", "nine", "339"), ("344", "nine", "349"),
            ("343.99", "nine", "339"), ("349", "nine", "349"), ("350", "nine", "349"),
            ("354", "nine", "359"), ("1", "nine", "9"), ("9.01", "nine", "9"),
        ],
    )  # fmt: skip
    def test_takes_the_nearest_of_its_kind(self, amount, rounding, expected):
        assert rounded_to(Decimal(amount), PriceRounding(rounding)) == Decimal(expected)

    @given(amounts)
    def test_ends_in_nine_and_goes_no_further_than_five(self, amount):
        nine = rounded_to(amount, PriceRounding.NINE)

        assert nine % 10 == 9
        assert abs(nine - amount) <= 5 or (nine == 9 and amount < 4)

    @given(amounts)
    def test_is_whole_and_goes_no_further_than_a_half(self, amount):
        whole = rounded_to(amount, PriceRounding.WHOLE)

        assert whole == whole.to_integral_value()
        assert abs(whole - amount) <= Decimal("0.5")

    @given(amounts, amounts, st.sampled_from(PriceRounding))
    def test_keeps_the_order_and_repeats_itself_harmlessly(self, one, other, rounding):
        low, high = (rounded_to(amount, rounding) for amount in sorted((one, other)))

        assert low <= high
        assert rounded_to(low, rounding) == low


class TestChanged:
    @pytest.mark.parametrize(
        ("before", "change", "after"),
        [
            (asked(300), operation(amount="10"), asked(330)),
            (asked(300), operation(amount="-10"), asked(270)),
            (asked(250, 300), operation(amount="10"), asked(250, 330)),
            (asked(250, 300), operation(amount="-50"), asked(150)),
            (asked(300), operation(move="amount", amount="-0.50"), asked("299.50")),
            (asked(300), operation("sale", amount="-15"), asked(255, 300)),
            (asked(250, 300), operation("sale", amount="20"), asked(300)),
            (asked(300), operation("sale", amount="-15", rounding="nine"), asked(259, 300)),
            (asked(95), operation("sale", amount="-1", rounding="nine"), asked(89, 95)),
            (asked("95.40"), operation("sale", amount="-1", rounding="whole"), asked(94, "95.40")),
            (asked(250, 300), operation("sale", "reset"), asked(300)),
            (asked("0.33"), operation(amount="50"), asked("0.50")),
        ],
    )
    def test_says_the_new_prices(self, before, change, after):
        assert changed(before, change) == after

    @pytest.mark.parametrize(
        ("before", "change", "problem"),
        [
            (asked(80), operation(move="amount", amount="-80"), PriceProblem.NOT_POSITIVE),
            (asked(80), operation(amount="-100"), PriceProblem.NOT_POSITIVE),
            (asked(80), operation(amount="-99.5", rounding="whole"), PriceProblem.NOT_POSITIVE),
            (asked("0.01"), operation(amount="-60"), PriceProblem.NOT_POSITIVE),
            (asked(250, 300), operation("sale", amount="21"), PriceProblem.ABOVE_REGULAR),
            (asked(5), operation("sale", amount="-1", rounding="nine"), PriceProblem.NOT_POSITIVE),
            (asked(DEAREST), operation(amount="1"), PriceProblem.TOO_LARGE),
        ],
    )
    def test_says_why_there_are_none(self, before, change, problem):
        assert changed(before, change) == problem

    @given(
        st.tuples(prices, prices),
        st.sampled_from(PriceTarget),
        st.sampled_from(PriceMove),
        st.decimals("-1000", "1000", places=2).filter(bool),
        st.sampled_from(PriceRounding),
    )
    def test_never_makes_what_the_database_refuses(self, pair, target, move, amount, rounding):
        before = AskedPrice(min(pair), max(pair))

        after = changed(before, PriceOperation(target, move, amount, rounding))

        if isinstance(after, AskedPrice):
            assert 0 < after.price <= after.regular_price <= DEAREST
            assert after.price.as_tuple().exponent == after.regular_price.as_tuple().exponent == -2
            if target == PriceTarget.SALE and move != PriceMove.RESET:
                assert after.regular_price == before.regular_price
