"""A small shop with a past: orders and goods whose steps happened when a test says so."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import time_machine
from django.db.models import F

from apps.catalog.models import Variant
from apps.core.time import shop_zone
from apps.delivery.models import DeliverySlot
from apps.inventory import services as inventory
from apps.inventory.dto import MovementKind, WasteReason
from apps.inventory.models import Lot, StockLevel, StockMovement
from apps.orders.dto import OrderStatus
from apps.orders.models import Order, OrderEvent
from tests.factories import OrderFactory, OrderLineFactory, SlotFactory, move_along
from tests.factories.inventory import receive

S = OrderStatus
_WAY = (S.CONFIRMED, S.PICKING, S.PACKED, S.OUT_FOR_DELIVERY)


def at(text: str) -> datetime:
    """Return a moment of the shop's wall clock: `at("2026-10-25 13:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=shop_zone())


def sold(
    placed: str,
    *,
    delivered: str = "",
    returned: str = "",
    cancelled: str = "",
    total: str = "600.00",
    wanted: Mapping[Variant, int] | None = None,
    picked: Mapping[Variant, int] | None = None,
    **fields: Any,
) -> Order:
    """Insert an order with the steps that it took, each at its moment.

    `wanted` are its lines, at 100.00 a unit; `picked` says where the box held fewer.
    """
    fields.setdefault("slot", DeliverySlot.objects.first() or SlotFactory())
    with time_machine.travel(at(placed), tick=False):
        order = OrderFactory(
            lines=0, items_total=Decimal(total), delivery_fee=Decimal(0), total=Decimal(total),
            **fields,
        )  # fmt: skip
        for variant, quantity in (wanted or {}).items():
            OrderLineFactory(
                order=order, variant=variant, quantity=quantity, unit_price=Decimal("100.00"),
                picked_quantity=(picked or {}).get(variant),
            )  # fmt: skip
        _note(order, "", S.PLACED)
    if cancelled:
        step(order, S.CANCELLED, cancelled)
    if delivered:
        for status in _WAY:
            step(order, status, delivered)
        step(order, S.DELIVERED, delivered)
    if returned:
        step(order, S.RETURNED, returned)
    return order


def step(order: Order, target: OrderStatus, moment: str) -> None:
    """Let an order take one step."""
    before = order.status
    with time_machine.travel(at(moment), tick=False):
        move_along(order, target)
        _note(order, before, target)


def lot(variant: Variant, quantity: int, moment: str, *, cost: str | None = "50.00") -> Lot:
    """Receive a lot at a moment."""
    with time_machine.travel(at(moment), tick=False):
        return receive(variant, quantity, days=400, cost=Decimal(cost) if cost else None)


def move(found: Lot, kind: MovementKind, quantity: int, moment: str) -> None:
    """Move units of a lot (signed), as the warehouse's services leave ledger and counters."""
    with time_machine.travel(at(moment), tick=False):
        StockMovement.objects.create(
            variant_id=found.variant_id, lot=found, kind=kind, quantity=quantity
        )
    Lot.objects.filter(pk=found.pk).update(remaining=F("remaining") + quantity)
    StockLevel.objects.filter(variant_id=found.variant_id).update(on_hand=F("on_hand") + quantity)


def write_off(found: Lot, quantity: int, cause: WasteReason, moment: str) -> None:
    """Throw units of a lot away."""
    with time_machine.travel(at(moment), tick=False):
        inventory.write_off(
            lot_id=found.pk, quantity=quantity, reason_code=cause, actor_id=None, reason="it was"
        )


def _note(order: Order, source: str, target: str) -> None:
    OrderEvent.objects.create(
        order=order, from_status=source, to_status=target, actor_kind="system"
    )
