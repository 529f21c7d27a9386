"""Settle what was not there when an order was packed."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from apps.core.money import ZERO
from apps.core.transactions import retrying_atomic
from apps.orders.dto import AdjustmentKind
from apps.orders.errors import InvalidShortage, OrderNotFound
from apps.orders.models import Order, OrderAdjustment, OrderLine
from apps.orders.services.receipts import missing_lines
from apps.payments import services as payments


@retrying_atomic
def apply_shortage(*, order_id: int, picked: Mapping[int, int], now: datetime) -> Decimal:
    """Write down how many of each line were picked, and take what is missing off the total.

    `picked` goes by order line; lines left out were not touched. Returns the sum taken off now.
    Call it before the order is moved to PACKED, so that the notice tells the new total.

    Raises:
        OrderNotFound: There is no such order.
        InvalidShortage: More was picked than ordered, or a line is not the order's.
    """
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound
    lines = {line.pk: line for line in order.lines.all()}
    if any(
        line_id not in lines or not 0 <= quantity <= lines[line_id].quantity
        for line_id, quantity in picked.items()
    ):
        raise InvalidShortage
    before = {pk: _missing(line) for pk, line in lines.items()}
    for line_id, quantity in picked.items():
        lines[line_id].picked_quantity = quantity
    OrderLine.objects.bulk_update(lines.values(), ["picked_quantity"])
    return _take_off(order, lines, before, now)


def _take_off(
    order: Order, by_id: Mapping[int, OrderLine], before: Mapping[int, int], now: datetime
) -> Decimal:
    """Bring the total down to what was picked; a second call settles the difference only."""
    lines = list(by_id.values())
    missing = {line.sku: _missing(line) for line in lines if _missing(line)}
    goods = sum((line.worth_of(_missing(line), among=line.quantity) for line in lines), ZERO)
    difference = goods - order.shortage
    if difference:
        OrderAdjustment.objects.create(
            order=order,
            kind=AdjustmentKind.SHORTAGE,
            amount=-difference,
            explanation={"missing": missing},
        )
        total = order.total - difference
        Order.objects.filter(pk=order.pk).update(total=total, updated_at=now)
        payments.change_amount(
            order_id=order.pk, amount=total - _given_back(lines),
            lines=missing_lines(by_id, before), now=now,
        )  # fmt: skip
    return difference


def _given_back(lines: list[OrderLine]) -> Decimal:
    """Return what was given back for units that still count in the total."""
    return sum(
        (
            min(line.refunded, line.to_pay - line.worth_of(_missing(line), among=line.quantity))
            for line in lines
        ),
        ZERO,
    )


def _missing(line: OrderLine) -> int:
    return 0 if line.picked_quantity is None else line.quantity - line.picked_quantity
