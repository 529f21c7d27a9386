"""Pickup points and when they are open."""

from collections.abc import Iterable
from datetime import time
from typing import Any

from apps.core.history import keep_first_version, sign
from apps.core.transactions import retrying_atomic
from apps.delivery import texts
from apps.delivery.errors import PickupPointNotFound
from apps.delivery.models import PickupHours, PickupPoint

# Weekday (0 is Monday), from, to.
DayHours = tuple[int, time, time]


@retrying_atomic
def save_pickup_point(*, name_ru: str, **fields: Any) -> PickupPoint:
    """Open a pickup point, or change the fields given of the one with this name."""
    point, _is_new = PickupPoint.objects.update_or_create(name_ru=name_ru, defaults=fields)
    return point


@retrying_atomic
def set_pickup_hours(
    *, point_id: int, hours: Iterable[DayHours], actor_id: int | None = None
) -> None:
    """Put a point's weekly hours in place of those it had; its history says what they are now.

    Raises:
        PickupPointNotFound: There is no such point.
    """
    point = PickupPoint.objects.select_for_update().filter(pk=point_id).first()
    if point is None:
        raise PickupPointNotFound
    wanted = sorted(set(hours))
    if sorted(point.weekly.values_list("weekday", "opens", "closes")) == wanted:
        return
    keep_first_version(point)
    point.weekly.all().delete()
    PickupHours.objects.bulk_create(
        [PickupHours(point=point, weekday=day, opens=opens, closes=to) for day, opens, to in wanted]
    )
    sign(point, actor_id)
    point._change_reason = texts.weekly_hours(wanted)  # type: ignore[attr-defined]
    point.save(update_fields=["updated_at"])
