"""Give back the money for units of an order whose box is closed: by line, to the cent, once.

Units are worth what was really paid for them, so that all of a line's units sum to what the line
cost: `OrderLine.owed_for`. Locks: order, payment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F

from apps.core.errors import IdempotencyKeyReused, NotAllowed
from apps.core.money import ZERO
from apps.core.text import one_line
from apps.core.transactions import retrying_atomic
from apps.orders import selectors
from apps.orders.dto import ChangeKind, OrderStatus
from apps.orders.errors import (
    LineForeign,
    NothingToGiveBack,
    NotPaidYet,
    ReasonMissing,
    TooManyUnits,
)
from apps.orders.lifecycle import OFFICE
from apps.orders.models import LineRefund, Order, OrderChange, OrderLine
from apps.orders.services.announcing import announce, tell_of_line_refund
from apps.orders.services.floor import hold_order
from apps.orders.services.receipts import receipt_line
from apps.payments import selectors as payment_selectors
from apps.payments import services as payments
from apps.payments.dto import ON_DELIVERY
from apps.payments.errors import RefundTooLarge

S = OrderStatus
_REASON = 300


@dataclass(frozen=True)
class Returned:
    """Units of a line whose money goes back."""

    line: OrderLine
    units: int
    amount: Decimal


def refund_lines(
    *,
    order_id: int,
    units: Mapping[int, int],
    reason: str,
    key: str,
    staff: payments.StepUp,
    now: datetime,
) -> OrderChange:
    """Give back the money for so many units of each line, the way it came; the same key once.

    `units` go by order line. The customer is told. Before the box is closed there is nothing to
    give back: what is not wanted is taken out of the order instead.

    Raises:
        WrongPassword, SignInLocked, NotAllowed: It is not the person whose desk this is, or they
            are neither owner nor manager.
        ReasonMissing: Nobody said why.
        OrderNotFound, OrderMoveRefused: There is no such order with a closed box.
        LineForeign, TooManyUnits, NothingToGiveBack: The units can't be given back.
        NotPaidYet: Nothing was taken for the order.
        RefundTooLarge: Less is left of what was taken.
        IdempotencyKeyReused: The key came with other units before.
    """
    if not selectors.staff_parts(user_id=staff.actor_id) & OFFICE:
        raise NotAllowed
    reason = one_line(reason, limit=_REASON)
    if not reason:
        raise ReasonMissing
    payments.prove(staff, now=now)
    return _refund(order_id, units, reason, key, staff.actor_id, now)


@retrying_atomic
def refund_units(
    *, order_line_id: int, units: int, amount: Decimal, reason: str, actor_id: int, now: datetime
) -> Decimal:
    """Give back a sum that was prepared for units of a line, and return what was given.

    The caller holds the order and has proven who asks. Where money for other units of the line went
    back meanwhile, what these are worth beside them is given.

    Raises:
        TooManyUnits: The money for some of them was given back before.
        NotPaidYet, RefundTooLarge: As `refund_lines` says.
    """
    line = OrderLine.objects.select_related("order").get(pk=order_line_id)
    if units > line.refundable:
        raise TooManyUnits(name=line.name, left=line.refundable)
    if line.refunded_quantity:
        amount = line.owed_for(units)
    returned = [Returned(line, units, amount)]
    _pay_back(line.order, returned, reason, actor_id, now)
    _note(line.order, returned, reason, "", actor_id)
    announce(order_id=line.order_id, event=None, now=now)
    return amount


@retrying_atomic
def _refund(
    order_id: int,
    units: Mapping[int, int],
    reason: str,
    key: str,
    actor_id: int,
    now: datetime,
) -> OrderChange:
    order = hold_order(order_id=order_id, sources=selectors.BOX_CLOSED, target=S.RETURNED)
    done = order.changes.filter(key=key).first() if key else None
    if done is not None:
        if {row.order_line_id: row.units for row in done.lines.all()} != dict(units):
            raise IdempotencyKeyReused
        return done
    returned = _returned(order, units)
    _pay_back(order, returned, reason, actor_id, now)
    change = _note(order, returned, reason, key, actor_id)
    told = [(one.line, one.units) for one in returned]
    tell_of_line_refund(order=order, change=change, units=told)
    announce(order_id=order.pk, event=None, now=now)
    return change


def _returned(order: Order, units: Mapping[int, int]) -> list[Returned]:
    """Return what is given back for each line.

    Raises:
        LineForeign: A line is not this order's.
        TooManyUnits: The money for some of the units was given back, or they were never there.
        NothingToGiveBack: No units are named, or nothing was paid for them.
    """
    lines = {line.pk: line for line in order.lines.there()}
    for line_id, count in units.items():
        if line_id not in lines:
            raise LineForeign
        if not 1 <= count <= lines[line_id].refundable:
            raise TooManyUnits(name=lines[line_id].name, left=lines[line_id].refundable)
    returned = [
        Returned(lines[pk], count, lines[pk].owed_for(count)) for pk, count in sorted(units.items())
    ]
    if not sum(one.amount for one in returned):
        raise NothingToGiveBack
    return returned


def _pay_back(
    order: Order, returned: Sequence[Returned], reason: str, actor_id: int, now: datetime
) -> None:
    """Send a sum back the way it came, the latest payment first.

    Raises:
        NotPaidYet: Nothing was taken for the order.
        RefundTooLarge: Less is left of what was taken.
    """
    amount = rest = sum((one.amount for one in returned), ZERO)
    paid = payment_selectors.order_payments(order_id=order.pk).order_by("-pk")
    taken = [payment for payment in paid if payment.captured]
    lines = [receipt_line(one.line, one.units, one.amount) for one in returned]
    if rest and not taken:
        raise NotPaidYet(number=order.number)
    for payment in taken:
        part = min(rest, payment.left)
        if part <= 0:
            continue
        if payment.provider in ON_DELIVERY:
            payments.refund_cash(order_id=order.pk, amount=part, actor_id=actor_id)
        else:
            payments.request_refund(
                payment_id=payment.pk, amount=part, reason=reason, lines=lines,
                actor_id=actor_id, now=now,
            )  # fmt: skip
        rest -= part
    if rest > 0:
        raise RefundTooLarge(left=amount - rest)


def _note(
    order: Order, returned: Sequence[Returned], reason: str, key: str, actor_id: int
) -> OrderChange:
    """Write down whose money went back; a CHECK refuses more than the line has or cost."""
    change = OrderChange.objects.create(
        order=order,
        kind=ChangeKind.REFUND,
        actor_id=actor_id,
        reason=one_line(reason, limit=_REASON),
        amount=-sum((one.amount for one in returned), ZERO),
        details=[_told(one) for one in returned],
        key=key,
    )
    for one in returned:
        OrderLine.objects.filter(pk=one.line.pk).update(
            refunded_quantity=F("refunded_quantity") + one.units,
            refunded=F("refunded") + one.amount,
        )
    LineRefund.objects.bulk_create(
        LineRefund(change=change, order_line=one.line, units=one.units, amount=one.amount)
        for one in returned
    )
    Order.objects.filter(pk=order.pk).update(updated_at=change.created_at)
    return change


def _told(one: Returned) -> dict[str, Any]:
    line = one.line
    return {"what": "refund", "sku": line.sku, "name_ru": line.name_ru, "name_en": line.name_en,
            "units": one.units, "amount": str(one.amount)}  # fmt: skip
