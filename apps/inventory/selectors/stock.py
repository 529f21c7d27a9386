"""Questions about stock."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Min, QuerySet

from apps.core.models import in_language
from apps.core.time import shop_date
from apps.inventory.dto import Demand, LotSuggestion, ShortLine, StockCard, StockFacts
from apps.inventory.models import (
    Lot,
    LotQuerySet,
    Reservation,
    StockLevel,
    StockLevelQuerySet,
    StockMovement,
)

ON_SALE: dict[str, Any] = {
    "variant__is_active": True,
    "variant__deleted_at__isnull": True,
    "variant__product__is_active": True,
    "variant__product__deleted_at__isnull": True,
}


def available(*, variant_ids: Collection[int]) -> dict[int, int]:
    """Return the sellable units of variants; one that was never received has none."""
    rows = StockLevel.objects.filter(variant_id__in=variant_ids)
    return dict.fromkeys(variant_ids, 0) | {row.variant_id: row.available for row in rows}


def promised(*, order_line_ids: Collection[int]) -> dict[int, int]:
    """Return the units that are still promised to order lines, by line."""
    rows = Reservation.objects.live().filter(order_line_id__in=order_line_ids)
    return dict.fromkeys(order_line_ids, 0) | dict(rows.values_list("order_line_id", "quantity"))


def suggest_lots(*, variant_id: int, quantity: int, now: datetime) -> list[LotSuggestion]:
    """Return from which lots to take so many units, first expired first; fewer if stock lacks."""
    return suggest_for(wanted={variant_id: quantity}, now=now)[variant_id]


def suggest_for(*, wanted: Mapping[int, int], now: datetime) -> dict[int, list[LotSuggestion]]:
    """Return the lots to take so many units of each variant from, with one query.

    Units in boxes that are being packed are passed over.
    """
    demands = [Demand(variant, variant, quantity) for variant, quantity in wanted.items()]
    return suggest_each(demands=demands, now=now)


def suggest_each(*, demands: Sequence[Demand], now: datetime) -> dict[int, list[LotSuggestion]]:
    """Return the lots for each order line, with one query; no unit is suggested to two of them.

    Who stands first in the list gets what expires first.
    """
    lots: dict[int, list[Lot]] = defaultdict(list)
    variants = {demand.variant_id for demand in demands}
    for lot in Lot.objects.sellable(shop_date(now)).filter(variant_id__in=variants).fefo():
        lots[lot.variant_id].append(lot)
    left = {lot.pk: lot.on_shelf for rows in lots.values() for lot in rows}
    suggestions: dict[int, list[LotSuggestion]] = {}
    for demand in demands:
        suggested = suggestions.setdefault(demand.order_line_id, [])
        missing = demand.quantity
        for lot in lots[demand.variant_id]:
            quantity = min(missing, left[lot.pk])
            if quantity > 0:
                missing -= quantity
                left[lot.pk] -= quantity
                suggested.append(
                    LotSuggestion(lot.pk, lot.code, lot.expires_on, quantity, lot.shelf)
                )
    return suggestions


def low_stock(*, limit: int | None = 20) -> list[StockCard]:
    """Return the variants on sale that run low, the scarcest first; all of them for None."""
    rows = (
        StockLevel.objects.low()
        .annotate(free=F("on_hand") - F("blocked") - F("reserved"))
        .filter(**ON_SALE)
        .select_related("variant__product")
        .order_by("free", "pk")[:limit]
    )
    return [
        StockCard(
            variant_id=row.variant_id,
            sku=row.variant.sku,
            name=in_language(row.variant.product, "name"),
            available=row.available,
            low_threshold=row.low_threshold,
        )
        for row in rows
    ]


def stock_facts(*, variant_ids: Collection[int], now: datetime) -> dict[int, StockFacts]:
    """Return what there is of variants, with two queries; what was never received is left out."""
    lots = Lot.objects.sellable(shop_date(now)).filter(variant_id__in=variant_ids)
    first = dict(lots.order_by("variant_id").values_list("variant_id").annotate(Min("expires_on")))
    return {
        row.variant_id: StockFacts(
            variant_id=row.variant_id,
            on_hand=row.on_hand,
            blocked=row.blocked,
            reserved=row.reserved,
            available=row.available,
            expires_on=first.get(row.variant_id),
        )
        for row in StockLevel.objects.filter(variant_id__in=variant_ids)
    }


def stock_levels() -> StockLevelQuerySet:
    """Return every stock level with its product, by SKU, still open to filters and pages."""
    return StockLevel.objects.select_related("variant__product").order_by("variant__sku", "pk")


def lots() -> LotQuerySet:
    """Return every lot with its pack, first expired first, still open to filters and pages."""
    return Lot.objects.select_related("variant").fefo()


def movements() -> QuerySet[StockMovement]:
    """Return every change of every lot, newest first, still open to filters and pages."""
    rows = StockMovement.objects.select_related("variant", "lot", "order", "actor")
    return rows.order_by("-pk")


def short_lines() -> list[ShortLine]:
    """Return the losses of promised units of which orders were not told yet."""
    rows = Reservation.objects.filter(unreported__gt=0).order_by("order_line_id")
    return [
        ShortLine(*row)
        for row in rows.values_list("order_line__order_id", "order_line_id", "unreported")
    ]


def newest_costs(*, variant_ids: Collection[int]) -> dict[int, Decimal]:
    """Return what a unit of each variant cost in its newest lot, where that is known."""
    rows = (
        Lot.objects.filter(variant_id__in=variant_ids, cost__isnull=False)
        .order_by("variant_id", "-id")
        .distinct("variant_id")
    )
    return {lot.variant_id: lot.cost for lot in rows if lot.cost is not None}
