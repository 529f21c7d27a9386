"""Which orders wait for the freezer, and how far those are that somebody picks."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce

from apps.fulfilment.dto import QueuedOrder
from apps.fulfilment.models import Pick
from apps.orders import selectors as orders
from apps.orders.dto import OrderStatus

_MOST = 100
_DUE = Coalesce(F("slot__starts_at"), F("created_at"))


def to_pick(*, picker_id: int | None = None, limit: int = _MOST) -> list[QueuedOrder]:
    """Return orders being picked, `picker_id`'s own in front, and then those that wait for it.

    Each group goes by when it must leave: a window's beginning, or for a pickup its placing.
    """
    found = (
        orders.staff_orders()
        .filter(status__in=(OrderStatus.CONFIRMED, OrderStatus.PICKING))
        .annotate(due=_DUE)
        .order_by("-status", "due", "pk")
        .prefetch_related("lines", "events__actor")[:limit]
    )
    rows = list(found)
    boxes = _boxes([order.pk for order in rows])
    queued = [_queued(order, boxes.get(order.pk, _Box())) for order in rows]
    return sorted(queued, key=lambda row: _group(row, picker_id))


def waiting_ids() -> list[int]:
    """Return the orders that nobody has begun, the one to pick first in front."""
    found = orders.staff_orders().filter(status=OrderStatus.CONFIRMED).annotate(due=_DUE)
    return list(found.order_by("due", "pk").values_list("pk", flat=True)[:_MOST])


@dataclass
class _Box:
    """An open box: how much is in it, and who put the last unit there."""

    units: int = 0
    picker: Any = None


def _boxes(order_ids: Collection[int]) -> dict[int, _Box]:
    rows = Pick.objects.in_hand().filter(order_line__order_id__in=order_ids).order_by("pk")
    boxes: dict[int, _Box] = {}
    for pick in rows.select_related("order_line", "picked_by"):
        box = boxes.setdefault(pick.order_line.order_id, _Box())
        box.units += pick.quantity
        box.picker = pick.picked_by or box.picker
    return boxes


def _queued(order: Any, box: _Box) -> QueuedOrder:
    picker = box.picker or _starter(order)
    slot = order.slot
    return QueuedOrder(
        order_id=order.pk,
        public_id=order.public_id,
        number=order.number,
        status=order.status,
        method=order.method,
        place=str(order.pickup_point or ""),
        deadline=slot.starts_at if slot else None,
        window_ends_at=slot.ends_at if slot else None,
        created_at=order.created_at,
        units=sum(line.quantity for line in order.lines.all()),
        in_box=box.units,
        picker_id=picker.pk if picker else None,
        picker=str(picker) if picker else "",
        attention=order.attention,
    )


def _starter(order: Any) -> Any:
    """Return who took the order to the freezer, None while nobody has."""
    if order.status != OrderStatus.PICKING:
        return None
    begun = [event for event in order.events.all() if event.to_status == OrderStatus.PICKING]
    return max(begun, key=lambda event: event.pk).actor if begun else None


def _group(row: QueuedOrder, picker_id: int | None) -> int:
    if row.status != OrderStatus.PICKING:
        return 2
    return 0 if picker_id is not None and row.picker_id == picker_id else 1
