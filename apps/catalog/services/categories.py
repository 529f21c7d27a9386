"""The shelves of the shop."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError

from apps.catalog.errors import CategoryInUse, CategoryLoop, CategoryNotFound, SlugTaken
from apps.catalog.models import Category, Product, Variant
from apps.catalog.selectors import category_id_by_slug
from apps.catalog.services.history import signed, write
from apps.catalog.services.indexing import index_products
from apps.catalog.services.packs import share_rules
from apps.catalog.services.publishing import publish_prices
from apps.catalog.services.versions import renew_catalog_on_commit
from apps.core.time import now as present
from apps.core.transactions import refusable, retrying_atomic

CATEGORY_FIELDS = frozenset(
    {"parent_id", "slug", "name_ru", "name_en", "emoji", "position", "is_active"}
)


@retrying_atomic
def save_category(
    *,
    category_id: int | None = None,
    actor_id: int | None = None,
    now: datetime | None = None,
    **changes: Any,
) -> Category:
    """Create a category, or change the fields given (`CATEGORY_FIELDS`) of an existing one.

    `parent` may be given as a slug (or None) instead of `parent_id`; with it, the prices of all
    that stands below are published anew as of `now` (the present, unless given).

    Raises:
        CategoryNotFound: The category or its parent does not exist.
        CategoryLoop: It would stand under itself.
        SlugTaken: Another category has the slug.
        InvalidField: A value can't be used.
    """
    share_rules()
    category = Category() if category_id is None else _locked(category_id)
    parent_before = category.parent_id
    if "parent" in changes:
        slug = changes.pop("parent")
        changes["parent_id"] = category_id_by_slug(slug=slug) if slug else None
    write(category, changes, CATEGORY_FIELDS)
    _check_parents(category)
    try:
        with refusable():
            signed(category, actor_id).save()
    except IntegrityError as error:
        raise SlugTaken(slug=category.slug) from error
    if category_id is not None and changes.keys() & {"name_ru", "name_en"}:
        products = Product.objects.existing().filter(category_id=category_id)
        index_products(product_ids=list(products.values_list("pk", flat=True)))
    if category_id is not None and category.parent_id != parent_before:
        publish_prices(variant_ids=_packs_below(category), now=now or present())
    renew_catalog_on_commit()
    return category


@retrying_atomic
def remove_category(*, category_id: int, actor_id: int | None = None) -> None:
    """Remove an empty category.

    Raises:
        CategoryNotFound: It does not exist.
        CategoryInUse: Products, removed ones included, or other categories belong to it.
    """
    category = _locked(category_id)
    if category.products.exists() or category.children.exists():
        raise CategoryInUse(category=category.slug)
    signed(category, actor_id).delete()
    renew_catalog_on_commit()


def _locked(category_id: int) -> Category:
    category = Category.objects.select_for_update().filter(pk=category_id).first()
    if category is None:
        raise CategoryNotFound(category=category_id)
    return category


def _packs_below(category: Category) -> list[int]:
    below = Category.objects.descendants(category, include_self=True)  # type: ignore[attr-defined]
    packs = Variant.objects.existing().filter(product__category__in=below)
    return list(packs.values_list("pk", flat=True))


def _check_parents(category: Category) -> None:
    """Walk up to the root; the whole way is locked, so that two moves can't close a circle."""
    if category.parent_id is None:
        return
    # All rows in key order: two people who move categories wait for each other here.
    parents = dict(
        Category.objects.select_for_update().order_by("pk").values_list("pk", "parent_id")
    )
    if category.parent_id not in parents:
        raise CategoryNotFound(category=category.parent_id)
    step: int | None = category.parent_id
    while step is not None:
        if step == category.pk:
            raise CategoryLoop(category=category.slug)
        step = parents[step]
