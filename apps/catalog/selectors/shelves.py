"""The tree of categories, kept in the process under the catalogue's version.

PostgreSQL is the truth; the version is mirrored in the cache for a few seconds, so that a mirror
which missed a change (Redis was away) heals by itself.
"""

from dataclasses import dataclass, field
from typing import Any

import orjson
from django.core.cache import cache
from django.db import connection

from apps.catalog.dto import CategoryNode
from apps.catalog.errors import CategoryNotFound
from apps.core.models import in_language

VERSION_KEY = "catalog:version"
VERSION_SECONDS = 10

# The tree is only sent when the version differs from the one that the process has.
_SQL = """
SELECT version.number, CASE WHEN version.number = %(known)s THEN NULL ELSE (
    SELECT json_agg(json_build_array(
        c.id, c.parent_id, c.slug, c.name_ru, c.name_en, c.emoji, coalesce(stocked.products, 0)
    ) ORDER BY c.position, c.id)
    FROM catalog_category c
    LEFT JOIN (
        SELECT p.category_id, count(*) AS products
        FROM catalog_product p
        WHERE p.is_active AND p.deleted_at IS NULL AND EXISTS (
            SELECT 1 FROM catalog_variant v
            WHERE v.product_id = p.id AND v.is_active AND v.deleted_at IS NULL
                AND (v.clearance_of_id IS NULL OR v.availability <> 'none')
        )
        GROUP BY p.category_id
    ) stocked ON stocked.category_id = c.id
    WHERE c.is_active
)::text END
FROM (
    SELECT coalesce((SELECT number FROM catalog_catalogversion WHERE id = 1), 0) AS number
) version
"""


@dataclass(frozen=True)
class Shelf:
    """One visible category, in both languages; `own_count` leaves out those under it."""

    id: int
    parent_id: int | None
    slug: str
    name_ru: str
    name_en: str
    emoji: str
    own_count: int

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")


@dataclass(frozen=True)
class Shelves:
    """All categories that customers can reach, at one version of the catalogue."""

    version: int
    by_id: dict[int, Shelf] = field(default_factory=dict)
    children: dict[int | None, list[Shelf]] = field(default_factory=dict)

    def ids_under(self, slug: str) -> list[int]:
        """Return the ids of a category and of all those under it.

        Raises:
            CategoryNotFound: Customers see no category with this slug.
        """
        top = next((shelf for shelf in self.by_id.values() if shelf.slug == slug), None)
        if top is None:
            raise CategoryNotFound(category=slug)
        found = [top.id]
        for shelf_id in found:
            found += [child.id for child in self.children.get(shelf_id, ())]
        return found

    def nodes(self, parent_id: int | None = None) -> tuple[CategoryNode, ...]:
        """Return the tree below a category, in the reader's language."""
        return tuple(self._node(shelf) for shelf in self.children.get(parent_id, ()))

    def _node(self, shelf: Shelf) -> CategoryNode:
        below = self.nodes(shelf.id)
        count = shelf.own_count + sum(node.product_count for node in below)
        return CategoryNode(shelf.id, shelf.slug, shelf.name, shelf.emoji, count, below)


_kept = Shelves(version=-1)


def shelves() -> Shelves:
    """Return the categories as they are, with at most one query and usually none."""
    global _kept
    # Who is inside a transaction must see what it wrote itself: no memory, no cache.
    alone = connection.in_atomic_block
    if not alone and _kept.version >= 0 and cache.get(VERSION_KEY) == _kept.version:
        return _kept
    kept = _kept
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"known": -1 if alone else kept.version})
        version, rows = cursor.fetchone()
    fresh = kept if rows is None and not alone else _built(version, orjson.loads(rows or "[]"))
    if not alone:
        _kept = fresh
        cache.add(VERSION_KEY, version, VERSION_SECONDS)
    return fresh


def category_tree() -> tuple[CategoryNode, ...]:
    """Return the categories that customers see, as a tree, in the reader's language."""
    return shelves().nodes()


def category_slug(*, category_id: int) -> str:
    """Return the slug of a category that customers see.

    Raises:
        CategoryNotFound: They see none with this id.
    """
    shelf = shelves().by_id.get(category_id)
    if shelf is None:
        raise CategoryNotFound(category=category_id)
    return shelf.slug


def _built(version: int, rows: list[list[Any]]) -> Shelves:
    """Leave out what stands under a hidden category: nobody gets there."""
    below: dict[int | None, list[Shelf]] = {}
    for row in rows:
        below.setdefault(row[1], []).append(Shelf(*row))
    reached = Shelves(version)
    open_parents: list[int | None] = [None]
    for parent_id in open_parents:
        reached.children[parent_id] = below.get(parent_id, [])
        for shelf in reached.children[parent_id]:
            reached.by_id[shelf.id] = shelf
            open_parents.append(shelf.id)
    return reached
