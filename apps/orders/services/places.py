"""Where and when an order goes instead, and what that costs."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from apps.core.money import ZERO
from apps.core.text import one_line
from apps.delivery import selectors as windows
from apps.delivery.dto import ZoneCard
from apps.orders.dto import AdjustmentKind, Method, NewPlace, OrderEdit
from apps.orders.errors import BelowMinimum, OnlyForDeliveries, SlotElsewhere, SlotMissing
from apps.orders.models import Order, OrderAdjustment

_ADDRESS = 400


@dataclass(frozen=True)
class Move:
    """Where and when the order goes now, as far as that changes."""

    zone: ZoneCard | None = None
    slot_id: int | None = None
    rows: tuple[dict[str, Any], ...] = ()


def move_of(order: Order, edit: OrderEdit) -> Move:
    """Return the zone and the window that the order gets.

    Raises:
        OnlyForDeliveries: It is fetched by the customer.
        OutsideZones: Nobody drives there.
        SlotMissing: The zone changes, and no window of the new one was chosen.
        SlotNotFound, SlotElsewhere: The window is none, or of another zone.
    """
    if not edit.goes_elsewhere:
        return Move()
    if order.method != Method.DELIVERY or order.slot_id is None:
        raise OnlyForDeliveries(number=order.number)
    old = windows.slot_card(slot_id=order.slot_id)
    move, zone_id = Move(), old.zone_id
    if edit.place is not None:
        zone = windows.zone_for(latitude=edit.place.latitude, longitude=edit.place.longitude)
        move, zone_id = replace(move, rows=({"what": "address"},)), zone.id
        if zone_id != old.zone_id:
            move = replace(move, zone=zone)
    if edit.slot_id is None or edit.slot_id == old.id:
        if zone_id != old.zone_id:
            raise SlotMissing
        return move
    new = windows.slot_card(slot_id=edit.slot_id)
    if new.zone_id != zone_id:
        raise SlotElsewhere
    row = {"what": "slot", "from": _ends(old), "to": _ends(new), "slot": new.id}
    return replace(move, slot_id=new.id, rows=(*move.rows, row))


def place_of(order: Order) -> tuple[Any, ...]:
    """Return where an order goes."""
    return order.address, order.address_details, order.latitude, order.longitude


def told_place(place: NewPlace) -> tuple[Any, ...]:
    """Return a place as an order keeps it."""
    address, details = (one_line(text, limit=_ADDRESS) for text in (place.address, place.details))
    return address, details, place.latitude, place.longitude


def new_fee(order: Order, move: Move) -> Decimal:
    """Write the fee of another zone, less what offers took off the old one; return the difference.

    In the same zone the fee stays, whatever the goods cost now.

    Raises:
        BelowMinimum: The goods cost less than the least order of the other zone.
    """
    if move.zone is None:
        return ZERO
    missing = move.zone.minimum_total - order.items_total
    if missing > 0:
        raise BelowMinimum(minimum=move.zone.minimum_total, missing=missing)
    offers = order.adjustments.filter(kind=AdjustmentKind.DELIVERY_OFFER)
    saved = -sum((row.amount for row in offers), ZERO)
    full = windows.delivery_fee(zone=move.zone, items_total=order.items_total)
    difference = max(ZERO, full - saved) - order.delivery_fee
    order.delivery_fee += difference
    if difference:
        OrderAdjustment.objects.create(
            order=order, kind=AdjustmentKind.DELIVERY, amount=difference,
            explanation={"zone": move.zone.slug},
        )  # fmt: skip
    return difference


def _ends(slot: Any) -> list[str]:
    return [slot.starts_at.isoformat(), slot.ends_at.isoformat()]
