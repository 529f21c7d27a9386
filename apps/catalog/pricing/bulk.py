"""What a change in bulk makes of one pack's prices."""

from decimal import ROUND_FLOOR, Decimal

from apps.catalog.dto import (
    AskedPrice,
    PriceMove,
    PriceOperation,
    PriceProblem,
    PriceRounding,
    PriceTarget,
)
from apps.catalog.pricing.timeline import DEAREST
from apps.core.money import rounded

_TEN, _NINE, _HALF = Decimal(10), Decimal(9), Decimal("0.5")


def changed(asked: AskedPrice, operation: PriceOperation) -> AskedPrice | PriceProblem:
    """Return the prices after an operation, or why there are none.

    A change of the regular price takes the asked one along, unless the pack is on sale: then that
    stays, but never above the regular one. A change of the sale price leaves the regular one.
    """
    if operation.move == PriceMove.RESET:
        return AskedPrice(asked.regular_price, asked.regular_price)
    if operation.target == PriceTarget.SALE:
        price = _moved(asked.price, operation, ceiling=asked.regular_price)
        if isinstance(price, PriceProblem):
            return price
        if price > asked.regular_price:
            return PriceProblem.ABOVE_REGULAR
        return AskedPrice(price, asked.regular_price)
    regular = _moved(asked.regular_price, operation)
    if isinstance(regular, PriceProblem):
        return regular
    is_on_sale = asked.price < asked.regular_price
    return AskedPrice(min(asked.price, regular) if is_on_sale else regular, regular)


def rounded_to(amount: Decimal, rounding: PriceRounding) -> Decimal:
    """Return the nearest price that a price tag shows; of two equally near the dearer one.

    Whole, or whole and ending in nine (at least 9); otherwise with two places.
    """
    if rounding == PriceRounding.WHOLE:
        return rounded((amount + _HALF).to_integral_value(ROUND_FLOOR))
    if rounding == PriceRounding.NINE:
        tens = ((amount + 1) / _TEN + _HALF).to_integral_value(ROUND_FLOOR)
        return rounded(max(tens * _TEN - 1, _NINE))
    return rounded(amount)


def _moved(
    price: Decimal, operation: PriceOperation, *, ceiling: Decimal | None = None
) -> Decimal | PriceProblem:
    """Return a price after the operation; a nine above the ceiling gives way to the one below."""
    by = price * operation.amount / 100 if operation.move == PriceMove.PERCENT else operation.amount
    exact = price + by
    if exact <= 0:
        return PriceProblem.NOT_POSITIVE
    moved = rounded_to(exact, operation.rounding)
    if ceiling is not None and exact <= ceiling < moved:
        moved -= 1 if operation.rounding == PriceRounding.WHOLE else _TEN
    if moved <= 0:
        return PriceProblem.NOT_POSITIVE
    return moved if moved <= DEAREST else PriceProblem.TOO_LARGE
