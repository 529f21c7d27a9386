"""Questions about stock."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, Sum

from apps.core.models import in_language
from apps.core.time import shop_date
from apps.inventory.dto import LotCard, LotStatus, LotSuggestion, MovementKind, ShortLine, StockCard
from apps.inventory.models import (
    Lot,
    LotQuerySet,
    Reservation,
    StockLevel,
    StockLevelQuerySet,
    StockMovement,
)

_ON_SALE: dict[str, Any] = {
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
    """Return the lots to take so many units of each variant from, with one query."""
    suggestions: dict[int, list[LotSuggestion]] = {variant: [] for variant in wanted}
    missing = dict(wanted)
    for lot in Lot.objects.sellable(shop_date(now)).filter(variant_id__in=wanted).fefo():
        quantity = min(missing[lot.variant_id], lot.remaining)
        if quantity > 0:
            missing[lot.variant_id] -= quantity
            suggestions[lot.variant_id].append(
                LotSuggestion(lot.pk, lot.code, lot.expires_on, quantity)
            )
    return suggestions


def low_stock(*, limit: int | None = 20) -> list[StockCard]:
    """Return the variants on sale that run low, the scarcest first; all of them for None."""
    rows = (
        StockLevel.objects.low()
        .annotate(free=F("on_hand") - F("blocked") - F("reserved"))
        .filter(**_ON_SALE)
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


def stock_levels() -> StockLevelQuerySet:
    """Return every stock level with its product, by SKU, still open to filters and pages."""
    return StockLevel.objects.select_related("variant__product").order_by("variant__sku", "pk")


def lots() -> LotQuerySet:
    """Return every lot with its pack, first expired first, still open to filters and pages."""
    return Lot.objects.select_related("variant").fefo()


def short_lines() -> list[ShortLine]:
    """Return the losses of promised units of which orders were not told yet."""
    rows = Reservation.objects.filter(unreported__gt=0).order_by("order_line_id")
    return [
        ShortLine(*row)
        for row in rows.values_list("order_line__order_id", "order_line_id", "unreported")
    ]


def lot_cards(*, lot_ids: Collection[int], now: datetime) -> dict[int, LotCard]:
    """Return lots by the time that is left to sell them, by id, with three queries."""
    lots = list(Lot.objects.filter(pk__in=lot_ids).select_related("variant__product"))
    free = free_units(variant_ids={lot.variant_id for lot in lots}, now=now)
    return {lot.pk: _lot_card(lot, free.get(lot.pk, 0), now) for lot in lots}


def leaving_lots(*, within_days: int, now: datetime) -> list[LotCard]:
    """Return lots on sale that leave it within so many days, the next first; none on clearance."""
    today = shop_date(now)
    leaving = Lot.objects.sellable(today).filter(
        sell_by__lte=today + timedelta(days=within_days), cleared_from__isnull=True, **_ON_SALE
    )
    ids = list(leaving.order_by("sell_by", "pk").values_list("pk", flat=True))
    found = lot_cards(lot_ids=ids, now=now)
    return [found[pk] for pk in ids]


def free_units(*, variant_ids: Collection[int], now: datetime) -> dict[int, int]:
    """Return the units of each sellable lot that no promise needs, by lot.

    Promises are kept first expired first, so what pick lists name already stays where it is.
    """
    levels = StockLevel.objects.filter(variant_id__in=variant_ids)
    promised_units = dict(levels.values_list("variant_id", "reserved"))
    free = {}
    for lot in Lot.objects.sellable(shop_date(now)).filter(variant_id__in=variant_ids).fefo():
        needed = min(promised_units.get(lot.variant_id, 0), lot.remaining)
        promised_units[lot.variant_id] = promised_units.get(lot.variant_id, 0) - needed
        free[lot.pk] = lot.remaining - needed
    return free


def picked_units(*, variant_ids: Collection[int], since: datetime) -> dict[int, int]:
    """Return how many units of variants were picked for orders since then, returns taken off."""
    moves = StockMovement.objects.filter(
        variant_id__in=variant_ids,
        kind__in=(MovementKind.PICK, MovementKind.RETURN),
        created_at__gte=since,
    )
    rows = moves.values("variant_id").annotate(units=-Sum("quantity")).order_by()
    return dict.fromkeys(variant_ids, 0) | {row["variant_id"]: row["units"] for row in rows}


def lot_family(*, lot_id: int) -> list[int]:
    """Return the ids of all lots whose units were made together with a lot's, its own included."""
    made_as = Lot.objects.filter(pk=lot_id).values_list("cleared_from_id", flat=True).first()
    first = made_as or lot_id
    family = Lot.objects.filter(Q(pk=first) | Q(cleared_from_id=first))
    return list(family.order_by("pk").values_list("pk", flat=True))


def _lot_card(lot: Lot, free: int, now: datetime) -> LotCard:
    today, variant = shop_date(now), lot.variant
    is_fit = lot.status == LotStatus.OK and not lot.is_blocked and lot.sell_by >= today
    is_shown = variant.is_active and variant.deleted_at is None
    product = variant.product
    return LotCard(
        lot_id=lot.pk,
        code=lot.code,
        variant_id=lot.variant_id,
        expires_on=lot.expires_on,
        sell_by=lot.sell_by,
        days_left=(lot.sell_by - today).days,
        remaining=lot.remaining,
        free=free,
        cost=lot.cost,
        is_on_sale=is_fit and is_shown and product.is_active and product.deleted_at is None,
        is_clearance=lot.cleared_from_id is not None,
    )
