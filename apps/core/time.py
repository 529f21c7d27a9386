"""The shop's clock: UTC in the database, the shop's time zone for people."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """Return the present, aware, in UTC: read once at the door and passed in."""
    return timezone.now()


def shop_zone() -> ZoneInfo:
    """Return the time zone in which the shop's slots, dates and promotions are meant."""
    return ZoneInfo(settings.SHOP_TIME_ZONE)


def shop_date(moment: datetime) -> date:
    """Return the date on the shop's wall calendar at that moment."""
    return moment.astimezone(shop_zone()).date()
