"""Zones and what bringing food there costs."""

from collections.abc import Iterable
from typing import Any

from apps.core.history import keep_first_version, sign
from apps.core.transactions import retrying_atomic
from apps.delivery import areas, tariffs, texts
from apps.delivery.dto import FeeRule, Tariff
from apps.delivery.errors import ZoneNotFound, ZoneShapeMissing
from apps.delivery.models import FeeStep, Zone


@retrying_atomic
def save_zone(*, slug: str, **fields: Any) -> Zone:
    """Create a zone or change the fields given of the one with this slug.

    Raises:
        What `write_zone` raises.
    """
    zone = Zone.objects.filter(slug=slug).first() or Zone(slug=slug)
    for name, value in fields.items():
        setattr(zone, name, value)
    return write_zone(zone=zone)


@retrying_atomic
def write_zone(*, zone: Zone, checks_steps: bool = True) -> Zone:
    """Write a zone as it was filled in, once its shape and its prices are found good.

    Without `checks_steps` the steps it has are about to be replaced, and checked then.

    Raises:
        ZoneShapeMissing: It has neither a radius nor an area, or both.
        AreaBroken, AreaSwapped, AreaFarAway, AreaTooSmall: The area can't be meant.
        FeesContradict: With the new price the steps there are would punish a bigger order.
    """
    if (zone.area is None) == (zone.radius_km is None):
        raise ZoneShapeMissing
    if zone.area is not None:
        zone.area_km2 = areas.measured(zone.area, latitude=zone.latitude, longitude=zone.longitude)
    elif zone.radius_km is not None:
        zone.area_km2 = areas.circle_km2(zone.radius_km)
    if checks_steps and zone.pk is not None:
        steps = FeeStep.objects.filter(zone_id=zone.pk).values_list("from_total", "from_km", "fee")
        tariffs.refuse_contradictions(Tariff(zone.fee, zone.free_from, tuple(_rules(steps))))
    zone.save()
    return zone


@retrying_atomic
def set_fee_steps(*, zone_id: int, steps: Iterable[FeeRule], actor_id: int | None = None) -> None:
    """Put a zone's fee steps in place of those it had; its history says what they are now.

    Raises:
        ZoneNotFound: There is no such zone.
        FeesContradict: A bigger order, or one that goes less far, would cost more.
    """
    zone = Zone.objects.select_for_update().filter(pk=zone_id).first()
    if zone is None:
        raise ZoneNotFound
    wanted = tuple(sorted(set(steps), key=lambda step: (step.from_km, step.from_total)))
    tariffs.refuse_contradictions(Tariff(zone.fee, zone.free_from, wanted))
    there = set(_rules(zone.fee_steps.values_list("from_total", "from_km", "fee")))
    if there == set(wanted):
        return
    keep_first_version(zone)
    zone.fee_steps.all().delete()
    FeeStep.objects.bulk_create([FeeStep(zone=zone, **vars(step)) for step in wanted])
    sign(zone, actor_id)
    zone._change_reason = texts.fee_steps(wanted)  # type: ignore[attr-defined]
    zone.save(update_fields=["updated_at"])


def _rules(rows: Iterable[tuple[Any, ...]]) -> Iterable[FeeRule]:
    return (FeeRule(*row) for row in rows)
