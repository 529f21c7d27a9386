"""The arithmetic of markdowns: pure rules, no database."""

from collections.abc import Iterable
from decimal import Decimal

from apps.core.money import CENT, ZERO, rounded

LEAST_PERCENT, MOST_PERCENT = 1, 90


def marked_down(price: Decimal, percent: int) -> Decimal:
    """Return a price with so many percent taken off; never nothing."""
    return max(CENT, rounded(price * (100 - percent) / 100))


def step_for(days_left: int, steps: Iterable[int]) -> int | None:
    """Return the step that a lot has come to: the nearest number of days not below what is left."""
    return min((days for days in steps if days >= days_left), default=None)


def loss_without(*, units: int, days_left: int, pace: Decimal, value: Decimal) -> Decimal:
    """Return what units will be worth that nobody buys in time at so many units a day.

    The last day of sale counts: a lot with no day left is sold until tonight.
    """
    unsold = max(ZERO, Decimal(units) - pace * (max(0, days_left) + 1))
    return rounded(unsold * value)
