"""Change what was ordered, where and when it goes, after it was placed.

What stays costs what it was agreed to cost: prices and offers are frozen, a unit that goes takes
its share of the discounts with it, and the delivery fee stays unless the zone changes. Locks:
order, payment, windows by id, stock rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from apps.core.errors import IdempotencyKeyReused, NotAllowed
from apps.core.money import ZERO
from apps.core.text import one_line
from apps.core.transactions import retrying_atomic
from apps.delivery import services as delivery
from apps.inventory import services as inventory
from apps.orders import selectors
from apps.orders.dto import (
    AdjustmentKind,
    ChangeKind,
    OrderEdit,
    OrderStatus,
)
from apps.orders.errors import (
    CannotAdd,
    LineForeign,
    MoreThanPaid,
    NothingChanged,
    NothingLeft,
    OrderNotEditable,
    PasswordNeeded,
    ReasonMissing,
)
from apps.orders.lifecycle import DESK
from apps.orders.models import Order, OrderAdjustment, OrderChange, OrderLine
from apps.orders.services.announcing import announce, tell_of_change
from apps.orders.services.floor import hold_order
from apps.orders.services.places import Move, move_of, new_fee, place_of, told_place
from apps.orders.services.receipts import delivery_line, receipt_line
from apps.payments import selectors as payment_selectors
from apps.payments import services as payments

_REASON = 300


@dataclass(frozen=True)
class Cut:
    """A line of which fewer units stay, with what that does to its sums."""

    line: OrderLine
    stays: int
    gifts: int
    total: Decimal
    discount: Decimal

    @property
    def worth(self) -> Decimal:
        """What the units that go were to cost."""
        return self.line.to_pay - (self.total - self.discount)


@retrying_atomic
def edit_order(
    *,
    order_id: int,
    edit: OrderEdit,
    reason: str,
    key: str = "",
    is_proven: bool = False,
    actor_id: int,
    now: datetime,
) -> OrderChange:
    """Take units out of an order, or send it elsewhere or at another time; the same key once.

    The difference is settled: less is expected or taken, or money goes back by itself. The customer
    is told once, with the old and the new total. Units go gifts first, then at what they cost.
    `is_proven` where the actor gave their password once more.

    Raises:
        NotAllowed: The actor does not work at the desk.
        ReasonMissing: Nobody said why.
        OrderNotFound, OrderNotEditable: There is no such order, or it is too far on its way.
        LineForeign, CannotAdd, NothingLeft, NothingChanged: The quantities can't be used.
        OnlyForDeliveries: It is fetched by the customer.
        OutsideZones, SlotMissing, SlotNotFound, SlotElsewhere, SlotClosed, SlotFull: As at the
            checkout.
        BelowMinimum: Another zone's least order is above what the goods cost.
        MoreThanPaid: The new total is above what was paid or set aside online.
        PasswordNeeded: It is below that, and the actor is not proven.
        IdempotencyKeyReused: The key came with another change before.
    """
    if not selectors.staff_parts(user_id=actor_id) & DESK:
        raise NotAllowed
    reason = one_line(reason, limit=_REASON)
    if not reason:
        raise ReasonMissing
    order = hold_order(
        order_id=order_id, sources=frozenset(OrderStatus), target=OrderStatus.CONFIRMED
    )
    done = order.changes.filter(key=key).first() if key else None
    if done is not None:
        if not _is_same(order, done, edit):
            raise IdempotencyKeyReused
        return done
    _check_status(order, edit)
    cuts = cuts_of(order, edit.quantities)
    move = move_of(order, edit)
    if not cuts and not move.rows:
        raise NothingChanged
    return _carry_out(order, edit, cuts, move, reason, key, actor_id, is_proven, now)


def cuts_of(order: Order, quantities: Any) -> list[Cut]:
    """Return the lines of which fewer units stay.

    Raises:
        LineForeign: A line is not this order's.
        CannotAdd: More units are asked for than were ordered.
        NothingLeft: No unit would stay.
    """
    lines = {line.pk: line for line in order.lines.there().select_related("variant")}
    for line_id, stays in quantities.items():
        if line_id not in lines:
            raise LineForeign
        if not 0 <= stays <= lines[line_id].quantity:
            raise CannotAdd(name=lines[line_id].name, quantity=lines[line_id].quantity)
    if not any(quantities.get(pk, line.quantity) for pk, line in lines.items()):
        raise NothingLeft(number=order.number)
    return [
        cut_of(lines[pk], stays)
        for pk, stays in sorted(quantities.items())
        if stays < lines[pk].quantity
    ]


def cut_of(line: OrderLine, stays: int) -> Cut:
    """Return what a line costs with fewer units: those that go take with them what they cost."""
    goes = line.quantity - stays
    gifts = max(0, line.gift_quantity - goes)
    total = line.unit_price * (stays - gifts)
    to_pay = line.to_pay - line.worth_of(goes, among=line.quantity)
    return Cut(line, stays, gifts, total, discount=total - to_pay)


def write_cuts(order: Order, cuts: Sequence[Cut]) -> Decimal:
    """Write shorter lines and what becomes of their discounts; return what leaves the total."""
    back = ZERO
    for cut in cuts:
        back += cut.line.discount - cut.discount
        order.volume_ml -= (cut.line.quantity - cut.stays) * cut.line.variant.box_volume_ml
        order.items_total -= cut.line.total - cut.total
        OrderLine.objects.filter(pk=cut.line.pk).update(
            quantity=cut.stays, gift_quantity=cut.gifts, total=cut.total, discount=cut.discount
        )
    order.volume_ml = max(0, order.volume_ml)
    order.discount -= back
    if back:
        taken_out = {cut.line.sku: cut.line.quantity - cut.stays for cut in cuts}
        OrderAdjustment.objects.create(
            order=order, kind=AdjustmentKind.CHANGE, amount=back,
            explanation={"taken_out": taken_out},
        )  # fmt: skip
    return sum((cut.worth for cut in cuts), ZERO)


def _is_same(order: Order, done: OrderChange, edit: OrderEdit) -> bool:
    """Tell whether a change that was made is the one that is asked for again."""
    asked = {line.sku: edit.quantities.get(line.pk) for line in order.lines.all()}
    told = {row["what"]: row for row in done.details}
    return (
        done.kind == ChangeKind.EDIT
        and all(asked[row["sku"]] == row["to"] for row in done.details if row["what"] == "quantity")
        and len([stays for stays in asked.values() if stays is not None]) == len(edit.quantities)
        and ("address" in told) == (edit.place is not None)
        and (edit.place is None or place_of(order) == told_place(edit.place))
        and _is_same_slot(order, told.get("slot"), edit)
    )


def _is_same_slot(order: Order, told: dict[str, Any] | None, edit: OrderEdit) -> bool:
    """Tell whether a change brought the order to the window that is asked for now."""
    if told is None:
        return edit.slot_id is None or edit.slot_id == order.slot_id
    return edit.slot_id is not None and edit.slot_id == told.get("slot", order.slot_id)


def _check_status(order: Order, edit: OrderEdit) -> None:
    """Refuse what is too late.

    Raises:
        OrderNotEditable: The box is closed; or it is open, and another place or time is asked for.
    """
    open_for = selectors.EDITABLE if edit.goes_elsewhere else selectors.EDITABLE_LINES
    if order.status not in open_for:
        status = str(OrderStatus(order.status).label)
        raise OrderNotEditable(number=order.number, current=status)


def _carry_out(
    order: Order,
    edit: OrderEdit,
    cuts: Sequence[Cut],
    move: Move,
    reason: str,
    key: str,
    actor_id: int,
    is_proven: bool,
    now: datetime,
) -> OrderChange:
    """Write lines, sums and place; then the payment, the windows and the stock, hot rows last."""
    old_slot, old_volume, old_total = order.slot_id, order.volume_ml, order.total
    old_fee = order.delivery_fee
    order.total -= write_cuts(order, cuts)
    order.total += new_fee(order, move)
    _check_paid(order, old_total, is_proven=is_proven)
    if edit.place is not None:
        order.address, order.address_details, order.latitude, order.longitude = told_place(
            edit.place
        )
    order.slot_id = move.slot_id or order.slot_id
    save_order(order)
    change = OrderChange.objects.create(
        order=order, kind=ChangeKind.EDIT, actor_id=actor_id, reason=reason, key=key,
        amount=order.total - old_total, details=[*map(told_cut, cuts), *move.rows],
    )  # fmt: skip
    gone = [receipt_line(c.line, c.line.quantity - c.stays, c.worth) for c in cuts]
    gone.append(delivery_line(old_fee - order.delivery_fee))
    payments.change_amount(order_id=order.pk, amount=order.total, lines=gone, now=now)
    tell_of_change(order_id=order.pk, change=change, old_total=old_total, now=now)
    announce(order_id=order.pk, event=None, now=now)
    if old_slot is not None and order.slot_id is not None:
        delivery.move_booking(
            slot_id=old_slot, volume_ml=old_volume, to_slot_id=order.slot_id,
            to_volume_ml=order.volume_ml, now=now,
        )  # fmt: skip
    # A substitute that is not needed any more, too, gives its units back in this transaction.
    inventory.hold_stock(order_line_ids=list(order.lines.values_list("pk", flat=True)))
    inventory.keep_reservations(keep={cut.line.pk: cut.stays for cut in cuts})
    return change


def save_order(order: Order) -> None:
    """Write what a change may touch; never the status."""
    order.save(
        update_fields=["items_total", "discount", "delivery_fee", "total", "volume_ml", "slot",
                       "address", "address_details", "latitude", "longitude", "updated_at"]
    )  # fmt: skip


def told_cut(cut: Cut) -> dict[str, Any]:
    """Return how the history tells that a line became shorter."""
    line = cut.line
    return {"what": "quantity", "sku": line.sku, "name_ru": line.name_ru, "name_en": line.name_en,
            "from": line.quantity, "to": cut.stays}  # fmt: skip


def _check_paid(order: Order, old_total: Decimal, *, is_proven: bool) -> None:
    """Refuse a total that more money would have to come for online, or for which some goes back.

    Raises:
        MoreThanPaid: It is above what was paid or set aside.
        PasswordNeeded: It is below, and the actor is not proven.
    """
    if order.total <= old_total:
        is_less = order.total < old_total
        if is_less and not is_proven and payment_selectors.is_paid_online(order_id=order.pk):
            raise PasswordNeeded
        return
    most = payment_selectors.most_chargeable(order_id=order.pk)
    if most is not None and order.total > most:
        raise MoreThanPaid(total=order.total, paid=most)
