"""Questions about zones, windows and pickup points."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from apps.core.books import Discrepancy
from apps.core.models import in_language
from apps.core.time import shop_date
from apps.delivery import areas, calendar, tariffs, texts
from apps.delivery.areas import distance_km
from apps.delivery.dto import (
    ClosedReason,
    DayOff,
    Fee,
    FeeRule,
    PickupCard,
    SlotCard,
    ZoneCard,
    ZoneShape,
)
from apps.delivery.errors import OutsideZones, PickupPointNotFound, SlotNotFound, ZoneNotFound
from apps.delivery.models import DeliverySlot, Holiday, PickupPoint, Zone

_NOTICE_DAYS = 14


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


def slots(*, zone_id: int, now: datetime, days: int = 4) -> list[SlotCard]:
    """Return the windows of today and the coming days, open and closed, that have not begun."""
    first = shop_date(now)
    rows = DeliverySlot.objects.filter(
        zone_id=zone_id,
        zone__is_active=True,
        date__range=(first, first + timedelta(days=days - 1)),
        starts_at__gt=now,
    )
    return [_slot_card(slot, now) for slot in rows.order_by("starts_at", "pk")]


def slot_card(
    *, slot_id: int | None = None, public_id: UUID | None = None, now: datetime | None = None
) -> SlotCard:
    """Return one window, named by its id or its public id.

    Without `now` only what staff decided closes it: the booking itself looks at the clock.

    Raises:
        SlotNotFound: There is none.
    """
    wanted = {"pk": slot_id} if public_id is None else {"public_id": public_id}
    slot = DeliverySlot.objects.filter(**wanted).first()
    if slot is None:
        raise SlotNotFound
    return _slot_card(slot, now)


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


def check_books(*, booked: Mapping[int, tuple[int, int]]) -> list[Discrepancy]:
    """Compare what windows count with the orders in them: `booked` is (orders, ml) by window."""
    rows = DeliverySlot.objects.order_by("pk").values_list("pk", "booked_orders", "booked_ml")
    return [
        Discrepancy(f"slot {pk}", counter, expected=str(expected), found=str(found))
        for pk, *counted in rows
        for counter, found, expected in zip(
            ("orders booked", "ml booked"), counted, booked.get(pk, (0, 0)), strict=True
        )
        if found != expected
    ]


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


def _slot_card(slot: DeliverySlot, now: datetime | None) -> SlotCard:
    return SlotCard(
        id=slot.pk,
        public_id=slot.public_id,
        zone_id=slot.zone_id,
        date=slot.date,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        cutoff_at=slot.cutoff_at,
        closed_reason=_closed_reason(slot, now),
    )


def _closed_reason(slot: DeliverySlot, now: datetime | None) -> str:
    if slot.closed_reason:
        return slot.closed_reason
    if now is not None and slot.cutoff_at <= now:
        return str(ClosedReason.PAST.value)
    full = slot.booked_orders >= slot.capacity_orders or slot.booked_ml >= slot.capacity_ml
    return str(ClosedReason.FULL.value) if full else ""


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
