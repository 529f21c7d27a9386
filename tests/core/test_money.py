from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from apps.core import money

amounts = st.decimals(min_value=-100_000, max_value=100_000, places=2)
weights = st.lists(st.decimals(min_value=0, max_value=10_000, places=2), min_size=1, max_size=12)


class TestRounded:
    @pytest.mark.parametrize(
        ("exact", "expected"),
        [("0.005", "0.01"), ("2.675", "2.68"), ("-0.005", "-0.01"), ("1", "1.00")],
    )
    def test_rounds_half_up(self, exact, expected):
        assert money.rounded(Decimal(exact)) == Decimal(expected)


class TestSplit:
    def test_gives_the_largest_remainder_the_odd_cent(self):
        parts = money.split(Decimal("10.00"), [Decimal(1), Decimal(1), Decimal(1)])

        assert parts == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]

    @given(total=amounts, shares=weights.filter(lambda values: sum(values) > 0))
    def test_sums_exactly_and_strays_less_than_a_cent_from_fair(self, total, shares):
        parts = money.split(total, shares)

        assert sum(parts) == total
        for part, share in zip(parts, shares, strict=True):
            assert abs(part - total * share / sum(shares)) < money.CENT

    def test_refuses_to_split_something_over_nothing(self):
        with pytest.raises(ValueError, match="weight"):
            money.split(Decimal("1.00"), [Decimal(0)])


class TestFormatMoney:
    @pytest.mark.parametrize(
        ("language", "amount", "expected"),
        [
            ("ru", "1234.50", "1\xa0234,50\xa0₽"),
            ("ru", "349.00", "349\xa0₽"),
            ("en", "1234.50", "1,234.50\xa0₽"),
            ("en", "0", "0\xa0₽"),
            ("ru", "-71", "−71\xa0₽"),
        ],
    )
    def test_writes_as_the_language_does(self, language, amount, expected):
        with translation.override(language):
            assert money.format_money(Decimal(amount)) == expected


class TestMinorUnits:
    @pytest.mark.parametrize(
        ("amount", "currency", "minor"),
        [("10.05", "RUB", 1005), ("0.01", "EUR", 1), ("500.00", "JPY", 500)],
    )
    def test_count_whole(self, amount, currency, minor):
        assert money.to_minor(Decimal(amount), currency) == minor
        assert money.from_minor(minor, currency) == Decimal(amount)
