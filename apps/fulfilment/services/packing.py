"""The floor: begun, packed, and let go while the box is open."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from apps.core.errors import Busy
from apps.core.transactions import retrying_atomic
from apps.fulfilment import selectors
from apps.fulfilment.dto import PickList
from apps.fulfilment.errors import (
    LinesOpen,
    NothingPicked,
    NothingToPick,
    WeightMissing,
)
from apps.fulfilment.models import LineShortage, Pick
from apps.fulfilment.selectors.queue import waiting_ids
from apps.fulfilment.services.damage import damaged_of, found_damaged, write_off_damaged
from apps.fulfilment.services.picks import empty_hands
from apps.fulfilment.services.substituting import close_questions
from apps.inventory import services as inventory
from apps.inventory.dto import LotPick
from apps.inventory.errors import LotUnusable, OutOfStock
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
from apps.orders.errors import OrderMoveRefused
from apps.payments import services as payments

_TRIES = 3


@retrying_atomic
def start_picking(*, order_id: int, actor_id: int, now: datetime) -> orders.Order:
    """Take an order to the freezer.

    Raises:
        What `move_order` raises.
    """
    return orders.move_order(
        order_id=order_id, target=OrderStatus.PICKING, actor_id=actor_id, now=now
    )


def start_next(*, actor_id: int, now: datetime) -> orders.Order:
    """Take the order to the freezer that must leave first; two pickers never get the same one.

    Raises:
        NothingToPick: No order waits.
        NotAllowed: None of the actor's roles may pick.
    """
    for order_id in waiting_ids():
        # Somebody was faster: the next one is as good.
        with suppress(OrderMoveRefused, Busy):
            return start_picking(order_id=order_id, actor_id=actor_id, now=now)
    raise NothingToPick


@retrying_atomic
def pack_order(
    *, order_id: int, actor_id: int, now: datetime, picks: Sequence[LotPick] | None = None
) -> orders.Order:
    """Close an order's box: units leave their lots, and what is short leaves the total.

    What was found damaged is written off.

    `picks` are all that is in the box, whatever was scanned before. Without them the box holds what
    was scanned; where nobody has begun, it holds what FEFO suggests, as far as the stock goes.

    Raises:
        QuestionOpen: The customer is asked about a substitute, and still has time.
        LinesOpen: Something was scanned, and a line is neither complete nor given up.
        WeightMissing: Goods by weight were not weighed, or with other units than these.
        LotUnusable: A lot is blocked, past its date, of another pack, or holds too few.
        InvalidShortage: More was picked than ordered, or for another order's line.
        NothingPicked: The box is empty.
        OutOfStock: The units are promised to other orders.
        And what `move_order` raises.
    """
    order = orders.hold_order(
        order_id=order_id, sources={OrderStatus.PICKING}, target=OrderStatus.PACKED
    )
    close_questions(order=order, now=now)
    if picks is not None:
        return _pack(order, picks, actor_id, now)
    if selectors.has_begun(order_id=order_id):
        return _pack_what_was_picked(order, actor_id, now)
    for _attempt in range(_TRIES - 1):
        try:
            with transaction.atomic():
                return _pack(order, _by_fefo(order_id, now), actor_id, now)
        except (LotUnusable, OutOfStock):
            # Another picker was faster at the same lot: look again at what is there.
            continue
    return _pack(order, _by_fefo(order_id, now), actor_id, now)


@retrying_atomic
def pack_picked(*, order_id: int, actor_id: int, now: datetime) -> orders.Order:
    """Close a box that was picked by hand; unlike `pack_order` it never picks by itself.

    Raises:
        QuestionOpen, LinesOpen: A question waits, or a line is neither complete nor given up.
        WeightMissing: Goods by weight are still to be weighed.
        And what `pack_order` raises.
    """
    order = orders.hold_order(
        order_id=order_id, sources={OrderStatus.PICKING}, target=OrderStatus.PACKED
    )
    close_questions(order=order, now=now)
    return _pack_what_was_picked(order, actor_id, now)


@retrying_atomic
def cancel_picking(*, order_id: int, reason: str, actor_id: int, now: datetime) -> orders.Order:
    """Cancel an order while its box is open: what lies in it goes back on the shelf.

    What was found damaged is written off.

    Raises:
        OrderMoveRefused: Its box is not open.
        And what `cancel_order` raises.
    """
    held = orders.hold_order(
        order_id=order_id, sources={OrderStatus.PICKING}, target=OrderStatus.CANCELLED
    )
    goes = {line.pk: line.quantity for line in held.lines.all()}
    # As the picker left it: once the order is gone there is no list any more.
    damaged = damaged_of(order_id=order_id, goes=goes, now=now)
    order = orders.cancel_order(order_id=order_id, actor_id=actor_id, reason=reason, now=now)
    write_off_damaged(number=order.number, damaged=damaged)
    empty_hands(order_id=order_id)
    return order


def _pack_what_was_picked(order: orders.Order, actor_id: int, now: datetime) -> orders.Order:
    listed = selectors.pick_list(order_id=order.pk, now=now)
    _check_done(listed)
    return _pack(order, listed.picked, actor_id, now)


def _check_done(listed: PickList) -> None:
    """Refuse a box with an open line, and an empty one.

    Raises:
        LinesOpen: A line is neither complete nor given up.
        NothingPicked: Every line was given up.
    """
    open_lines = [line.name for line in listed.lines if line.left and not line.short]
    if open_lines:
        raise LinesOpen(names=", ".join(open_lines))
    if not listed.in_box:
        raise NothingPicked(number=listed.number)


def _pack(
    order: orders.Order, picks: Sequence[LotPick], actor_id: int, now: datetime
) -> orders.Order:
    """Write the totals and the payment first, the stock rows last: everybody needs those."""
    picked: Counter[int] = Counter({line.pk: 0 for line in order.lines.all()})
    for pick in picks:
        picked[pick.order_line_id] += pick.quantity
    if not any(picked.values()):
        raise NothingPicked(number=order.number)
    _check_weights(order, picked)
    # As the picker left it: once the box is closed the list is another one.
    damaged = found_damaged(order_id=order.pk, picked=picked, now=now)
    orders.apply_shortage(order_id=order.pk, picked=picked, now=now)
    order.refresh_from_db(fields=["total"])
    in_box = orders.receipt_of(order).lines
    payments.take_what_is_due(order_id=order.pk, amount=order.total, lines=in_box, now=now)
    packed = orders.move_order(
        order_id=order.pk, target=OrderStatus.PACKED, actor_id=actor_id, now=now
    )
    complete = [line.pk for line in order.lines.all() if picked[line.pk] >= line.quantity]
    LineShortage.objects.filter(order_line_id__in=complete).delete()
    in_hand = _close(order.pk, picks, actor_id, now)
    inventory.consume(order_id=order.pk, picks=picks, actor_id=actor_id, now=now, in_hand=in_hand)
    write_off_damaged(number=order.number, damaged=damaged)
    return packed


def _check_weights(order: orders.Order, picked: Mapping[int, int]) -> None:
    """Refuse goods by weight of which nobody knows what they cost.

    Raises:
        WeightMissing: Just the units that are in the box were not weighed together.
    """
    missing = [
        line.name
        for line in order.lines.order_by("pk")
        if line.is_weighed and picked[line.pk] and line.weighed_units != picked[line.pk]
    ]
    if missing:
        raise WeightMissing(names=", ".join(missing))


def _close(order_id: int, picks: Sequence[LotPick], actor_id: int, now: datetime) -> Counter[int]:
    """Turn an open box into a closed one that holds exactly the picks, and return what it held.

    Rows of what was scanned stay, with who took it and why; whatever else was said is written anew.
    """
    wanted: Counter[tuple[int, int]] = Counter()
    for said in picks:
        wanted[said.order_line_id, said.lot_id] += said.quantity
    in_hand: Counter[int] = Counter()
    for pick in Pick.objects.in_hand().of_order(order_id):
        in_hand[pick.lot_id] += pick.quantity
        if wanted.get((pick.order_line_id, pick.lot_id)) == pick.quantity:
            del wanted[pick.order_line_id, pick.lot_id]
            Pick.objects.filter(pk=pick.pk).update(packed_at=now)
        else:
            pick.delete()
    Pick.objects.bulk_create(
        Pick(order_line_id=line, lot_id=lot, quantity=quantity, picked_by_id=actor_id,
             packed_at=now)
        for (line, lot), quantity in wanted.items()
    )  # fmt: skip
    return in_hand


def _by_fefo(order_id: int, now: datetime) -> list[LotPick]:
    suggested = selectors.pick_list(order_id=order_id, now=now)
    return [
        LotPick(line.order_line_id, lot.lot_id, lot.quantity)
        for line in suggested.lines
        for lot in line.lots
    ]
