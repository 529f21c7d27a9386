"""What stands on papers, read for many at once."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import translation

from apps.catalog.dto import Allergen, StorageClass
from apps.core.models import in_language
from apps.core.money import ZERO
from apps.fulfilment.dto import BoxLabel, LotLabel, PickSheet, Slip, SlipLine
from apps.fulfilment.selectors.picking import pick_lists
from apps.inventory import selectors as inventory
from apps.orders import selectors as orders

# What a thermobox takes; a line's volume is what its packs fill.
BOX_ML = 40_000


def lot_labels(*, lot_ids: Collection[int]) -> list[LotLabel]:
    """Return lots' labels in the reader's language."""
    return [
        LotLabel(
            barcode=lot.label,
            code=lot.code,
            name=lot.name,
            sku=lot.sku,
            pack_weight_g=lot.pack_weight_g,
            made_on=lot.made_on,
            expires_on=lot.expires_on,
            storage=str(StorageClass(lot.storage_class).label),
        )
        for lot in inventory.lot_cards(lot_ids=lot_ids)
    ]


def box_labels(*, order_ids: Sequence[int], boxes: int | None = None) -> list[BoxLabel]:
    """Return a label for each box of the orders: as many boxes as are said, or as the goods fill.

    What must be kept colder travels in boxes of its own.
    """
    labels = []
    for order in _orders(order_ids):
        cold = _boxes_by_cold(order, boxes)
        total = sum(count for _label, count in cold)
        number = 0
        for label, count in cold:
            for _box in range(count):
                number += 1
                labels.append(
                    BoxLabel(
                        number=order.number, cold=label, window=_window(order),
                        place=_place(order), contact=order.contact_name, box=number, boxes=total,
                    )
                )  # fmt: skip
    return labels


def pick_sheets(*, order_ids: Sequence[int], now: datetime) -> list[PickSheet]:
    """Return the pick lists of orders for paper, in the reader's language."""
    lists = {listed.order_id: listed for listed in pick_lists(order_ids=order_ids, now=now)}
    return [
        PickSheet(lists[order.pk], _window(order), _place(order)) for order in _orders(order_ids)
    ]


def slips(*, order_ids: Sequence[int]) -> list[Slip]:
    """Return what tells customers what is in their boxes, each in its customer's language."""
    found = []
    for order in _orders(order_ids):
        with translation.override(order.customer.language):
            found.append(_slip(order))
    return found


def _orders(order_ids: Sequence[int]) -> list[Any]:
    rows = orders.staff_orders().filter(pk__in=order_ids).select_related("slot__zone")
    rows = rows.prefetch_related("lines__variant__product")
    by_id = {order.pk: order for order in rows}
    return [by_id[pk] for pk in dict.fromkeys(order_ids) if pk in by_id]


def _window(order: Any) -> tuple[datetime, datetime] | None:
    return (order.slot.starts_at, order.slot.ends_at) if order.slot else None


def _place(order: Any) -> str:
    return in_language(order.slot.zone if order.slot else order.pickup_point, "name")


def _in_box(line: Any) -> int:
    return int(line.quantity if line.picked_quantity is None else line.picked_quantity)


def _lines(order: Any) -> Iterable[Any]:
    return sorted(order.lines.all(), key=lambda line: line.pk)


def _boxes_by_cold(order: Any, boxes: int | None) -> list[tuple[str, int]]:
    """Return how cold the order's boxes stay and how many there are of each, the coldest first."""
    volumes = dict.fromkeys(StorageClass, 0)
    for line in _lines(order):
        volume = line.variant.box_volume_ml * _in_box(line)
        volumes[StorageClass(line.variant.product.storage_class)] += volume
    needed = [(cold, -(-volume // BOX_ML)) for cold, volume in volumes.items() if volume]
    needed.sort(key=lambda pair: pair[0] != StorageClass.DEEP_FROZEN)
    if boxes is not None and needed:
        # Said by hand: the class that fills most takes the rest.
        others = len(needed) - 1
        first = max(range(len(needed)), key=lambda index: needed[index][1])
        counts = [1] * len(needed)
        counts[first] = max(1, boxes - others)
        needed = [(cold, count) for (cold, _), count in zip(needed, counts, strict=True)]
    return [(str(cold.label), count) for cold, count in needed]


def _slip(order: Any) -> Slip:
    lines = tuple(_slip_line(line) for line in _lines(order))
    goods = sum((line.total for line in lines), ZERO)
    return Slip(
        number=order.number,
        language=order.customer.language,
        placed_at=order.created_at,
        contact=order.contact_name,
        address=", ".join(part for part in (order.address, order.address_details) if part)
        or _place(order),
        window=_window(order),
        lines=lines,
        delivery_fee=order.delivery_fee,
        # Whatever else the total is made of: promotions and codes.
        discount=order.total - goods - order.delivery_fee,
        total=order.total,
        is_paid=bool(order.paid) and order.paid >= order.total,
    )


def _slip_line(line: Any) -> SlipLine:
    packed = _in_box(line)
    return SlipLine(
        name=line.name,
        sku=line.sku,
        pack_weight_g=line.pack_weight_g,
        ordered=line.quantity,
        packed=packed,
        unit_price=line.unit_price,
        total=line.unit_price * packed - line.weighed_off,
        is_weighed=line.is_weighed,
        weight_g=line.weight_there_g,
        allergens=tuple(
            str(Allergen(code).label) for code in sorted(line.variant.product.allergens)
        ),
    )
