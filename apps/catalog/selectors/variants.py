"""Packs, as the cart and the checkout need them, and ids by the names that outsiders use."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from apps.catalog.dto import SaleVariant
from apps.catalog.errors import CategoryNotFound, ProductNotFound, VariantNotFound
from apps.catalog.models import Category, Product, Variant
from apps.catalog.selectors.cards import (
    PRICE_NOW,
    PRODUCT_ON_SHOW,
    REGULAR_NOW,
    VARIANT_ON_SHOW,
    fetch_rows,
    file_url,
)

# A category is hidden when it, or any that it stands under, is not active.
_SALE = f"""
WITH RECURSIVE hidden AS (
    SELECT id FROM catalog_category WHERE NOT is_active
    UNION
    SELECT c.id FROM catalog_category c JOIN hidden h ON c.parent_id = h.id
)
SELECT v.id, v.sku, v.product_id, p.slug AS product_slug, p.name_ru, p.name_en, v.pack_weight_g,
    v.box_volume_ml, v.sold_by, p.storage_class, {PRICE_NOW} AS price,
    {REGULAR_NOW} AS regular_price, v.max_per_order, v.availability,
    {VARIANT_ON_SHOW} AND {PRODUCT_ON_SHOW}
        AND p.category_id NOT IN (SELECT id FROM hidden) AS is_on_sale_floor,
    coalesce((SELECT i.small FROM catalog_productimage i WHERE i.product_id = p.id
        ORDER BY i.position, i.id LIMIT 1), '') AS small_image,
    ARRAY(SELECT t.code::text FROM catalog_product_tags pt JOIN catalog_tag t ON t.id = pt.tag_id
        WHERE pt.product_id = p.id ORDER BY t.code) AS tags
FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id
WHERE v.id = ANY(%(ids)s)
"""  # noqa: S608


def sale_variants(*, variant_ids: Collection[int], now: datetime) -> dict[int, SaleVariant]:
    """Return packs priced at one instant, by id, with one query.

    Packs that may not be sold any more are included, with `is_on_sale_floor` false.
    """
    if not variant_ids:
        return {}
    rows = fetch_rows(_SALE, {"ids": list(variant_ids), "now": now})
    return {row["id"]: _sale_variant(row) for row in rows}


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
    changed = {"small_image": file_url(row["small_image"]), "tags": tuple(row["tags"])}
    return SaleVariant(**(row | changed))
