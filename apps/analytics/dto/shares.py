"""Shares and other numbers that are no money: one place, half up."""

from decimal import ROUND_HALF_UP, Decimal

_TENTH = Decimal("0.1")


def percent(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Return a part in percent with one place, nothing of nothing."""
    return tenth(Decimal(part) * 100 / Decimal(whole)) if whole > 0 else None


def tenth(number: Decimal) -> Decimal:
    """Return a number that is no money with one place, half up."""
    return number.quantize(_TENTH, rounding=ROUND_HALF_UP)
