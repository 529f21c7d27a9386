"""Pickup points."""

from typing import Any

from apps.core.transactions import retrying_atomic
from apps.delivery.models import PickupPoint


@retrying_atomic
def save_pickup_point(*, name_ru: str, **fields: Any) -> PickupPoint:
    """Open a pickup point, or change the fields given of the one with this name."""
    point, _is_new = PickupPoint.objects.update_or_create(name_ru=name_ru, defaults=fields)
    return point
