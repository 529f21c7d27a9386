"""Packs, as the cart and the checkout need them, and ids by the names that outsiders use."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Max
from django.db.models.functions import Abs

from apps.catalog.dto import Availability, SaleVariant
from apps.catalog.errors import CategoryNotFound, ProductNotFound, VariantNotFound
from apps.catalog.models import Category, Product, ProductImage, Variant
from apps.catalog.selectors.cards import (
    PRICE_NOW,
    PRODUCT_ON_SHOW,
    REGULAR_NOW,
    VARIANT_ON_SHOW,
    fetch_rows,
    file_url,
)
from apps.core.models import in_language
from apps.core.money import ZERO

# As `pricing.base_steps` at one instant: what is asked by then, and a temporary price over it.
_DUE = """catalog_scheduledprice s WHERE s.variant_id = v.id AND s.withdrawn_at IS NULL
    AND s.applied_at IS NULL AND s.ends_at IS NULL AND s.starts_at <= %(now)s"""
_TEMPORARY = """catalog_scheduledprice s WHERE s.variant_id = v.id AND s.withdrawn_at IS NULL
    AND s.ends_at > %(now)s AND s.starts_at <= %(now)s"""
_ASKED_NOW = f"""coalesce(
    (SELECT least(s.price, greatest(v.regular_price, (SELECT max(s.price) FROM {_DUE})))
        FROM {_TEMPORARY}),
    (SELECT s.price FROM {_DUE} ORDER BY s.starts_at DESC LIMIT 1),
    v.base_price)"""  # noqa: S608
_WAY_UP = """ARRAY(WITH RECURSIVE up AS (
        SELECT c.id, c.parent_id FROM catalog_category c WHERE c.id = p.category_id
        UNION ALL
        SELECT c.id, c.parent_id FROM catalog_category c JOIN up ON c.id = up.parent_id
    ) SELECT up.id FROM up)"""

# A category is hidden when it, or any that it stands under, is not active.
_SALE = f"""
WITH RECURSIVE hidden AS (
    SELECT id FROM catalog_category WHERE NOT is_active
    UNION
    SELECT c.id FROM catalog_category c JOIN hidden h ON c.parent_id = h.id
)
SELECT v.id, v.sku, v.product_id, p.slug AS product_slug, p.name_ru, p.name_en, v.pack_weight_g,
    v.box_volume_ml, v.sold_by, p.storage_class, {PRICE_NOW} AS price,
    {REGULAR_NOW} AS regular_price, {_ASKED_NOW} AS base_price, {_WAY_UP} AS category_ids,
    v.max_per_order, v.availability, v.best_before,
    {VARIANT_ON_SHOW} AND {PRODUCT_ON_SHOW}
        AND p.category_id NOT IN (SELECT id FROM hidden) AS is_on_sale_floor,
    coalesce((SELECT i.small FROM catalog_productimage i WHERE i.product_id = p.id
        ORDER BY i.position, i.id LIMIT 1), '') AS small_image,
    ARRAY(SELECT t.code::text FROM catalog_product_tags pt JOIN catalog_tag t ON t.id = pt.tag_id
        WHERE pt.product_id = p.id ORDER BY t.code) AS tags
FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id
WHERE v.id = ANY(%(ids)s)
"""  # noqa: S608
_PACKS_OF = """
WITH RECURSIVE below AS (
    SELECT c.id FROM catalog_category c WHERE c.id = ANY(%(categories)s)
    UNION
    SELECT c.id FROM catalog_category c JOIN below ON c.parent_id = below.id
)
SELECT v.id FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id
WHERE v.deleted_at IS NULL
    AND (p.id = ANY(%(products)s) OR p.category_id IN (SELECT id FROM below))
ORDER BY v.id
"""


def sale_variants(*, variant_ids: Collection[int], now: datetime) -> dict[int, SaleVariant]:
    """Return packs priced at one instant, by id, with one query.

    Packs that may not be sold any more are included, with `is_on_sale_floor` false.
    """
    if not variant_ids:
        return {}
    rows = fetch_rows(_SALE, {"ids": list(variant_ids), "now": now})
    return {row["id"]: _sale_variant(row) for row in rows}


def variant_ids_of(
    *, product_ids: Collection[int] = (), category_ids: Collection[int] = ()
) -> list[int]:
    """Return the packs of products, and of all that stands in categories and under them."""
    rows = fetch_rows(_PACKS_OF, {"products": list(product_ids), "categories": list(category_ids)})
    return [row["id"] for row in rows]


def similar_variants(*, variant_id: int, now: datetime, limit: int) -> list[SaleVariant]:
    """Return packs of the same category that may be sold now, the nearest in price first."""
    pack = Variant.objects.select_related("product").filter(pk=variant_id).first()
    if pack is None:
        return []
    price = pack.price
    ids = (
        Variant.objects.filter(product__category=pack.product.category_id, deleted_at=None)
        .exclude(pk=variant_id)
        .exclude(availability=Availability.NONE)
        .annotate(far=Abs(F("price") - price))
        .order_by("far", "pk")
    )
    packs = sale_variants(variant_ids=list(ids.values_list("pk", flat=True)[:limit]), now=now)
    found = [one for one in packs.values() if one.is_on_sale_floor and one.sold_by == pack.sold_by]
    return sorted(found, key=lambda one: (abs(one.price - price), one.id))


def photo_of(*, variant_id: int) -> str:
    """Return a pack's picture as a message sends it: its file at Telegram, or else its path."""
    pictures = ProductImage.objects.filter(product__variants=variant_id).order_by("position", "pk")
    picture = pictures.first()
    if picture is None:
        return ""
    return picture.telegram_file_id or str((picture.medium or picture.large).name)


def dearest_price(*, variant_ids: Collection[int]) -> Decimal:
    """Return the highest regular price among packs; zero for none."""
    highest = Variant.objects.filter(pk__in=variant_ids).aggregate(highest=Max("regular_price"))
    return highest["highest"] or ZERO


def variant_id_by_sku(*, sku: str) -> int:
    """Return the id of the pack that carries this SKU now.

    Raises:
        VariantNotFound: No pack carries it.
    """
    variant_id = Variant.objects.existing().filter(sku=sku).values_list("pk", flat=True).first()
    if variant_id is None:
        raise VariantNotFound(sku=sku)
    return variant_id


def product_id_by_slug(*, slug: str) -> int:
    """Return the id of the product that carries this slug now, on show or not.

    Raises:
        ProductNotFound: No product carries it.
    """
    product_id = Product.objects.existing().filter(slug=slug).values_list("pk", flat=True).first()
    if product_id is None:
        raise ProductNotFound(product=slug)
    return product_id


def product_names(*, product_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return slug and name of products by id, on show or not, in the reader's language."""
    if not product_ids:
        return {}
    rows = Product.objects.filter(pk__in=product_ids).only("slug", "name_ru", "name_en")
    return {row.pk: (row.slug, in_language(row, "name")) for row in rows}


def category_id_by_slug(*, slug: str) -> int:
    """Return the id of a category, hidden or not.

    Raises:
        CategoryNotFound: There is none.
    """
    category_id = Category.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if category_id is None:
        raise CategoryNotFound(category=slug)
    return category_id


def _sale_variant(row: dict[str, Any]) -> SaleVariant:
    changed = {
        "small_image": file_url(row["small_image"]),
        "tags": tuple(row["tags"]),
        "category_ids": tuple(row["category_ids"]),
    }
    return SaleVariant(**(row | changed))
