"""Holidays: they close windows that are there already, and those that are opened later."""

from collections.abc import Iterable
from datetime import date, datetime, time

from apps.core import locks
from apps.core.time import shop_zone
from apps.core.transactions import retrying_atomic
from apps.delivery import calendar, selectors
from apps.delivery.dto import ClosedReason, DayOff
from apps.delivery.models import DeliverySlot, Holiday
from apps.delivery.services.slots import close_held

# Whoever opens windows reads holidays, and whoever writes holidays reads windows: one at a time.
CALENDAR = "delivery.calendar"


def take_calendar_turn() -> None:
    """Wait until nobody else writes holidays; held until the transaction ends."""
    locks.hold(CALENDAR)


@retrying_atomic
def write_holiday(*, holiday: Holiday) -> int:
    """Write a holiday as it was filled in, close the windows it covers and open the others.

    Orders in windows that are closed stay, and what staff closed stays closed. Returns how many
    orders are booked in windows of that day which the holiday closed.
    """
    take_calendar_turn()
    before = Holiday.objects.select_for_update().filter(pk=holiday.pk).first()
    holiday.save()
    _settle({holiday.date} if before is None else {holiday.date, before.date})
    return _booked_in_closed(holiday)


@retrying_atomic
def remove_holiday(*, holiday: Holiday) -> None:
    """Take a holiday off the calendar and open the windows that only it had closed."""
    take_calendar_turn()
    days = set(Holiday.objects.filter(pk=holiday.pk).values_list("date", flat=True))
    holiday.delete()
    _settle(days)


def is_covered(slot: DeliverySlot, days: Iterable[DayOff]) -> bool:
    """Tell whether the holidays of a window's day close it."""
    day = calendar.day_off(days, zone_id=slot.zone_id)
    if day is None:
        return False
    starts, ends = (_wall(moment) for moment in (slot.starts_at, slot.ends_at))
    return not calendar.leaves_open(day, starts=starts, ends=ends)


def _settle(dates: set[date]) -> None:
    """Close and open the windows of some days; what staff closed by hand stays closed."""
    days = selectors.days_off(dates=dates)
    slots = DeliverySlot.objects.select_for_update().filter(
        date__in=dates, closed_reason__in=("", ClosedReason.HOLIDAY)
    )
    for slot in slots.order_by("pk"):
        covered = is_covered(slot, [day for day in days if day.date == slot.date])
        wanted = ClosedReason.HOLIDAY.value if covered else ""
        if slot.closed_reason != wanted:
            close_held(slot, wanted)


def _booked_in_closed(holiday: Holiday) -> int:
    closed = DeliverySlot.objects.filter(date=holiday.date, closed_reason=ClosedReason.HOLIDAY)
    if holiday.zone_id is not None:
        closed = closed.filter(zone_id=holiday.zone_id)
    return sum(closed.values_list("booked_orders", flat=True))


def _wall(moment: datetime) -> time:
    return moment.astimezone(shop_zone()).time()
