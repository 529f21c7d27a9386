"""Zones, weekly windows, pickup points and holidays as staff see them: those not in use, too."""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from apps.delivery.errors import PickupPointNotFound, ZoneNotFound
from apps.delivery.models import Holiday, PickupPoint, SlotTemplate, Zone


def all_zones() -> QuerySet[Zone]:
    """Return every zone with its fee steps, the smallest first."""
    return Zone.objects.prefetch_related("fee_steps").order_by("area_km2", "pk")


def any_zone(*, slug: str) -> Zone:
    """Return a zone, served or not.

    Raises:
        ZoneNotFound: There is none.
    """
    zone = all_zones().filter(slug=slug).first()
    if zone is None:
        raise ZoneNotFound
    return zone


def weekly_windows(*, zone: str = "") -> QuerySet[SlotTemplate]:
    """Return weekly windows, of all zones or of one, still open to pages."""
    windows = SlotTemplate.objects.select_related("zone")
    windows = windows.filter(zone__slug=zone) if zone else windows
    return windows.order_by("zone_id", "weekday", "starts", "pk")


def all_pickup_points() -> QuerySet[PickupPoint]:
    """Return every pickup point with its hours, in the order they were made."""
    return PickupPoint.objects.prefetch_related("weekly").order_by("pk")


def any_pickup_point(*, public_id: UUID) -> PickupPoint:
    """Return a pickup point, open or not.

    Raises:
        PickupPointNotFound: There is none.
    """
    point = all_pickup_points().filter(public_id=public_id).first()
    if point is None:
        raise PickupPointNotFound
    return point


def holidays(*, since: date | None = None) -> QuerySet[Holiday]:
    """Return holidays in the order of their days, from a day on, still open to pages."""
    days = Holiday.objects.select_related("zone", "pickup_point")
    days = days if since is None else days.filter(date__gte=since)
    return days.order_by("date", "pk")
