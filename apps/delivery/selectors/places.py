"""Questions about holidays and pickup points."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from apps.core.models import in_language
from apps.core.time import shop_date
from apps.delivery import calendar, texts
from apps.delivery.dto import (
    DayOff,
    PickupCard,
)
from apps.delivery.errors import PickupPointNotFound
from apps.delivery.models import Holiday, PickupPoint

_NOTICE_DAYS = 14


def days_off(*, dates: Collection[date]) -> list[DayOff]:
    """Return the holidays of some days."""
    rows = Holiday.objects.filter(date__in=dates).order_by("date", "pk")
    return [
        DayOff(
            date=row.date,
            name=row.name,
            zone_id=row.zone_id,
            pickup_point_id=row.pickup_point_id,
            opens=row.opens,
            closes=row.closes,
        )
        for row in rows
    ]


def pickup_points(*, now: datetime | None = None) -> list[PickupCard]:
    """Return the points that are open, in the order they were made.

    With `now` each says which days of the coming two weeks are special.
    """
    points = PickupPoint.objects.filter(is_active=True).prefetch_related("weekly").order_by("pk")
    days = []
    if now is not None:
        first = shop_date(now)
        days = days_off(dates=[first + timedelta(days=ahead) for ahead in range(_NOTICE_DAYS)])
    return [_pickup_card(point, days) for point in points]


def pickup_point(
    *, pickup_point_id: int | None = None, public_id: UUID | None = None
) -> PickupCard:
    """Return one open pickup point, named by its id or its public id.

    Raises:
        PickupPointNotFound: There is none.
    """
    wanted = {"pk": pickup_point_id} if public_id is None else {"public_id": public_id}
    point = PickupPoint.objects.filter(is_active=True, **wanted).first()
    if point is None:
        raise PickupPointNotFound
    return _pickup_card(point, ())


def _pickup_card(point: PickupPoint, days: Iterable[DayOff]) -> PickupCard:
    name, address, typed = (in_language(point, field) for field in ("name", "address", "hours"))
    weekly = [(row.weekday, row.opens, row.closes) for row in point.weekly.all()]
    special = [
        found
        for _date, group in groupby(days, key=lambda day: day.date)
        if (found := calendar.day_off(list(group), pickup_point_id=point.pk))
    ]
    return PickupCard(
        id=point.pk,
        public_id=point.public_id,
        name=name,
        address=address,
        hours=texts.weekly_hours(weekly) or typed,
        latitude=point.latitude,
        longitude=point.longitude,
        notice=", ".join(texts.day_off(day) for day in special),
    )
