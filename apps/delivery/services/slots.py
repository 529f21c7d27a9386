"""Places in delivery windows: booked by guarded statements, closed and opened by staff."""

from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Greatest

from apps.core.history import keep_first_version
from apps.core.transactions import retrying_atomic
from apps.delivery.dto import ClosedReason
from apps.delivery.errors import SlotClosed, SlotFull, SlotNotFound
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
def release_slot(*, slot_id: int, volume_ml: int) -> None:
    """Give a place and its room back to a delivery window."""
    DeliverySlot.objects.filter(pk=slot_id, booked_orders__gte=1).update(
        booked_orders=F("booked_orders") - 1,
        booked_ml=Greatest(F("booked_ml") - volume_ml, Value(0)),
    )


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


def _set_closed(slot_id: int, reason: str) -> None:
    slot = DeliverySlot.objects.select_for_update().filter(pk=slot_id).first()
    if slot is None:
        raise SlotNotFound
    keep_first_version(slot)
    slot.closed_reason = reason
    slot.save(update_fields=["closed_reason", "updated_at"])


def _why_not(slot_id: int, now: datetime) -> SlotNotFound | SlotClosed | SlotFull:
    slot = DeliverySlot.objects.filter(pk=slot_id).first()
    if slot is None:
        return SlotNotFound()
    if slot.closed_reason:
        return SlotClosed(reason=slot.closed_reason)
    if slot.cutoff_at <= now:
        return SlotClosed(reason=ClosedReason.PAST.value)
    return SlotFull()
