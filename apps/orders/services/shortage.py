"""Settle what an order is worth when it was packed: what was not there, and what weighs less."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from apps.core.money import ZERO
from apps.core.transactions import retrying_atomic
from apps.orders.dto import AdjustmentKind
from apps.orders.errors import InvalidShortage, OrderNotFound
from apps.orders.models import Order, OrderAdjustment, OrderLine
from apps.orders.services.receipts import lines_that_left
from apps.payments import services as payments


@retrying_atomic
def apply_shortage(*, order_id: int, picked: Mapping[int, int], now: datetime) -> Decimal:
    """Write down how many of each line were picked, and take what is missing off the total.

    Goods by weight are charged for what they weigh, never for more than was agreed. `picked` goes
    by order line; lines left out were not touched. Returns the sum taken off now.
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
    before = {line.pk: (line.there, line.charged) for line in lines.values()}
    for line_id, quantity in picked.items():
        lines[line_id].picked_quantity = quantity
    OrderLine.objects.bulk_update(lines.values(), ["picked_quantity"])
    return _take_off(order, list(lines.values()), before, now)


def _take_off(
    order: Order, lines: list[OrderLine], before: Mapping[int, tuple[int, Decimal]], now: datetime
) -> Decimal:
    """Bring the total to what was picked and weighed; a second call settles the difference only."""
    short = sum((line.agreed_for(_missing(line), among=line.quantity) for line in lines), ZERO)
    short -= order.shortage
    missing = {line.sku: _missing(line) for line in lines if _missing(line)}
    _adjust(order, AdjustmentKind.SHORTAGE, short, {"missing": missing})
    light = _weigh(lines) - order.weighed_off
    grams = {line.sku: line.weight_there_g for line in lines if line.weight_there_g}
    _adjust(order, AdjustmentKind.WEIGHT, light, {"grams": grams})
    if short or light:
        total = order.total - short - light
        Order.objects.filter(pk=order.pk).update(
            total=total, weighed_off=order.weighed_off + light, updated_at=now
        )
        payments.change_amount(
            order_id=order.pk, amount=total - given_back(lines),
            lines=lines_that_left(lines, before), now=now,
        )  # fmt: skip
    return short + light


def _weigh(lines: list[OrderLine]) -> Decimal:
    """Write what each line costs less for its weight, and return the sum of that."""
    weighed = [line for line in lines if line.is_weighed]
    for line in weighed:
        line.weighed_off = line.less_for_weight()
    OrderLine.objects.bulk_update(weighed, ["weighed_off"])
    return sum((line.weighed_off for line in weighed), ZERO)


def _adjust(order: Order, kind: AdjustmentKind, amount: Decimal, why: dict[str, Any]) -> None:
    if amount:
        OrderAdjustment.objects.create(order=order, kind=kind, amount=-amount, explanation=why)


def given_back(lines: Iterable[OrderLine]) -> Decimal:
    """Return what was given back for units that still count in the total."""
    return sum(
        (
            min(line.refunded, line.to_pay - line.agreed_for(_missing(line), among=line.quantity))
            for line in lines
        ),
        ZERO,
    )


def _missing(line: OrderLine) -> int:
    return 0 if line.picked_quantity is None else line.quantity - line.picked_quantity
