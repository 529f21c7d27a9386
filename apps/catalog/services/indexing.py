"""What is searched: vectors for Russian and English, and plain words for likeness."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection

from apps.core.transactions import retrying_atomic

# Names weigh most, then brand, category and tags, then composition, then description.
_INDEX = """
UPDATE catalog_product p SET
    search_text = s.words,
    search_ru = setweight(to_tsvector('russian', s.name_ru), 'A')
        || setweight(to_tsvector('russian', s.shelf_ru), 'B')
        || setweight(to_tsvector('russian', s.composition_ru), 'C')
        || setweight(to_tsvector('russian', s.description_ru), 'D'),
    search_en = setweight(to_tsvector('english', s.name_en), 'A')
        || setweight(to_tsvector('english', s.shelf_en), 'B')
        || setweight(to_tsvector('english', s.composition_en), 'C')
        || setweight(to_tsvector('english', s.description_en), 'D')
FROM (
    SELECT p.id,
        {name_ru} AS name_ru, {name_en} AS name_en,
        {shelf_ru} AS shelf_ru, {shelf_en} AS shelf_en,
        {composition_ru} AS composition_ru, {composition_en} AS composition_en,
        {description_ru} AS description_ru, {description_en} AS description_en,
        {words} AS words
    FROM catalog_product p
    JOIN catalog_category c ON c.id = p.category_id
    LEFT JOIN LATERAL (
        SELECT string_agg(t.name_ru, ' ') AS ru, string_agg(t.name_en, ' ') AS en
        FROM catalog_product_tags pt JOIN catalog_tag t ON t.id = pt.tag_id
        WHERE pt.product_id = p.id
    ) tags ON true
    LEFT JOIN LATERAL (
        SELECT string_agg(v.sku, ' ') AS skus FROM catalog_variant v
        WHERE v.product_id = p.id AND v.deleted_at IS NULL
    ) packs ON true
    WHERE p.id = ANY(%(ids)s)
    ORDER BY p.id FOR NO KEY UPDATE OF p
) s WHERE s.id = p.id
"""


def _folded(*columns: str) -> str:
    return f"replace(lower(concat_ws(' ', {', '.join(columns)})), 'ё', 'е')"


_STATEMENT = _INDEX.format(
    name_ru=_folded("p.name_ru"),
    name_en=_folded("p.name_en"),
    shelf_ru=_folded("p.brand", "c.name_ru", "tags.ru", "packs.skus"),
    shelf_en=_folded("p.brand", "c.name_en", "tags.en", "packs.skus"),
    composition_ru=_folded("p.composition_ru"),
    composition_en=_folded("p.composition_en"),
    description_ru=_folded("p.description_ru"),
    description_en=_folded("p.description_en"),
    words=_folded("p.name_ru", "p.name_en", "p.brand"),
)


# So few that a statement stays far below its time limit.
_BATCH = 500
_waiting: ContextVar[set[int] | None] = ContextVar("waiting", default=None)


@contextmanager
def indexed_together() -> Iterator[None]:
    """Put off what is to be indexed inside, and do it at the end, each product once."""
    waiting: set[int] = set()
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    ordered = sorted(waiting)
    for start in range(0, len(ordered), _BATCH):
        index_products(product_ids=ordered[start : start + _BATCH])


@retrying_atomic
def index_products(*, product_ids: Collection[int]) -> None:
    """Write anew what is searched for these products, with one statement."""
    if not product_ids:
        return
    waiting = _waiting.get()
    if waiting is not None:
        waiting.update(product_ids)
        return
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, {"ids": list(product_ids)})


def index_product(*, product_id: int) -> None:
    """Write anew what is searched for one product."""
    index_products(product_ids=[product_id])
