"""Goods that come out of a closed box: back to their lots, thrown away, or called back."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.errors import NotAllowed
from apps.core.transactions import retrying_atomic
from apps.delivery import services as delivery
from apps.fulfilment import selectors
from apps.fulfilment.dto import BoxUnits, RefundState, UnitsBack
from apps.fulfilment.errors import NothingPicked, NothingRecalled, UnitsUnaccounted
from apps.fulfilment.models import PickReturn, RecallRefund
from apps.fulfilment.services import shifts, stops
from apps.inventory import services as inventory
from apps.inventory.dto import LotPick, WasteReason
from apps.orders import selectors as order_selectors
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
from apps.orders.errors import ReasonMissing
from apps.orders.lifecycle import Actor
from apps.payments import selectors as money
from apps.payments import services as payments
from apps.promotions import services as promotions

Fates = list[tuple[BoxUnits, UnitsBack]]
# Where the box is in the house, so that something can be taken out of it.
_IN_HOUSE = frozenset(
    {OrderStatus.PACKED, OrderStatus.READY_FOR_PICKUP, OrderStatus.DELIVERY_FAILED}
)
_FLOOR = frozenset({Actor.OWNER, Actor.MANAGER, Actor.WAREHOUSE})


@retrying_atomic
def return_order(
    *,
    order_id: int,
    reason: str,
    put_back: bool = False,
    returns: Sequence[UnitsBack] | None = None,
    actor_id: int,
    now: datetime,
) -> orders.Order:
    """Take an order back: goods to the shelf or thrown away, and the money to the customer.

    Its place in the window stays taken: the van did drive. `returns` say unit by unit what became
    of the goods; without them all go the same way.

    Raises:
        UnitsUnaccounted: A unit that was in the box is in no return, or in two.
        ReasonMissing: Units are thrown away, and nobody said why.
        And what `move_order` raises.
    """
    order = orders.move_order(
        order_id=order_id,
        target=OrderStatus.RETURNED,
        actor_id=actor_id,
        reason=reason,
        now=now,
    )
    paid_for = orders.receipt_of(order).lines
    payments.let_go(order_id=order_id, reason=reason, lines=paid_for, now=now)
    taken = money.taken_at_door(order_id=order_id)
    if taken:
        given = payments.refund_cash(order_id=order_id, amount=taken, actor_id=actor_id)
        shifts.give_back(payment=given, actor_id=actor_id)
    # Everything is given back: nothing is left for what a recall prepared.
    prepared = RecallRefund.objects.filter(
        order_line__order_id=order_id, state=RefundState.PREPARED
    )
    prepared.update(state=RefundState.WAIVED, settled_at=now, settled_by_id=actor_id)
    _empty_box(order_id, reason, put_back, returns, actor_id, now)
    return order


@retrying_atomic
def cancel_packed(
    *,
    order_id: int,
    reason: str,
    put_back: bool = True,
    returns: Sequence[UnitsBack] | None = None,
    actor_id: int,
    now: datetime,
) -> orders.Order:
    """Cancel an order whose box is closed; its goods go back, or are thrown away.

    Raises:
        What `return_order` raises.
    """
    stop = stops.hold_stop(order_id=order_id, actor_id=actor_id)
    orders.hold_order(order_id=order_id, sources={OrderStatus.PACKED}, target=OrderStatus.CANCELLED)
    if stop is not None:
        stops.take_off(stop, now=now)
    order = orders.move_order(
        order_id=order_id,
        target=OrderStatus.CANCELLED,
        actor_id=actor_id,
        reason=reason,
        now=now,
    )
    paid_for = orders.receipt_of(order).lines
    payments.let_go(order_id=order_id, reason=reason, lines=paid_for, now=now)
    promotions.release(order_id=order_id, now=now)
    if order.slot_id is not None:
        delivery.release_slot(slot_id=order.slot_id, volume_ml=order.volume_ml)
    _empty_box(order_id, reason, put_back, returns, actor_id, now)
    return order


@retrying_atomic
def take_out_recalled(*, order_id: int, actor_id: int, now: datetime) -> orders.Order:
    """Take the units of recalled lots out of a closed box that is still in the house.

    They go back to their blocked lots, and what they cost leaves the total.

    Raises:
        OrderNotFound, OrderMoveRefused: The box is not in the house.
        NotAllowed: None of the actor's roles works on the floor.
        NothingRecalled: Nothing in it is recalled.
        NothingPicked: Nothing else is in it: the order is to be cancelled.
    """
    order = orders.hold_order(order_id=order_id, sources=_IN_HOUSE, target=OrderStatus.PACKED)
    if not order_selectors.staff_parts(user_id=actor_id) & _FLOOR:
        raise NotAllowed
    box = selectors.box_units(order_id=order_id)
    out = [units for units in box if units.is_recalled]
    if not out:
        raise NothingRecalled(number=order.number)
    if len(out) == len(box):
        raise NothingPicked(number=order.number)
    stay: Counter[int] = Counter({units.order_line_id: 0 for units in out})
    for units in box:
        stay[units.order_line_id] += 0 if units.is_recalled else units.quantity
    orders.apply_shortage(order_id=order_id, picked=stay, now=now)
    orders.refresh_cards(order_id=order_id, now=now)
    fates = [
        (units, UnitsBack(units.order_line_id, units.lot_id, units.quantity, 0)) for units in out
    ]
    _carry_out(order_id, fates, _said_recalled(), actor_id, now)
    return order


def _empty_box(
    order_id: int,
    reason: str,
    put_back: bool,
    returns: Sequence[UnitsBack] | None,
    actor_id: int,
    now: datetime,
) -> None:
    """Send each unit that is left in a closed box where it belongs."""
    box = selectors.box_units(order_id=order_id)
    if returns is None:
        fates = [(units, _whole(units, put_back=put_back)) for units in box]
    else:
        fates = _matched(box, returns)
    _carry_out(order_id, fates, reason, actor_id, now)


def _whole(units: BoxUnits, *, put_back: bool) -> UnitsBack:
    back = units.quantity if put_back else 0
    cause = "" if put_back else WasteReason.RETURNED
    return UnitsBack(units.order_line_id, units.lot_id, back, units.quantity - back, cause)


def _matched(box: Sequence[BoxUnits], returns: Sequence[UnitsBack]) -> Fates:
    """Pair what was in the box with what is said of it.

    Raises:
        UnitsUnaccounted: They are not the same units.
        ReasonMissing: Units are thrown away, and nobody said why.
    """
    said = {(one.order_line_id, one.lot_id): one for one in returns}
    fates = []
    for units in box:
        fate = said.pop((units.order_line_id, units.lot_id), None)
        told = fate.back + fate.waste if fate else 0
        if fate is None or min(fate.back, fate.waste) < 0 or told != units.quantity:
            raise UnitsUnaccounted(
                name=units.name, lot=units.lot_code, units=units.quantity, told=told
            )
        if fate.waste and fate.cause not in WasteReason.values:
            raise ReasonMissing
        fates.append((units, fate))
    if said or len(returns) != len(fates):
        stray = next(iter(said.values()), returns[-1])
        raise UnitsUnaccounted(
            name=f"#{stray.order_line_id}", lot=f"#{stray.lot_id}", units=0,
            told=stray.back + stray.waste,
        )  # fmt: skip
    return fates


def _carry_out(order_id: int, fates: Fates, reason: str, actor_id: int, now: datetime) -> None:
    """Write down what came back, and then move the stock: those rows are everybody's."""
    PickReturn.objects.bulk_create(
        PickReturn(
            pick_id=units.pick_id,
            quantity=quantity,
            put_back=put_back,
            cause="" if put_back else fate.cause,
            actor_id=actor_id,
        )
        for units, fate in fates
        for put_back, quantity in ((True, fate.back), (False, fate.waste))
        if quantity
    )
    back = [LotPick(u.order_line_id, u.lot_id, fate.back) for u, fate in fates if fate.back]
    waste: dict[WasteReason, list[LotPick]] = defaultdict(list)
    for units, fate in fates:
        if fate.waste:
            gone = LotPick(units.order_line_id, units.lot_id, fate.waste)
            waste[WasteReason(fate.cause)].append(gone)
    inventory.take_back(
        order_id=order_id, back=back, reason=reason, waste=waste, actor_id=actor_id, now=now
    )


def _said_recalled() -> str:
    """Return why recalled units move, for the ledger, in the shop's own language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("recalled, taken out of the box")
