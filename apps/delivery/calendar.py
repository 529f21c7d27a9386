"""Which holiday holds for a place, and what it leaves open. Pure."""

from collections.abc import Iterable
from datetime import time

from apps.delivery.dto import DayOff


def day_off(
    days: Iterable[DayOff], *, zone_id: int | None = None, pickup_point_id: int | None = None
) -> DayOff | None:
    """Return what holds for a place of the holidays of one day: its own before that of all."""
    holding = [
        day
        for day in days
        if day.is_everywhere
        or (zone_id is not None and day.zone_id == zone_id)
        or (pickup_point_id is not None and day.pickup_point_id == pickup_point_id)
    ]
    return min(holding, key=lambda day: day.is_everywhere, default=None)


def leaves_open(day: DayOff, *, starts: time, ends: time) -> bool:
    """Tell whether a window lies within the hours that a holiday leaves."""
    if day.opens is None or day.closes is None:
        return False
    return day.opens <= starts < ends <= day.closes
