"""Questions about stock."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import F, Q

from apps.core.models import in_language
from apps.core.time import shop_date
from apps.inventory.barcodes import label_of, lot_of_label
from apps.inventory.dto import Demand, LotCard, LotSuggestion, ShortLine, StockCard
from apps.inventory.errors import LotNotFound
from apps.inventory.models import Lot, LotQuerySet, Reservation, StockLevel, StockLevelQuerySet


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
                suggested.append(LotSuggestion(lot.pk, lot.code, lot.expires_on, quantity))
    return suggestions


def low_stock(*, limit: int = 20) -> list[StockCard]:
    """Return the variants on sale that run low, the scarcest first."""
    rows = (
        StockLevel.objects.low()
        .annotate(free=F("on_hand") - F("blocked") - F("reserved"))
        .filter(
            variant__is_active=True,
            variant__deleted_at__isnull=True,
            variant__product__is_active=True,
            variant__product__deleted_at__isnull=True,
        )
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


def lot_card(*, lot_id: int) -> LotCard:
    """Return a lot as other apps need to know it.

    Raises:
        LotNotFound: There is no such lot.
    """
    cards = lot_cards(lot_ids=[lot_id])
    if not cards:
        raise LotNotFound
    return cards[0]


def lot_cards(*, lot_ids: Collection[int]) -> list[LotCard]:
    """Return lots with what their labels show, in the order of their ids."""
    rows = Lot.objects.filter(pk__in=lot_ids).select_related("variant__product").order_by("pk")
    found = list(rows)
    namesakes = Counter(
        Lot.objects.filter(code__in={lot.code for lot in found}).values_list("code", flat=True)
    )
    return [_lot_card(lot, is_unique=namesakes[lot.code] == 1) for lot in found]


def scanned_lots(*, texts: Collection[str], variant_ids: Collection[int] = ()) -> list[LotCard]:
    """Return the lots that a scanned text may mean, by label or code, of these variants or of any.

    Letters' case does not matter: a code may be typed by hand.
    """
    ids = [pk for pk in map(lot_of_label, texts) if pk is not None]
    lots = Lot.objects.filter(Q(pk__in=ids) | Q(code__in=texts))
    if variant_ids:
        same = Q()
        for text in texts:
            same |= Q(code__iexact=text)
        lots = Lot.objects.filter(Q(pk__in=ids) | same, variant_id__in=variant_ids)
    rows = lots.select_related("variant__product").order_by("expires_on", "pk")[:_FEW]
    return [_lot_card(lot, is_unique=True) for lot in rows]


def earlier_lot(*, lot_id: int, now: datetime) -> LotSuggestion | None:
    """Return the lot that should leave before this one: sellable, on the shelf, expiring sooner."""
    lot = Lot.objects.filter(pk=lot_id).first()
    if lot is None:
        return None
    sooner = Lot.objects.sellable(shop_date(now)).filter(
        variant_id=lot.variant_id, expires_on__lt=lot.expires_on, remaining__gt=F("in_hand")
    )
    first = sooner.fefo().first()
    if first is None:
        return None
    return LotSuggestion(first.pk, first.code, first.expires_on, first.on_shelf)


def in_hand() -> dict[int, int]:
    """Return how many units of each lot lie in boxes that are being packed."""
    return dict(Lot.objects.filter(in_hand__gt=0).values_list("pk", "in_hand"))


def promises_at_risk(*, lot_id: int) -> list[ShortLine]:
    """Return which promises could not be kept without a lot: those made last lose first."""
    lot = Lot.objects.filter(pk=lot_id).select_related("variant__stock").first()
    if lot is None or lot.is_blocked:
        return []
    missing = lot.remaining - max(0, lot.variant.stock.available)
    lines = []
    promises = Reservation.objects.live().filter(variant_id=lot.variant_id, quantity__gt=0)
    for row in promises.select_related("order_line").order_by("-pk").iterator():
        if missing <= 0:
            break
        lost = min(missing, row.quantity)
        lines.append(ShortLine(row.order_line.order_id, row.order_line_id, lost))
        missing -= lost
    return lines


def _lot_card(lot: Lot, *, is_unique: bool) -> LotCard:
    return LotCard(
        id=lot.pk,
        code=lot.code,
        label=label_of(lot.pk, lot.code, is_unique=is_unique),
        variant_id=lot.variant_id,
        sku=lot.variant.sku,
        name_ru=lot.variant.product.name_ru,
        name_en=lot.variant.product.name_en,
        pack_weight_g=lot.variant.pack_weight_g,
        storage_class=lot.variant.product.storage_class,
        made_on=lot.made_on,
        expires_on=lot.expires_on,
        remaining=lot.remaining,
        in_hand=lot.in_hand,
        status=lot.status,
        supplier=lot.supplier,
    )


# A code that more lots share is no answer; nobody reads a longer list.
_FEW = 20
