"""Places in delivery windows: booked by guarded statements, opened from weekly templates."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Greatest

from apps.core.history import keep_first_version
from apps.core.time import shop_date, shop_zone
from apps.core.transactions import retrying_atomic
from apps.delivery.dto import ClosedReason
from apps.delivery.errors import SlotClosed, SlotFull, SlotNotFound
from apps.delivery.models import DeliverySlot, PickupPoint, SlotTemplate, Zone


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
def save_zone(*, slug: str, **fields: Any) -> Zone:
    """Create a zone or change the fields given of the one with this slug."""
    zone, _is_new = Zone.objects.update_or_create(slug=slug, defaults=fields)
    return zone


@retrying_atomic
def save_pickup_point(*, name_ru: str, **fields: Any) -> PickupPoint:
    """Open a pickup point, or change the fields given of the one with this name."""
    point, _is_new = PickupPoint.objects.update_or_create(name_ru=name_ru, defaults=fields)
    return point


@retrying_atomic
def open_weekly_windows(
    *, zone_id: int, starts: Iterable[int], hours: int = 2, capacity_orders: int = 10
) -> None:
    """Give a zone the same windows on every day of the week, by the hour that they start at."""
    SlotTemplate.objects.bulk_create(
        [
            SlotTemplate(
                zone_id=zone_id,
                weekday=weekday,
                starts=time(hour),
                ends=time(hour + hours),
                capacity_orders=capacity_orders,
            )
            for weekday in range(7)
            for hour in starts
        ],
        ignore_conflicts=True,
    )


@retrying_atomic
def generate_slots(*, now: datetime, days: int = 7) -> int:
    """Open the windows of today and the coming days from the weekly templates.

    Windows that are there already stay as staff left them. Returns how many were opened.
    """
    templates = list(SlotTemplate.objects.filter(is_active=True, zone__is_active=True))
    first = shop_date(now)
    dates = [first + timedelta(days=offset) for offset in range(days)]
    wanted = [
        _slot(template, day)
        for day in dates
        for template in templates
        if template.weekday == day.weekday()
    ]
    there = set(DeliverySlot.objects.filter(date__in=dates).values_list("zone_id", "starts_at"))
    missing = [
        slot
        for slot in wanted
        if slot.ends_at > slot.starts_at > now and (slot.zone_id, slot.starts_at) not in there
    ]
    DeliverySlot.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _slot(template: SlotTemplate, day: date) -> DeliverySlot:
    starts_at, ends_at = _instant(day, template.starts), _instant(day, template.ends)
    return DeliverySlot(
        zone_id=template.zone_id,
        date=day,
        starts_at=starts_at,
        ends_at=ends_at,
        cutoff_at=starts_at - timedelta(minutes=template.cutoff_minutes),
        capacity_orders=template.capacity_orders,
        capacity_ml=template.capacity_ml,
    )


def _instant(day: date, wall: time) -> datetime:
    """Return the instant when the shop's clocks show this time on this day.

    A time that the clocks skip in spring is read with the offset of before the change, so a window
    that lies in the gap has no length; one that comes twice in autumn is the first (PEP 495).
    """
    # In UTC: two moments of one ZoneInfo are compared and subtracted by their wall clocks.
    return datetime.combine(day, wall, tzinfo=shop_zone()).astimezone(UTC)


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
