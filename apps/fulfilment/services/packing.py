"""The floor: picked, packed, and back on the shelf when the box is not wanted."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from apps.core.transactions import retrying_atomic
from apps.delivery import services as delivery
from apps.fulfilment import selectors
from apps.fulfilment.errors import NothingPicked
from apps.fulfilment.models import Pick
from apps.inventory import services as inventory
from apps.inventory.dto import LotPick
from apps.inventory.errors import LotUnusable, OutOfStock
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
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


@retrying_atomic
def pack_order(
    *, order_id: int, actor_id: int, now: datetime, picks: Sequence[LotPick] | None = None
) -> orders.Order:
    """Close an order's box: units leave their lots, and what is short leaves the total.

    Without `picks` the box holds what FEFO suggests, as far as the stock goes.

    Raises:
        LotUnusable: A lot is blocked, past its date, of another pack, or holds too few.
        InvalidShortage: More was picked than ordered, or for another order's line.
        NothingPicked: The box is empty.
        OutOfStock: The units are promised to other orders.
        And what `move_order` raises.
    """
    order = orders.hold_order(
        order_id=order_id, sources={OrderStatus.PICKING}, target=OrderStatus.PACKED
    )
    if picks is not None:
        return _pack(order, picks, actor_id, now)
    for _attempt in range(_TRIES - 1):
        try:
            with transaction.atomic():
                return _pack(order, _by_fefo(order_id, now), actor_id, now)
        except (LotUnusable, OutOfStock):
            # Another picker was faster at the same lot: look again at what is there.
            continue
    return _pack(order, _by_fefo(order_id, now), actor_id, now)


@retrying_atomic
def cancel_packed(
    *, order_id: int, reason: str, put_back: bool = True, actor_id: int, now: datetime
) -> orders.Order:
    """Cancel an order whose box is closed; its goods go back, or are thrown away.

    Raises:
        What `move_order` raises.
    """
    orders.hold_order(order_id=order_id, sources={OrderStatus.PACKED}, target=OrderStatus.CANCELLED)
    order = orders.move_order(
        order_id=order_id,
        target=OrderStatus.CANCELLED,
        actor_id=actor_id,
        reason=reason,
        now=now,
    )
    payments.let_go(order_id=order_id, reason=reason, now=now)
    if order.slot_id is not None:
        delivery.release_slot(slot_id=order.slot_id, volume_ml=order.volume_ml)
    empty_box(order_id=order_id, reason=reason, put_back=put_back, actor_id=actor_id, now=now)
    return order


def empty_box(*, order_id: int, reason: str, put_back: bool, actor_id: int, now: datetime) -> None:
    """Put an order's goods back into their lots, or throw them away."""
    picks = selectors.picks_of(order_id=order_id)
    if put_back:
        inventory.put_back(
            order_id=order_id, picks=picks, actor_id=actor_id, reason=reason, now=now
        )
    else:
        inventory.write_off_returned(
            order_id=order_id, picks=picks, actor_id=actor_id, reason=reason
        )


def _pack(
    order: orders.Order, picks: Sequence[LotPick], actor_id: int, now: datetime
) -> orders.Order:
    """Write the totals and the payment first, the stock rows last: everybody needs those."""
    picked: Counter[int] = Counter(dict.fromkeys(order.lines.values_list("pk", flat=True), 0))
    for pick in picks:
        picked[pick.order_line_id] += pick.quantity
    if not any(picked.values()):
        raise NothingPicked(number=order.number)
    orders.apply_shortage(order_id=order.pk, picked=picked, now=now)
    order.refresh_from_db(fields=["total"])
    payments.take_what_is_due(order_id=order.pk, amount=order.total, now=now)
    packed = orders.move_order(
        order_id=order.pk, target=OrderStatus.PACKED, actor_id=actor_id, now=now
    )
    Pick.objects.bulk_create(
        Pick(
            order_line_id=pick.order_line_id,
            lot_id=pick.lot_id,
            quantity=pick.quantity,
            picked_by_id=actor_id,
        )
        for pick in picks
    )
    inventory.consume(order_id=order.pk, picks=picks, actor_id=actor_id, now=now)
    return packed


def _by_fefo(order_id: int, now: datetime) -> list[LotPick]:
    suggested = selectors.pick_list(order_id=order_id, now=now)
    return [
        LotPick(line.order_line_id, lot.lot_id, lot.quantity)
        for line in suggested.lines
        for lot in line.lots
    ]
