"""The arithmetic of quiet hours: a pure rule, on the shop's clock."""

from datetime import datetime, timedelta

from apps.core.time import shop_zone
from apps.users.dto import Hours


def quiet_until(*, hours: Hours, now: datetime) -> datetime | None:
    """Return when the quiet hours end that hold at `now`; None where none do.

    The end is read off the clock on the wall: in a night in which clocks are changed it is as much
    earlier or later.
    """
    wall = now.astimezone(shop_zone())
    if hours.starts == hours.ends or not _holds(hours, wall.hour):
        return None
    end = wall.replace(hour=hours.ends, minute=0, second=0, microsecond=0)
    if wall.hour >= hours.ends:
        end += timedelta(days=1)
    return end.astimezone(now.tzinfo)


def _holds(hours: Hours, hour: int) -> bool:
    if hours.starts < hours.ends:
        return hours.starts <= hour < hours.ends
    return hour >= hours.starts or hour < hours.ends
