"""What lies in orders' boxes, open and closed."""

from django.db.models import Sum

from apps.core.models import in_language
from apps.fulfilment.dto import BoxUnits
from apps.fulfilment.models import LineShortage, Pick
from apps.inventory import selectors as inventory
from apps.inventory.dto import LotCard, LotPick, LotStatus


def picks_of(*, order_id: int) -> list[LotPick]:
    """Return what is in an order's box, in the order in which it was put there."""
    rows = Pick.objects.of_order(order_id)
    return [LotPick(*row) for row in rows.values_list("order_line_id", "lot_id", "quantity")]


def box_units(*, order_id: int, recalled_only: bool = False) -> list[BoxUnits]:
    """Return what is left in an order's closed box, pick by pick."""
    rows = Pick.objects.of_order(order_id).filter(packed_at__isnull=False).with_back()
    if recalled_only:
        rows = rows.filter(lot__status=LotStatus.RECALLED)
    return [
        BoxUnits(
            pick_id=pick.pk,
            order_line_id=pick.order_line_id,
            lot_id=pick.lot_id,
            lot_code=pick.lot.code,
            name=in_language(pick.order_line, "name"),
            quantity=pick.quantity - pick.back,
            is_recalled=pick.lot.status == LotStatus.RECALLED,
        )
        for pick in rows.select_related("lot", "order_line")
        if pick.quantity > pick.back
    ]


def has_begun(*, order_id: int) -> bool:
    """Whether somebody has put units of an order in hand, or given a line up."""
    return (
        Pick.objects.in_hand().of_order(order_id).exists()
        or LineShortage.objects.filter(order_line__order_id=order_id).exists()
    )


def units_in_hand() -> dict[int, int]:
    """Return how many units of each lot the open boxes hold, by the picks themselves."""
    rows = Pick.objects.in_hand().order_by("lot_id").values_list("lot_id")
    return dict(rows.annotate(units=Sum("quantity")))


def scan_codes(*, order_id: int) -> dict[int, tuple[str, ...]]:
    """Return what a scanner may read off the units of each pick: lot, label, barcode, SKU."""
    rows = Pick.objects.of_order(order_id).select_related("order_line__variant")
    picks = list(rows)
    lots = {lot.id: lot for lot in inventory.lot_cards(lot_ids={pick.lot_id for pick in picks})}
    return {pick.pk: _codes(pick, lots[pick.lot_id]) for pick in picks}


def _codes(pick: Pick, lot: LotCard) -> tuple[str, ...]:
    codes = (lot.code, lot.label, pick.order_line.sku, pick.order_line.variant.barcode)
    return tuple(code for code in codes if code)
