"""Places in delivery windows: booked by guarded statements, closed and opened by staff."""

from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Greatest

from apps.core.history import keep_first_version
from apps.core.transactions import retrying_atomic
from apps.delivery.dto import ClosedReason
from apps.delivery.errors import SlotBooked, SlotClosed, SlotFull, SlotNotFound
from apps.delivery.models import DeliverySlot


@retrying_atomic
def book_slot(*, slot_id: int, volume_ml: int, now: datetime) -> None:
    """Take a place and room for a box in a delivery window, if both are still free.

    Raises:
        SlotNotFound: There is no such window.
        SlotClosed: It is past its cut-off, or the shop closed it; `reason` says which.
        SlotFull: Its places or its room are taken.
    """
    booked = (
        DeliverySlot.objects.bookable(now)
        .filter(pk=slot_id, booked_ml__lte=F("capacity_ml") - volume_ml)
        .update(booked_orders=F("booked_orders") + 1, booked_ml=F("booked_ml") + volume_ml)
    )
    if not booked:
        raise _why_not(slot_id, now)


@retrying_atomic
def hold_slot(*, slot_id: int) -> None:
    """Lock a window for whoever changes its bookings after stock rows, which come behind it."""
    list(DeliverySlot.objects.select_for_update(no_key=True).filter(pk=slot_id))


@retrying_atomic
def release_slot(*, slot_id: int, volume_ml: int) -> None:
    """Give a place and its room back to a delivery window."""
    DeliverySlot.objects.filter(pk=slot_id, booked_orders__gte=1).update(
        booked_orders=F("booked_orders") - 1,
        booked_ml=Greatest(F("booked_ml") - volume_ml, Value(0)),
    )


@retrying_atomic
def move_booking(
    *, slot_id: int, volume_ml: int, to_slot_id: int, to_volume_ml: int, now: datetime
) -> None:
    """Give a smaller box room in another window, or less of it in the same one.

    Windows are taken by id, as everywhere.

    Raises:
        SlotNotFound, SlotClosed, SlotFull: The other window takes no more orders.
    """
    if slot_id == to_slot_id:
        DeliverySlot.objects.filter(pk=slot_id).update(
            booked_ml=Greatest(F("booked_ml") - volume_ml + to_volume_ml, Value(0))
        )
        return
    if slot_id < to_slot_id:
        release_slot(slot_id=slot_id, volume_ml=volume_ml)
    book_slot(slot_id=to_slot_id, volume_ml=to_volume_ml, now=now)
    if slot_id > to_slot_id:
        release_slot(slot_id=slot_id, volume_ml=volume_ml)


@retrying_atomic
def close_slot(*, slot_id: int, reason: ClosedReason = ClosedReason.STAFF) -> None:
    """Let a window take no more orders; those booked stay.

    Raises:
        SlotNotFound: There is no such window.
    """
    _set_closed(slot_id, reason)


@retrying_atomic
def reopen_slot(*, slot_id: int) -> None:
    """Let a window that the shop closed take orders again, until its cut-off.

    Raises:
        SlotNotFound: There is no such window.
    """
    _set_closed(slot_id, "")


@retrying_atomic
def resize_slot(
    *, slot_id: int, capacity_orders: int | None = None, capacity_ml: int | None = None
) -> None:
    """Let a window take more orders or boxes, or fewer, but never fewer than are booked.

    Raises:
        SlotNotFound: There is no such window.
        SlotBooked: More is booked already.
    """
    slot = DeliverySlot.objects.select_for_update().filter(pk=slot_id).first()
    if slot is None:
        raise SlotNotFound
    keep_first_version(slot)
    slot.capacity_orders = slot.capacity_orders if capacity_orders is None else capacity_orders
    slot.capacity_ml = slot.capacity_ml if capacity_ml is None else capacity_ml
    if slot.booked_orders > slot.capacity_orders or slot.booked_ml > slot.capacity_ml:
        raise SlotBooked(orders=slot.booked_orders, ml=slot.booked_ml)
    slot.save(update_fields=["capacity_orders", "capacity_ml", "updated_at"])


@retrying_atomic
def move_bookings(
    *, slot_id: int, target_id: int, orders: int, volume_ml: int, now: datetime
) -> None:
    """Carry places and room from one window over to another, all of them or none.

    Staff may fill a window after its cut-off, until it begins.

    Raises:
        SlotNotFound: One of them does not exist, or they are the same.
        SlotClosed: The other one has begun, or the shop closed it; `reason` says which.
        SlotFull: It has too few places or too little room left.
    """
    both = DeliverySlot.objects.select_for_update().filter(pk__in=(slot_id, target_id))
    held = {slot.pk: slot for slot in both.order_by("pk")}
    if len(held) < 2:
        raise SlotNotFound
    target = held[target_id]
    if target.closed_reason or target.starts_at <= now:
        raise SlotClosed(reason=target.closed_reason or ClosedReason.PAST.value)
    taken = DeliverySlot.objects.filter(
        pk=target_id,
        booked_orders__lte=F("capacity_orders") - orders,
        booked_ml__lte=F("capacity_ml") - volume_ml,
    ).update(booked_orders=F("booked_orders") + orders, booked_ml=F("booked_ml") + volume_ml)
    if not taken:
        raise SlotFull
    DeliverySlot.objects.filter(pk=slot_id).update(
        booked_orders=Greatest(F("booked_orders") - orders, Value(0)),
        booked_ml=Greatest(F("booked_ml") - volume_ml, Value(0)),
    )


def close_held(slot: DeliverySlot, reason: str) -> None:
    """Close a window that is locked, or open it with an empty reason."""
    keep_first_version(slot)
    slot.closed_reason = reason
    slot.save(update_fields=["closed_reason", "updated_at"])


def _set_closed(slot_id: int, reason: str) -> None:
    slot = DeliverySlot.objects.select_for_update().filter(pk=slot_id).first()
    if slot is None:
        raise SlotNotFound
    close_held(slot, reason)


def _why_not(slot_id: int, now: datetime) -> SlotNotFound | SlotClosed | SlotFull:
    slot = DeliverySlot.objects.filter(pk=slot_id).first()
    if slot is None:
        return SlotNotFound()
    if slot.closed_reason:
        return SlotClosed(reason=slot.closed_reason)
    if slot.cutoff_at <= now:
        return SlotClosed(reason=ClosedReason.PAST.value)
    return SlotFull()
