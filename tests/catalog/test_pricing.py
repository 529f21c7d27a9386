"""Prices over time, as pure rules."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.dto import AskedPrice, BasePrice, PricePlan, PriceSteps
from apps.catalog.errors import InvalidPrice
from apps.catalog.pricing import (
    DEAREST,
    asked_at,
    base_steps,
    checked_price,
    checked_prices,
    overlap,
    published_steps,
)

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ASKED = AskedPrice(Decimal(300), Decimal(400))
prices = st.decimals("0.01", "1000", places=2)


def plan(price, starts, ends=None, key=0):
    """A plan from so many hours after now on."""
    return PricePlan(
        key, Decimal(price), NOW + starts * HOUR, None if ends is None else NOW + ends * HOUR
    )


class TestCheckedPrice:
    @pytest.mark.parametrize(
        ("given", "kept"),
        [("0.005", "0.01"), ("349.995", "350.00"), ("349.994", "349.99"), (DEAREST, DEAREST)],
    )
    def test_rounds_half_up(self, given, kept):
        assert checked_price(Decimal(given)) == Decimal(kept)

    @pytest.mark.parametrize(
        "given", ["0", "-1", "0.004", "NaN", "sNaN", "Infinity", "-Infinity", "1e12", "1e400"]
    )
    def test_refuses_what_is_no_price(self, given):
        with pytest.raises(InvalidPrice):
            checked_price(Decimal(given))

    def test_refuses_a_price_above_the_regular_one(self):
        with pytest.raises(InvalidPrice):
            checked_prices(price=Decimal("100.01"), regular_price=Decimal(100))


class TestBaseSteps:
    def test_lays_a_temporary_price_over_the_asked_one(self):
        steps = base_steps(ASKED, [plan(250, 1, 3)], NOW)

        assert steps == PriceSteps(
            Decimal(300), (NOW + HOUR, NOW + 3 * HOUR), (Decimal(250), Decimal(300))
        )

    def test_falls_back_to_what_is_asked_by_then(self):
        steps = base_steps(ASKED, [plan(250, 1, 3), plan(450, 2)], NOW)

        assert [steps.at(NOW + hours * HOUR) for hours in range(4)] == [300, 250, 250, 450]

    def test_has_no_edge_where_nothing_changes(self):
        assert base_steps(ASKED, [plan(300, 1, 3), plan(300, 2)], NOW).edges == ()

    def test_joins_prices_that_touch(self):
        steps = base_steps(ASKED, [plan(250, 1, 2), plan(200, 2, 3)], NOW)

        assert steps.steps == (250, 200, 300)

    def test_takes_what_is_due_in(self):
        steps = base_steps(ASKED, [plan(450, -5), plan(280, -3), plan(270, -1, 1)], NOW)

        assert (steps.first, steps.steps) == (270, (280,))

    def test_keeps_a_temporary_price_within_the_regular_one(self):
        lowered = AskedPrice(Decimal(200), Decimal(200))

        assert base_steps(lowered, [plan(250, 1, 3)], NOW).edges == ()

    @given(
        asked=st.tuples(prices, prices),
        spans=st.lists(st.tuples(prices, st.integers(-9, 9), st.integers(1, 5)), max_size=6),
        lasting=st.lists(st.tuples(prices, st.integers(-9, 9)), max_size=4),
    )
    def test_says_at_every_instant_what_the_plans_say(self, asked, spans, lasting):
        asked = AskedPrice(min(asked), max(asked))
        temporary, end = [], -10
        for price, starts, hours in sorted(spans, key=lambda span: span[1]):
            if starts >= end:
                end = starts + hours
                temporary.append(plan(price, starts, end))
        plans = [*temporary, *(plan(p, s) for s, p in {s: p for p, s in lasting}.items())]

        steps = base_steps(asked, plans, NOW)

        assert list(steps.edges) == sorted(set(steps.edges))
        assert all(edge > NOW for edge in steps.edges)
        before = (steps.first, *steps.steps)
        assert all(a != b for a, b in zip(before, steps.steps, strict=False))
        for half_hours in range(30):
            at = NOW + half_hours * HOUR / 2
            then = asked_at(asked, plans, at)
            held = [p.price for p in temporary if p.starts_at <= at < p.ends_at]
            assert steps.at(at) == (min(held[0], then.regular_price) if held else then.price)
            assert 0 < steps.at(at) <= then.regular_price


class TestOverlap:
    @pytest.mark.parametrize(
        ("one", "other", "expected"),
        [
            (plan(1, 1, 3), plan(2, 2, 4), True),
            (plan(1, 1, 3), plan(2, 3, 4), False),
            (plan(1, 1, 3), plan(2, 1), False),
            (plan(1, 1), plan(2, 1), True),
            (plan(1, 1), plan(2, 2), False),
        ],
    )
    def test_concerns_plans_of_a_kind(self, one, other, expected):
        assert overlap(one, other) is overlap(other, one) is expected


class TestPublishedSteps:
    def base(self, *edges, steps=()):
        timeline = PriceSteps(Decimal(300), edges, tuple(map(Decimal, steps)))
        return BasePrice(1, 1, (1,), Decimal(400), timeline)

    def test_takes_what_the_rules_gave(self):
        given = PriceSteps(Decimal(270), (NOW + HOUR,), (Decimal(240),))

        assert published_steps(self.base(), given, NOW) == given

    def test_forgets_what_is_over(self):
        given = PriceSteps(
            Decimal(1), (NOW - HOUR, NOW, NOW + HOUR), (Decimal(2), Decimal(3), Decimal(4))
        )

        assert published_steps(self.base(), given, NOW) == PriceSteps(
            Decimal(3), (NOW + HOUR,), (Decimal(4),)
        )

    @pytest.mark.parametrize("bad", ["0", "-5", "0.004", "400.01"])
    def test_asks_the_base_price_where_the_rules_gave_none(self, bad):
        base = self.base(NOW + 2 * HOUR, steps=[350])
        given = PriceSteps(Decimal(200), (NOW + HOUR,), (Decimal(bad),))

        found = published_steps(base, given, NOW)

        assert [found.at(NOW + hours * HOUR) for hours in range(3)] == [200, 300, 350]

    def test_follows_a_base_price_above_the_regular_one(self):
        base = self.base(NOW + HOUR, steps=[500])
        given = PriceSteps(Decimal(300), (NOW + HOUR,), (Decimal(450),))

        assert published_steps(base, given, NOW).steps == (450,)
