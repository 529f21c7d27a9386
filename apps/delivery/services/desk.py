"""Zones, weekly windows, pickup points and holidays as another program writes them for staff.

Values come checked one by one; what contradicts other rows is refused here, and the history of
each row names who wrote it.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model

from apps.core import locks
from apps.core.history import keep_first_version, sign
from apps.core.transactions import retrying_atomic
from apps.delivery.dto import FeeRule
from apps.delivery.errors import (
    HolidayNotFound,
    PickupPointNotFound,
    ValuesClash,
    WindowNotFound,
    ZoneNotFound,
)
from apps.delivery.models import Holiday, PickupPoint, SlotTemplate, Zone
from apps.delivery.services.holidays import CALENDAR, remove_holiday, write_holiday
from apps.delivery.services.places import DayHours, set_pickup_hours
from apps.delivery.services.zones import set_fee_steps, write_zone

Values = Mapping[str, Any]
# Writers come one after another, so that each is compared with what the others wrote.
_DESK = "delivery.desk"


def take_turn() -> None:
    """Wait until nobody else writes zones or weekly windows; held until the transaction ends."""
    locks.hold(_DESK)


@retrying_atomic
def put_zone(
    *, slug: str | None, values: Values, steps: Sequence[FeeRule] | None, actor_id: int
) -> Zone:
    """Open a zone, or change the values given of the one with this slug; `steps` replace its own.

    Raises:
        ZoneNotFound: No zone has this slug.
        ValuesClash: Another zone has the slug, or is the default.
        And what `write_zone` and `set_fee_steps` raise.
    """
    take_turn()
    zone = Zone()
    if slug is not None:
        zone = _held(Zone, ZoneNotFound, slug=slug)
    _fill(zone, values, actor_id)
    write_zone(zone=zone, checks_steps=steps is None)
    if steps is not None:
        set_fee_steps(zone_id=zone.pk, steps=steps, actor_id=actor_id)
    return zone


@retrying_atomic
def put_window(*, window_id: int | None, values: Values, actor_id: int) -> SlotTemplate:
    """Add a weekly window, or change the values given of one; slots that are open already stay.

    `values` name the zone by its slug.

    Raises:
        WindowNotFound, ZoneNotFound: There is no such window or zone.
        ValuesClash: The zone has one that begins then, or it would end before it begins.
    """
    take_turn()
    window = SlotTemplate()
    if window_id is not None:
        window = _held(SlotTemplate, WindowNotFound, pk=window_id)
    _fill(window, _with_zone(values), actor_id)
    window.save()
    return window


@retrying_atomic
def put_pickup_point(
    *, public_id: UUID | None, values: Values, hours: Sequence[DayHours] | None, actor_id: int
) -> PickupPoint:
    """Open a pickup point, or change the values given of one; `hours` replace its week.

    Raises:
        PickupPointNotFound: There is no such point.
    """
    point = PickupPoint()
    if public_id is not None:
        point = _held(PickupPoint, PickupPointNotFound, public_id=public_id)
    _fill(point, values, actor_id)
    point.save()
    if hours is not None:
        set_pickup_hours(point_id=point.pk, hours=hours, actor_id=actor_id)
    return point


@retrying_atomic
def put_holiday(*, holiday_id: int | None, values: Values, actor_id: int) -> tuple[Holiday, int]:
    """Write a holiday, or change the values given of one; return it and how many are booked then.

    `values` name the zone by its slug and the pickup point by its public id.

    Raises:
        HolidayNotFound, ZoneNotFound, PickupPointNotFound: There is no such row.
        ValuesClash: The day has one for the same place, it names two places, or half of its hours.
    """
    # Before the row, as whoever writes holidays takes them.
    locks.hold(CALENDAR)
    holiday = Holiday()
    if holiday_id is not None:
        holiday = _held(Holiday, HolidayNotFound, pk=holiday_id)
    values = _with_zone(values)
    if values.get("pickup_point") is not None:
        point = PickupPoint.objects.filter(public_id=values["pickup_point"]).first()
        if point is None:
            raise PickupPointNotFound
        values = {**values, "pickup_point": point}
    _fill(holiday, values, actor_id)
    return holiday, write_holiday(holiday=holiday)


@retrying_atomic
def drop_holiday(*, holiday_id: int, actor_id: int) -> None:
    """Take a holiday off the calendar and open the windows that only it had closed.

    Raises:
        HolidayNotFound: There is none.
    """
    locks.hold(CALENDAR)
    holiday = _held(Holiday, HolidayNotFound, pk=holiday_id)
    sign(holiday, actor_id)
    remove_holiday(holiday=holiday)


def _held(kind: Any, missing: type[Exception], **wanted: Any) -> Any:
    row = kind.objects.select_for_update().filter(**wanted).first()
    if row is None:
        raise missing
    keep_first_version(row)
    return row


def _with_zone(values: Values) -> Values:
    """Return the values with the zone that their slug names."""
    if values.get("zone") is None:
        return values
    zone = Zone.objects.filter(slug=values["zone"]).first()
    if zone is None:
        raise ZoneNotFound
    return {**values, "zone": zone}


def _fill(row: Model, values: Values, actor_id: int) -> None:
    """Write values into a row, in its actor's name, unless the table would refuse it.

    Raises:
        ValuesClash: It would.
    """
    for name, value in values.items():
        setattr(row, name, value)
    sign(row, actor_id)
    try:
        row.validate_unique()
        # How big a zone is, and whether it has one shape, is found when it is written.
        is_zone = isinstance(row, Zone)
        row.validate_constraints(exclude={"area_km2", "area", "radius_km"} if is_zone else None)
    except ValidationError as refusal:
        raise ValuesClash(reason=" ".join(refusal.messages)) from refusal
