"""Questions about single lots: what their labels say, which leaves first, who would miss one."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Q

from apps.core.time import shop_date
from apps.inventory.dto import LotCard, LotSuggestion, ShortLine
from apps.inventory.errors import LotNotFound
from apps.inventory.lot_labels import label_of, lot_of_label
from apps.inventory.models import Lot, Reservation

# A code that more lots share is no answer; nobody reads a longer list.
_FEW = 20


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
    return LotSuggestion(first.pk, first.code, first.expires_on, first.on_shelf, first.shelf)


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
