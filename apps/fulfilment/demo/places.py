"""Where the demo delivers: two zones around Moscow, their weekly windows, a pickup point."""

from datetime import datetime
from decimal import Decimal

from apps.delivery import services as delivery
from apps.delivery.dto import FeeRule

CENTRE = {"latitude": Decimal("55.755800"), "longitude": Decimal("37.617600")}
WINDOW_STARTS = (10, 12, 14, 16, 18, 20)


def open_places(*, first: datetime, last: datetime) -> None:
    """Open zones and the pickup point, and the windows of every day between two instants."""
    city = delivery.save_zone(
        slug="moscow", name_ru="Москва в пределах МКАД", name_en="Moscow within the ring road",
        radius_km=Decimal("17.00"), fee=Decimal("199.00"), free_from=Decimal("3000.00"),
        minimum_total=Decimal("700.00"), is_default=True, **CENTRE,
    )  # fmt: skip
    region = delivery.save_zone(
        slug="moscow-region", name_ru="Ближнее Подмосковье", name_en="Moscow region nearby",
        radius_km=Decimal("40.00"), fee=Decimal("399.00"), free_from=Decimal("5000.00"),
        minimum_total=Decimal("1500.00"), **CENTRE,
    )  # fmt: skip
    delivery.set_fee_steps(
        zone_id=city.pk, steps=[FeeRule(Decimal("2000.00"), Decimal(0), Decimal("99.00"))]
    )
    delivery.set_fee_steps(
        zone_id=region.pk, steps=[FeeRule(Decimal(0), Decimal(28), Decimal("549.00"))]
    )
    for zone in (city, region):
        delivery.open_weekly_windows(zone_id=zone.pk, starts=WINDOW_STARTS)
    delivery.save_pickup_point(
        name_ru="Склад на Тимирязевской", name_en="Warehouse at Timiryazevskaya",
        address_ru="Москва, Хладокомбинатный проезд, 4", hours_ru="ежедневно 9–21",
        address_en="Moscow, Khladokombinatny passage 4", hours_en="daily 9 am to 9 pm",
        latitude=Decimal("55.818700"), longitude=Decimal("37.574500"),
    )  # fmt: skip
    days = (last - first).days + 1
    delivery.generate_slots(now=first, days=days)
