"""Lots as the warehouse's own services receive them, and what a variant's stock looks like."""

from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from apps.catalog.models import Variant
from apps.core.time import now as present
from apps.core.time import shop_date
from apps.inventory import services
from apps.inventory.dto import LineValues
from apps.inventory.models import (
    DeliveryLine,
    DeliveryNote,
    Lot,
    Reservation,
    StockLevel,
    StockMovement,
    Stocktake,
    StocktakeLine,
)

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


def draft(**fields: Any) -> DeliveryNote:
    """Open a delivery note of an hour ago, cold enough."""
    now = present()
    values = {
        "number": f"N-{next(_numbers)}",
        "supplier": "Морозко",
        "arrived_at": now - timedelta(hours=1),
        "temperature": Decimal("-19.0"),
        "actor_id": None,
        "now": now,
    }
    return services.open_delivery(**(values | fields))


def line_on(note: DeliveryNote, variant: Variant, quantity: int = 5, **fields: Any) -> DeliveryLine:
    """Write a line with all its values on a draft."""
    today = shop_date(present())
    values = {
        "code": f"T-{next(_numbers)}",
        "made_on": today - timedelta(days=10),
        "expires_on": today + timedelta(days=200),
        "quantity": quantity,
    }
    return services.add_line(
        note_id=note.pk, variant_id=variant.pk, values=LineValues(**(values | fields)),
        now=present(),
    )  # fmt: skip


def warehouse_rows() -> dict[str, list[dict[str, Any]]]:
    """Return every row of the warehouse, to prove that a refusal changed none."""
    tables = (StockLevel, Lot, StockMovement, DeliveryNote, DeliveryLine, Stocktake, StocktakeLine)
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}
