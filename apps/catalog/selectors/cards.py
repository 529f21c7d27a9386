"""Product cards: one hand-written statement for a page's rows, and rows to plain values."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import translation

from apps.catalog.dto import ImageCard, ProductCard, ProductDetail, VariantCard
from apps.catalog.errors import ProductNotFound
from apps.catalog.selectors.shelves import Shelves, shelves

# As `Variant.price_at`: the edge belongs to the new price. Most packs have no edge.
PRICE_NOW = """CASE WHEN v.price_edges[1] <= %(now)s
    THEN v.price_steps[width_bucket(%(now)s::timestamptz, v.price_edges)] ELSE v.price END"""
# The regular price is never below it.
REGULAR_NOW = f"greatest(v.regular_price, {PRICE_NOW})"
# The earliest future edge of any price. The second part finds none as long as beat keeps house.
NEXT_EDGE = """least(
    (SELECT min(price_edges[1]) FROM catalog_variant WHERE price_edges[1] > %(now)s),
    (SELECT min(price_edges[width_bucket(%(now)s::timestamptz, price_edges) + 1])
        FROM catalog_variant WHERE price_edges[1] <= %(now)s))"""
# A clearance pack is there while there is something in it.
VARIANT_ON_SHOW = """v.is_active AND v.deleted_at IS NULL
    AND (v.clearance_of_id IS NULL OR v.availability <> 'none')"""
PRODUCT_ON_SHOW = "p.is_active AND p.deleted_at IS NULL"

_CARD = f"""
p.id, p.slug, p.name_ru, p.name_en, p.category_id, p.brand, p.allergens,
(SELECT json_agg(json_build_array(t.code, t.name_ru, t.name_en) ORDER BY t.code)::text
 FROM catalog_product_tags pt JOIN catalog_tag t ON t.id = pt.tag_id
 WHERE pt.product_id = p.id) AS tags,
(SELECT json_agg(json_build_array(v.id, v.sku, v.sold_by, v.pack_weight_g,
        ({PRICE_NOW})::text, ({REGULAR_NOW})::text, v.availability, v.max_per_order,
        v.best_before)
        ORDER BY v.position, v.pack_weight_g, v.id)::text
 FROM catalog_variant v WHERE v.product_id = p.id AND {VARIANT_ON_SHOW}) AS variants
"""  # noqa: S608
_IMAGE = (
    "json_build_array(i.id, i.small, i.medium, i.large, i.alt_ru, i.alt_en, i.telegram_file_id)"
)
_LIST = f"""
SELECT {_CARD}, (SELECT json_build_array({_IMAGE})::text FROM catalog_productimage i
    WHERE i.product_id = p.id ORDER BY i.position, i.id LIMIT 1) AS images
FROM catalog_product p WHERE p.id = ANY(%(ids)s) AND {PRODUCT_ON_SHOW}
"""  # noqa: S608
_DETAIL = f"""
SELECT {_CARD}, (SELECT json_agg({_IMAGE} ORDER BY i.position, i.id)::text
    FROM catalog_productimage i WHERE i.product_id = p.id) AS images,
    p.description_ru, p.description_en, p.composition_ru, p.composition_en, p.kcal, p.protein_g,
    p.fat_g, p.carbs_g, p.storage_class, p.shelf_life_days, {NEXT_EDGE} AS prices_until
FROM catalog_product p
WHERE {PRODUCT_ON_SHOW} AND p.category_id = ANY(%(categories)s)
"""  # noqa: S608

Row = dict[str, Any]


def product_cards(*, product_ids: Sequence[int], now: datetime) -> list[ProductCard]:
    """Return products as a list shows them, in the order of the ids, leaving out what is gone."""
    return cards_of(list(product_ids), now=now, categories=shelves())


def cards_of(ids: list[int], *, now: datetime, categories: Shelves) -> list[ProductCard]:
    """Return the cards of products, with one query, or none when there are no ids."""
    rows = {row["id"]: row for row in fetch_rows(_LIST, {"ids": ids, "now": now})} if ids else {}
    language = _language()
    return [
        ProductCard(**_card_fields(rows[product_id], language, categories))
        for product_id in ids
        if product_id in rows and rows[product_id]["category_id"] in categories.by_id
    ]


def prices_until(*, now: datetime) -> datetime | None:
    """Return the next instant at which a price of the shop changes by itself."""
    edge: datetime | None = fetch_rows(f"SELECT {NEXT_EDGE} AS edge", {"now": now})[0]["edge"]
    return edge


def product_detail(
    *,
    slug: str | None = None,
    product_id: int | None = None,
    now: datetime,
    categories: Shelves | None = None,
) -> ProductDetail:
    """Return a product's own page, named by its slug or its id.

    Raises:
        ProductNotFound: It does not exist, or customers don't see it.
    """
    categories = categories or shelves()
    wanted = "p.slug = %(wanted)s" if slug is not None else "p.id = %(wanted)s"
    parameters = {
        "wanted": slug if slug is not None else product_id,
        "now": now,
        "categories": list(categories.by_id),
    }
    rows = fetch_rows(f"{_DETAIL} AND {wanted}", parameters)
    if not rows or not rows[0]["variants"]:
        raise ProductNotFound(product=slug if slug is not None else product_id)
    row, language = rows[0], _language()
    plain = ("kcal", "protein_g", "fat_g", "carbs_g", "storage_class", "shelf_life_days")
    return ProductDetail(
        **_card_fields(row, language, categories),
        **{name: row[name] for name in plain},
        description=_text(row, "description", language),
        composition=_text(row, "composition", language),
        images=_images(row["images"], language),
        prices_until=row["prices_until"],
    )


def fetch_rows(sql: str, parameters: dict[str, Any]) -> list[Row]:
    """Run a statement and return its rows by column name."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        columns = [column.name for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _card_fields(row: Row, language: str, categories: Shelves) -> dict[str, Any]:
    shelf = categories.by_id[row["category_id"]]
    tags = orjson.loads(row["tags"] or "[]")
    images = _images(row["images"], language)
    return {
        "id": row["id"],
        "slug": row["slug"],
        "name": _text(row, "name", language),
        "category_slug": shelf.slug,
        "category_name": shelf.name,
        "brand": row["brand"],
        "tags": tuple(code for code, _ru, _en in tags),
        "tag_names": tuple(en if language == "en" and en else ru for _code, ru, en in tags),
        "allergens": tuple(row["allergens"]),
        "image": images[0] if images else None,
        "variants": _variants(row["variants"]),
    }


def _variants(text: str | None) -> tuple[VariantCard, ...]:
    return tuple(
        VariantCard(
            id_, sku, sold_by, weight, Decimal(price), Decimal(regular), band, most,
            date.fromisoformat(keeps_until) if keeps_until else None,
        )
        for id_, sku, sold_by, weight, price, regular, band, most, keeps_until in orjson.loads(
            text or "[]"
        )
    )  # fmt: skip


def _images(text: str | None, language: str) -> tuple[ImageCard, ...]:
    return tuple(
        ImageCard(
            id=id_,
            small=file_url(small or large),
            medium=file_url(medium or large),
            large=file_url(large),
            path=large,
            alt=(alt_en if language == "en" else alt_ru) or alt_ru or alt_en,
            telegram_file_id=file_id,
        )
        for id_, small, medium, large, alt_ru, alt_en, file_id in orjson.loads(text or "[]")
    )


def file_url(path: str) -> str:
    """Return the address of a stored file, or an empty text when there is none."""
    return default_storage.url(path) if path else ""


def _language() -> str:
    return (translation.get_language() or settings.LANGUAGE_CODE)[:2]


def _text(row: Row, name: str, language: str) -> str:
    return str(row[f"{name}_{language}"] or row[f"{name}_{settings.LANGUAGE_CODE}"])
