"""Questions about zones, and what bringing food there costs."""

from decimal import Decimal

from apps.delivery import areas, tariffs
from apps.delivery.areas import distance_km
from apps.delivery.dto import (
    Fee,
    FeeRule,
    ZoneCard,
    ZoneShape,
)
from apps.delivery.errors import OutsideZones, ZoneNotFound
from apps.delivery.models import Zone


def zones() -> list[ZoneCard]:
    """Return the zones that are served, the smallest first."""
    return [_zone_card(zone) for zone in _served_zones()]


def zone_card(*, zone_id: int | None = None, slug: str = "") -> ZoneCard:
    """Return one served zone, named by its id or its slug.

    Raises:
        ZoneNotFound: There is none.
    """
    wanted = {"pk": zone_id} if zone_id is not None else {"slug": slug}
    zone = Zone.objects.filter(is_active=True, **wanted).first()
    if zone is None:
        raise ZoneNotFound
    return _zone_card(zone)


def zone_for(*, latitude: Decimal | None, longitude: Decimal | None) -> ZoneCard:
    """Return the zone of a point: the smallest around it; without a point, the default.

    Degrees are decimal, WGS 84.

    Raises:
        OutsideZones: No zone holds the point, or there is no default zone.
    """
    for zone in _served_zones():
        if latitude is None or longitude is None:
            if zone.is_default:
                return _zone_card(zone)
            continue
        away = distance_km(zone.latitude, zone.longitude, latitude, longitude)
        if zone.area is not None:
            is_inside = areas.covers(zone.area, latitude=latitude, longitude=longitude)
        else:
            is_inside = zone.radius_km is not None and away <= zone.radius_km
        if is_inside:
            return _zone_card(zone, away=away)
    raise OutsideZones


def zone_shapes(*, besides: int | None = None) -> list[ZoneShape]:
    """Return the outlines of the served zones but one, for a board to draw on."""
    return [
        ZoneShape(
            name=zone.name,
            latitude=zone.latitude,
            longitude=zone.longitude,
            radius_km=zone.radius_km,
            area=zone.area,
        )
        for zone in Zone.objects.filter(is_active=True).order_by("-area_km2", "pk")
        if zone.pk != besides
    ]


def delivery_fee(*, zone: ZoneCard, items_total: Decimal) -> Decimal:
    """Return what bringing goods of this worth to a zone costs."""
    return tariffs.fee_at(zone.tariff, total=items_total, km=zone.distance_km)


def explained_fee(*, zone: ZoneCard, items_total: Decimal) -> Fee:
    """Return what bringing goods of this worth to a zone costs, and why."""
    return tariffs.explained(zone.tariff, total=items_total, km=zone.distance_km)


def _served_zones() -> list[Zone]:
    served = Zone.objects.filter(is_active=True).prefetch_related("fee_steps")
    return list(served.order_by("area_km2", "pk"))


def _zone_card(zone: Zone, *, away: Decimal = Decimal(0)) -> ZoneCard:
    steps = [FeeRule(step.from_total, step.from_km, step.fee) for step in zone.fee_steps.all()]
    return ZoneCard(
        id=zone.pk,
        slug=zone.slug,
        name=zone.name,
        fee=zone.fee,
        free_from=zone.free_from,
        minimum_total=zone.minimum_total,
        steps=tuple(sorted(steps, key=lambda step: (step.from_km, step.from_total))),
        distance_km=away,
    )
