"""The shop's clock: UTC in the database, the shop's time zone for people."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.errors import ShopError


class WallTimeUnclear(ShopError):
    """The clock is put forward or back then: the hour does not exist, or exists twice."""

    code = "wall_time_unclear"
    message = _(
        "At {time} the clocks are changed: that hour does not exist, or comes twice. Choose another"
        " time."
    )


def now() -> datetime:
    """Return the present, aware, in UTC: read once at the door and passed in."""
    return timezone.now()


def shop_zone() -> ZoneInfo:
    """Return the time zone in which the shop's slots, dates and promotions are meant."""
    return ZoneInfo(settings.SHOP_TIME_ZONE)


def shop_date(moment: datetime) -> date:
    """Return the date on the shop's wall calendar at that moment."""
    return moment.astimezone(shop_zone()).date()


def from_wall(wall: datetime) -> datetime:
    """Return the moment at which the shop's clock on the wall shows that (a naive time).

    Raises:
        WallTimeUnclear: The clock shows it never, or twice.
    """
    first, second = (wall.replace(tzinfo=shop_zone(), fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise WallTimeUnclear(time=f"{wall:%Y-%m-%d %H:%M}")
    return first
