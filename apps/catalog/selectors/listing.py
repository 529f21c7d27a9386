"""The product list: first the ids of one page and the total, then the cards of that page only."""

from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any

import orjson
from django.conf import settings
from django.utils import translation

from apps.catalog.dto import (
    Availability,
    FilterChoices,
    ProductFilter,
    ProductPage,
    TagChoice,
)
from apps.catalog.errors import UnknownOrdering
from apps.catalog.selectors.cards import (
    NEXT_EDGE,
    PRICE_NOW,
    PRODUCT_ON_SHOW,
    VARIANT_ON_SHOW,
    cards_of,
    fetch_rows,
)
from apps.catalog.selectors.searching import FOUND, search_parameters
from apps.catalog.selectors.shelves import Shelves, shelves

_VARIANTS = f"FROM catalog_variant v WHERE v.product_id = p.id AND {VARIANT_ON_SHOW}"
_NAME = "replace(lower(p.name_{language}), 'ё', 'е')"
# Every order ends in the id, so that no product is shown twice or skipped between pages.
ORDERINGS = {
    "": "p.id",
    "new": "p.created_at DESC, p.id DESC",
    "name": f"{_NAME}, p.id",
    "-name": f"{_NAME} DESC, p.id DESC",
    "price": "(SELECT min({price}) {matching}), p.id",
    "-price": "(SELECT min({price}) {matching}) DESC, p.id DESC",
}
_PAGE = """
{with_found}
SELECT (SELECT count(*) {source}) AS total,
    ARRAY(SELECT p.id {source} ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s) AS ids,
    {next_edge} AS prices_until{tag_names}
"""
_TAG_NAMES = """,
    (SELECT json_agg(json_build_array(name_ru, name_en) ORDER BY code)::text
     FROM catalog_tag WHERE code = ANY(%(tags)s)) AS tag_names
"""
# Tags of what can be bought, the most used first, and the quarters of the prices asked for it.
_CHOICES = f"""
SELECT (SELECT json_agg(json_build_array(t.id, t.code, t.name_ru, t.name_en) ORDER BY t.uses DESC,
        t.code)::text FROM (
    SELECT t.id, t.code, t.name_ru, t.name_en, count(*) AS uses
    FROM catalog_tag t JOIN catalog_product_tags pt ON pt.tag_id = t.id
    JOIN catalog_product p ON p.id = pt.product_id
    WHERE {PRODUCT_ON_SHOW} AND p.category_id = ANY(%(categories)s)
    GROUP BY t.id ORDER BY count(*) DESC, t.code LIMIT %(tags)s
) t) AS tags,
(SELECT percentile_disc(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY v.price)
 FROM catalog_variant v WHERE {VARIANT_ON_SHOW}) AS quarters
"""  # noqa: S608
_MOST_TAGS = 12


def product_page(
    *,
    query: ProductFilter,
    page: int = 1,
    page_size: int = 20,
    now: datetime,
    categories: Shelves | None = None,
) -> ProductPage:
    """Return one page of the products that match, in the reader's language.

    At most three queries: the categories (usually none), the page's ids, their cards. `page`
    counts from 1; a page beyond the last is empty. A search orders by likeness unless told. Who
    has the `categories` already passes them on.

    Raises:
        CategoryNotFound: The filter names a category that customers don't see.
        UnknownOrdering: The filter names an ordering that there is not.
    """
    categories = categories or shelves()
    sql, parameters = _statement(query, categories)
    parameters |= {"now": now, "limit": page_size, "offset": (page - 1) * page_size}
    row = fetch_rows(sql, parameters)[0]
    cards = cards_of(row["ids"], now=now, categories=categories)
    names = tuple(_in_words(*pair) for pair in orjson.loads(row.get("tag_names") or "[]"))
    return ProductPage(tuple(cards), row["total"], page, page_size, row["prices_until"], names)


def filter_choices() -> FilterChoices:
    """Return what a list can be asked for, with one query beside the categories."""
    parameters = {"categories": list(shelves().by_id), "tags": _MOST_TAGS}
    row = fetch_rows(_CHOICES, parameters)[0]
    tags = tuple(
        TagChoice(id_, code, _in_words(ru, en))
        for id_, code, ru, en in orjson.loads(row["tags"] or "[]")
    )
    return FilterChoices(tags, tuple(sorted({_rounded(one) for one in row["quarters"] or ()})))


def _in_words(name_ru: str, name_en: str) -> str:
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    return name_en if language == "en" and name_en else name_ru


def _rounded(price: Decimal) -> Decimal:
    """Return the next number with one digit and zeros, or with a five as its second digit."""
    step = Decimal(10) ** max(price.adjusted() - 1, 0) * 5
    return (price / step).to_integral_value(ROUND_CEILING) * step


def _statement(query: ProductFilter, categories: Shelves) -> tuple[str, dict[str, Any]]:
    """Return the statement that chooses the page, and its parameters."""
    if query.ordering not in ORDERINGS:
        raise UnknownOrdering(ordering=query.ordering)
    visible = categories.ids_under(query.category) if query.category else list(categories.by_id)
    parameters: dict[str, Any] = {"categories": visible}
    matching, more = _variant_conditions(query)
    parameters |= more
    source, more = _source(query, matching)
    parameters |= more
    order = ORDERINGS[query.ordering].format(
        price=PRICE_NOW,
        matching=matching,
        language=(translation.get_language() or settings.LANGUAGE_CODE)[:2],
    )
    with_found = ""
    if query.search.strip():
        with_found = FOUND
        parameters |= search_parameters(query.search)
        source = source.replace("WHERE", "JOIN found ON found.id = p.id WHERE", 1)
        order = order if query.ordering else "found.rank DESC, p.id"
    sql = _PAGE.format(
        with_found=with_found, source=source, order=order, next_edge=NEXT_EDGE,
        tag_names=_TAG_NAMES if query.tags else "",
    )  # fmt: skip
    return sql, parameters


def _variant_conditions(query: ProductFilter) -> tuple[str, dict[str, Any]]:
    """Return what one and the same pack of a product must fulfil."""
    conditions = [_VARIANTS]
    parameters: dict[str, Any] = {}
    if query.price_min is not None:
        conditions.append(f"{PRICE_NOW} >= %(price_min)s")
        parameters["price_min"] = query.price_min
    if query.price_max is not None:
        conditions.append(f"{PRICE_NOW} <= %(price_max)s")
        parameters["price_max"] = query.price_max
    if query.in_stock is not None:
        conditions.append(f"v.availability {'<>' if query.in_stock else '='} %(sold_out)s")
        parameters["sold_out"] = Availability.NONE.value
    if query.on_sale is not None:
        conditions.append(f"{PRICE_NOW} {'<' if query.on_sale else '>='} v.regular_price")
    return " AND ".join(conditions), parameters


def _source(query: ProductFilter, matching: str) -> tuple[str, dict[str, Any]]:
    """Return the FROM and WHERE of the products that match, before any search."""
    conditions = [
        PRODUCT_ON_SHOW,
        "p.category_id = ANY(%(categories)s)",
        f"EXISTS (SELECT 1 {matching})",
    ]
    parameters: dict[str, Any] = {}
    if query.tags:
        conditions.append(
            "%(tag_count)s = (SELECT count(*) FROM catalog_product_tags pt"
            " JOIN catalog_tag t ON t.id = pt.tag_id"
            " WHERE pt.product_id = p.id AND t.code = ANY(%(tags)s))"
        )
        parameters |= {"tags": sorted(set(query.tags)), "tag_count": len(set(query.tags))}
    if query.exclude_allergens:
        conditions.append("NOT p.allergens && %(allergens)s::varchar[]")
        parameters["allergens"] = sorted(set(query.exclude_allergens))
    return f"FROM catalog_product p WHERE {' AND '.join(conditions)}", parameters
