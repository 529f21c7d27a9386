"""Lots as the warehouse's own services receive them, and what a variant's stock looks like."""

from datetime import timedelta
from itertools import count
from typing import Any

from apps.catalog.models import Variant
from apps.core.time import now as present
from apps.core.time import shop_date
from apps.inventory import services
from apps.inventory.models import Lot, Reservation, StockLevel, StockMovement

_numbers = count(1)


def receive(variant: Variant, quantity: int, *, days: int = 200, **fields: Any) -> Lot:
    """Receive a lot that expires in so many days."""
    now = present()
    values = {
        "code": f"T-{next(_numbers)}",
        "made_on": shop_date(now) - timedelta(days=10),
        "expires_on": shop_date(now) + timedelta(days=days),
        "now": now,
    }
    return services.receive_lot(variant_id=variant.pk, quantity=quantity, **(values | fields))


def snapshot(variant: Variant) -> dict[str, Any]:
    """Return all that the warehouse knows of a variant, to compare before and after."""
    if not StockLevel.objects.filter(variant=variant).exists():
        return {}
    of_variant = {"variant": variant}
    return {
        "level": StockLevel.objects.values().get(**of_variant),
        "lots": list(Lot.objects.filter(**of_variant).order_by("pk").values()),
        "movements": list(StockMovement.objects.filter(**of_variant).order_by("pk").values()),
        "promises": list(Reservation.objects.filter(**of_variant).order_by("pk").values()),
        "band": Variant.objects.values_list("availability", flat=True).get(pk=variant.pk),
    }
