"""The hours in which nobody is written to who does not wait for it."""

from datetime import datetime, timedelta

from django.conf import settings

from apps.core.time import shop_zone


def quiet_until(moment: datetime) -> datetime | None:
    """Return when the quiet hours end in which a moment lies; None where it lies in none."""
    begin, end = settings.QUIET_HOURS
    wall = moment.astimezone(shop_zone())
    inside = begin <= wall.hour < end if begin <= end else not end <= wall.hour < begin
    if not inside:
        return None
    morning = wall.replace(hour=end, minute=0, second=0, microsecond=0)
    return morning if morning > wall else morning + timedelta(days=1)
