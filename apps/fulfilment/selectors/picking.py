"""What a picker walks by."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from apps.core.time import shop_date
from apps.fulfilment.dto import PickedLot, PickLine, PickList
from apps.fulfilment.models import Pick
from apps.fulfilment.selectors.boxes import picks_of
from apps.inventory import selectors as inventory
from apps.inventory.dto import LotSuggestion
from apps.orders import selectors as orders
from apps.orders.errors import OrderNotFound

Boxes = dict[int, list[PickedLot]]


def pick_list(*, order_id: int, now: datetime) -> PickList:
    """Return what to take for an order and from which lots, first expired first, as it is walked.

    Raises:
        OrderNotFound: There is no such order.
    """
    order = orders.staff_orders().filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound
    rows = list(order.lines.select_related("variant__product", "shortage").order_by("pk"))
    in_box = _in_box(order_id, now)
    lots = _suggestions(rows, in_box, now)
    lines = [_pick_line(row, in_box[row.pk], lots[row.variant_id]) for row in rows]
    return PickList(
        order_id=order.pk,
        public_id=order.public_id,
        number=order.number,
        status=order.status,
        comment=order.comment,
        lines=tuple(sorted(lines, key=_place)),
        picked=tuple(picks_of(order_id=order_id)),
    )


def _in_box(order_id: int, now: datetime) -> Boxes:
    """Return the units in the order's open box, by line."""
    today, found = shop_date(now), defaultdict(list)
    rows = Pick.objects.in_hand().of_order(order_id).select_related("lot")
    for pick in rows:
        problem = pick.lot.unusable_on(today)
        found[pick.order_line_id].append(
            PickedLot(
                pick_id=pick.pk,
                lot_id=pick.lot_id,
                code=pick.lot.code,
                expires_on=pick.lot.expires_on,
                quantity=pick.quantity,
                reason=pick.reason,
                problem=str(problem.label) if problem else "",
            )
        )
    return found


def _suggestions(
    rows: Sequence[Any], in_box: Boxes, now: datetime
) -> dict[int, list[LotSuggestion]]:
    """Return the lots for what is not in the box yet, by variant."""
    promised = inventory.promised(order_line_ids=[row.pk for row in rows])
    free = inventory.available(variant_ids=[row.variant_id for row in rows])
    wanted = {}
    for row in rows:
        # What is promised to this order, and what nobody else was promised.
        most = min(row.quantity, promised[row.pk] + max(0, free[row.variant_id]))
        wanted[row.variant_id] = max(0, most - sum(lot.quantity for lot in in_box[row.pk]))
    return inventory.suggest_for(wanted=wanted, now=now)


def _pick_line(row: Any, picked: list[PickedLot], lots: list[LotSuggestion]) -> PickLine:
    taken = sum(lot.quantity for lot in picked)
    shortage = getattr(row, "shortage", None)
    return PickLine(
        order_line_id=row.pk,
        variant_id=row.variant_id,
        sku=row.sku,
        name=row.name,
        pack_weight_g=row.pack_weight_g,
        quantity=row.quantity,
        lots=tuple(lots),
        missing=row.quantity - taken - sum(lot.quantity for lot in lots),
        barcode=row.variant.barcode,
        storage_class=row.variant.product.storage_class,
        picked=tuple(picked),
        short=shortage.cause if shortage else "",
    )


def _place(line: PickLine) -> tuple[date, int]:
    """Return a line's place on the walk: what expires first stands in front."""
    days = [lot.expires_on for lot in line.picked] + [lot.expires_on for lot in line.lots]
    return min(days, default=date.max), line.order_line_id
