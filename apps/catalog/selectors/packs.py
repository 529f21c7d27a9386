"""Packs as the warehouse looks for them: by barcode, by SKU, by a part of the name."""

from collections.abc import Collection

from django.db.models import Q

from apps.catalog.dto import PackCard
from apps.catalog.models import Category, Variant, VariantQuerySet
from apps.catalog.spelling import normalised
from apps.core.models import in_language


def packs_by_code(*, codes: Collection[str]) -> dict[str, PackCard]:
    """Return the packs that carry these barcodes or SKUs now, by the code asked for, in a query.

    Packs off sale are among them: goods may arrive before they are sold.
    """
    asked = {code for code in codes if code}
    rows = _existing().filter(Q(barcode__in=asked) | Q(sku__in=asked))
    found: dict[str, PackCard] = {}
    for row in rows.order_by("pk"):
        card = _card(row)
        found |= {code: card for code in (row.barcode, row.sku) if code in asked}
    return found


def packs_by_id(*, ids: Collection[int]) -> dict[int, PackCard]:
    """Return the packs with these ids that were not removed."""
    return {row.pk: _card(row) for row in _existing().filter(pk__in=ids)}


def find_packs(*, text: str, limit: int = 10) -> list[PackCard]:
    """Return packs whose name or SKU holds every word of a text, by name."""
    words = normalised(text).split()
    if not words:
        return []
    rows = _existing()
    for word in words[:6]:
        rows = rows.filter(
            Q(product__search_text__contains=word)
            | Q(product__name_ru__icontains=word)
            | Q(product__name_en__icontains=word)
            | Q(sku__icontains=word)
        )
    ordered = rows.order_by("product__name_ru", "pack_weight_g", "pk")
    return [_card(row) for row in ordered[:limit]]


def category_ids_under(*, category_id: int) -> list[int]:
    """Return the ids of a category and of all those under it, hidden ones too."""
    rows = Category.objects.get_queryset().descendants(category_id, include_self=True)  # type: ignore[attr-defined]
    return [row.pk for row in rows]


def _existing() -> VariantQuerySet:
    return Variant.objects.existing().select_related("product")


def _card(row: Variant) -> PackCard:
    return PackCard(
        id=row.pk,
        sku=row.sku,
        barcode=row.barcode,
        name=in_language(row.product, "name"),
        pack_weight_g=row.pack_weight_g,
        storage_class=row.product.storage_class,
        shelf_life_days=row.product.shelf_life_days,
    )
