"""What a picker walks by."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from apps.core.time import shop_date
from apps.fulfilment.dto import PickedLot, PickLine, PickList
from apps.fulfilment.models import Pick
from apps.inventory import selectors as inventory
from apps.inventory.dto import Demand, LotPick, LotSuggestion
from apps.orders import selectors as orders
from apps.orders.errors import OrderNotFound

Boxes = Mapping[int, Sequence[PickedLot]]


def pick_list(*, order_id: int, now: datetime) -> PickList:
    """Return what to take for an order and from which lots, first expired first, as it is walked.

    Raises:
        OrderNotFound: There is no such order.
    """
    found = pick_lists(order_ids=[order_id], now=now)
    if not found:
        raise OrderNotFound
    return found[0]


def pick_lists(*, order_ids: Sequence[int], now: datetime) -> list[PickList]:
    """Return the pick lists of orders, in the order in which they are asked for.

    No unit is suggested to two of them.
    """
    found = orders.staff_orders().filter(pk__in=order_ids)
    found = found.prefetch_related("lines__variant__product", "lines__shortage")
    by_id = {order.pk: order for order in found}
    asked = [by_id[pk] for pk in dict.fromkeys(order_ids) if pk in by_id]
    rows = [row for order in asked for row in _rows(order)]
    picks = _picks([row.pk for row in rows])
    in_box = {line_id: _in_box(own, now) for line_id, own in picks.items()}
    lots = _suggestions(rows, in_box, now)
    return [
        PickList(
            order_id=order.pk,
            public_id=order.public_id,
            number=order.number,
            status=order.status,
            comment=order.comment,
            lines=_lines(order, in_box, lots),
            picked=tuple(
                LotPick(pick.order_line_id, pick.lot_id, pick.quantity)
                for row in _rows(order)
                for pick in picks.get(row.pk, ())
            ),
        )
        for order in asked
    ]


def _rows(order: Any) -> list[Any]:
    return sorted((row for row in order.lines.all() if row.quantity), key=lambda row: row.pk)


def _picks(line_ids: Collection[int]) -> dict[int, list[Pick]]:
    """Return what is, or was, in the boxes, by line."""
    found: dict[int, list[Pick]] = defaultdict(list)
    for pick in (
        Pick.objects.filter(order_line_id__in=line_ids).select_related("lot").order_by("pk")
    ):
        found[pick.order_line_id].append(pick)
    return found


def _in_box(picks: Sequence[Pick], now: datetime) -> list[PickedLot]:
    """Return the units of a line that lie in its open box."""
    today = shop_date(now)
    open_ones = [(pick, pick.lot.unusable_on(today)) for pick in picks if pick.packed_at is None]
    return [
        PickedLot(
            pick_id=pick.pk,
            lot_id=pick.lot_id,
            code=pick.lot.code,
            expires_on=pick.lot.expires_on,
            quantity=pick.quantity,
            reason=pick.reason,
            problem=str(problem.label) if problem else "",
            shelf=pick.lot.shelf,
        )
        for pick, problem in open_ones
    ]


def _suggestions(
    rows: Sequence[Any], in_box: Boxes, now: datetime
) -> dict[int, list[LotSuggestion]]:
    """Return the lots for what is not in the boxes yet, by line."""
    promised = inventory.promised(order_line_ids=[row.pk for row in rows])
    free = inventory.available(variant_ids={row.variant_id for row in rows})
    demands = []
    for row in rows:
        # What is promised to this order, and what nobody else was promised.
        most = min(row.quantity, promised[row.pk] + max(0, free[row.variant_id]))
        taken = sum(lot.quantity for lot in in_box.get(row.pk, ()))
        demands.append(Demand(row.pk, row.variant_id, max(0, most - taken)))
    return inventory.suggest_each(demands=demands, now=now)


def _lines(
    order: Any, in_box: Boxes, lots: Mapping[int, list[LotSuggestion]]
) -> tuple[PickLine, ...]:
    lines = [_pick_line(row, in_box.get(row.pk, ()), lots[row.pk]) for row in _rows(order)]
    return tuple(sorted(lines, key=_place))


def _pick_line(row: Any, picked: Sequence[PickedLot], lots: Sequence[LotSuggestion]) -> PickLine:
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
        is_weighed=row.is_weighed,
        weight_g=row.weight_g or 0,
        weighed_units=row.weighed_units or 0,
    )


def _place(line: PickLine) -> tuple[bool, list[tuple[bool, int, str]], date, int]:
    """Return a line's place on the walk: by shelf, A-2 before A-10; without one by expiry."""
    stops = [(lot.shelf, lot.expires_on) for lot in line.picked]
    stops += [(lot.shelf, lot.expires_on) for lot in line.lots]
    shelves = [_natural(shelf) for shelf, _day in stops if shelf]
    first_day = min((day for _shelf, day in stops), default=date.max)
    return not shelves, min(shelves, default=[]), first_day, line.order_line_id


def _natural(shelf: str) -> list[tuple[bool, int, str]]:
    """Return a shelf's code so that its numbers are compared as numbers."""
    parts = shelf.split("-")
    return [
        (False, int(part), "") if part.isascii() and part.isdigit() else (True, 0, part)
        for part in parts
    ]
