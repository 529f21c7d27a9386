"""Weekly windows, and the slots of the coming days that are opened from them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings

from apps.core import locks
from apps.core.time import shop_date, shop_zone
from apps.core.transactions import retrying_atomic
from apps.delivery import selectors
from apps.delivery.dto import ClosedReason
from apps.delivery.models import DeliverySlot, SlotTemplate
from apps.delivery.services.holidays import CALENDAR, is_covered


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
def generate_slots(*, now: datetime, days: int | None = None) -> int:
    """Open the windows of today and the coming days from the weekly templates.

    Windows that are there already stay as staff left them; those of holidays are closed, so that
    customers see why. Returns how many were made.
    """
    locks.hold(CALENDAR)
    templates = list(SlotTemplate.objects.filter(is_active=True, zone__is_active=True))
    first = shop_date(now)
    # Goods are kept sellable for so many days ahead, and no longer.
    days = max(1, settings.SELLABLE_HORIZON_DAYS) if days is None else days
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
    days_off = selectors.days_off(dates=dates)
    for slot in missing:
        if is_covered(slot, [day for day in days_off if day.date == slot.date]):
            slot.closed_reason = ClosedReason.HOLIDAY
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
