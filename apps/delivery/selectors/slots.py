"""Questions about delivery windows."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from apps.core.books import Discrepancy
from apps.core.time import shop_date
from apps.delivery.dto import (
    ClosedReason,
    SlotCard,
    StaffSlotCard,
)
from apps.delivery.errors import SlotNotFound
from apps.delivery.models import DeliverySlot


def slots(*, zone_id: int, now: datetime, days: int = 4) -> list[SlotCard]:
    """Return the windows of today and the coming days, open and closed, that have not begun."""
    first = shop_date(now)
    rows = DeliverySlot.objects.filter(
        zone_id=zone_id,
        zone__is_active=True,
        date__range=(first, first + timedelta(days=days - 1)),
        starts_at__gt=now,
    )
    return [_slot_card(slot, now) for slot in rows.order_by("starts_at", "pk")]


def staff_slots(*, day: date, now: datetime) -> list[StaffSlotCard]:
    """Return all windows of a day of the shop's calendar, in the order of their time."""
    rows = DeliverySlot.objects.filter(date=day).select_related("zone")
    return [_staff_card(slot, now) for slot in rows.order_by("starts_at", "pk")]


def staff_slot(*, public_id: UUID, now: datetime) -> StaffSlotCard:
    """Return one window as staff see it.

    Raises:
        SlotNotFound: There is none.
    """
    slot = DeliverySlot.objects.filter(public_id=public_id).select_related("zone").first()
    if slot is None:
        raise SlotNotFound
    return _staff_card(slot, now)


def slot_card(
    *, slot_id: int | None = None, public_id: UUID | None = None, now: datetime | None = None
) -> SlotCard:
    """Return one window, named by its id or its public id.

    Without `now` only what staff decided closes it: the booking itself looks at the clock.

    Raises:
        SlotNotFound: There is none.
    """
    wanted = {"pk": slot_id} if public_id is None else {"public_id": public_id}
    slot = DeliverySlot.objects.filter(**wanted).first()
    if slot is None:
        raise SlotNotFound
    return _slot_card(slot, now)


def check_books(*, booked: Mapping[int, tuple[int, int]]) -> list[Discrepancy]:
    """Compare what windows count with the orders in them: `booked` is (orders, ml) by window."""
    rows = DeliverySlot.objects.order_by("pk").values_list("pk", "booked_orders", "booked_ml")
    return [
        Discrepancy(f"slot {pk}", counter, expected=str(expected), found=str(found))
        for pk, *counted in rows
        for counter, found, expected in zip(
            ("orders booked", "ml booked"), counted, booked.get(pk, (0, 0)), strict=True
        )
        if found != expected
    ]


def _slot_card(slot: DeliverySlot, now: datetime | None) -> SlotCard:
    return SlotCard(
        id=slot.pk,
        public_id=slot.public_id,
        zone_id=slot.zone_id,
        date=slot.date,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        cutoff_at=slot.cutoff_at,
        closed_reason=_closed_reason(slot, now),
    )


def _staff_card(slot: DeliverySlot, now: datetime) -> StaffSlotCard:
    return StaffSlotCard(
        id=slot.pk,
        public_id=slot.public_id,
        zone=slot.zone.slug,
        date=slot.date,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        cutoff_at=slot.cutoff_at,
        capacity_orders=slot.capacity_orders,
        capacity_ml=slot.capacity_ml,
        booked_orders=slot.booked_orders,
        booked_ml=slot.booked_ml,
        closed_reason=_closed_reason(slot, now),
    )


def _closed_reason(slot: DeliverySlot, now: datetime | None) -> str:
    if slot.closed_reason:
        return slot.closed_reason
    if now is not None and slot.cutoff_at <= now:
        return str(ClosedReason.PAST.value)
    full = slot.booked_orders >= slot.capacity_orders or slot.booked_ml >= slot.capacity_ml
    return str(ClosedReason.FULL.value) if full else ""
