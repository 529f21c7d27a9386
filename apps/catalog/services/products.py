"""Products: created, changed, removed, and made again."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from apps.catalog.errors import CategoryNotFound, ProductNotFound, SlugTaken, UnknownTag
from apps.catalog.models import Category, Product, Tag, Variant
from apps.catalog.selectors import category_id_by_slug
from apps.catalog.services.history import signed, write
from apps.catalog.services.indexing import index_product, index_products
from apps.catalog.services.packs import share_rules
from apps.catalog.services.publishing import publish_prices
from apps.catalog.services.versions import renew_catalog_on_commit
from apps.core.time import now as present
from apps.core.transactions import refusable, retrying_atomic

PRODUCT_FIELDS = frozenset(
    {
        "category_id", "slug", "name_ru", "name_en", "description_ru", "description_en",
        "composition_ru", "composition_en", "brand", "allergens", "kcal", "protein_g", "fat_g",
        "carbs_g", "storage_class", "shelf_life_days", "minimum_remaining_days", "is_active",
    }
)  # fmt: skip

TAG_FIELDS = frozenset({"code", "name_ru", "name_en"})


@retrying_atomic
def save_product(
    *,
    product_id: int | None = None,
    actor_id: int | None = None,
    tags: Collection[str] | None = None,
    now: datetime | None = None,
    **changes: Any,
) -> Product:
    """Create a product, or change the fields given (`PRODUCT_FIELDS`) of an existing one.

    `tags` are codes and replace those it has; None leaves them. `category` may be given as a slug
    instead of `category_id`; with it, prices are published anew as of `now` (the present, unless
    given).

    Raises:
        ProductNotFound: There is no such product, or it was removed.
        CategoryNotFound: There is no such category.
        UnknownTag: A tag does not exist.
        SlugTaken: Another product has the slug.
        InvalidField: A value can't be used.
    """
    share_rules()
    product = Product() if product_id is None else locked_product(product_id)
    shelf_before = product.category_id
    if "category" in changes:
        changes["category_id"] = category_id_by_slug(slug=changes.pop("category"))
    write(product, changes, PRODUCT_FIELDS)
    if not Category.objects.filter(pk=product.category_id).exists():
        raise CategoryNotFound(category=product.category_id)
    try:
        with refusable():
            signed(product, actor_id).save()
    except IntegrityError as error:
        raise SlugTaken(slug=product.slug) from error
    if tags is not None:
        product.tags.set(_tags(tags))
    index_product(product_id=product.pk)
    if product_id is not None and product.category_id != shelf_before:
        packs = list(product.variants.values_list("pk", flat=True))
        publish_prices(variant_ids=packs, now=now or present())
    renew_catalog_on_commit()
    return product


@retrying_atomic
def remove_product(*, product_id: int, now: datetime, actor_id: int | None = None) -> None:
    """Take a product and its packs off for good; orders and stock still know them.

    Its slug and SKUs are free again.

    Raises:
        ProductNotFound: There is no such product, or it was removed before.
    """
    product = locked_product(product_id)
    product.deleted_at = now
    signed(product, actor_id).save(update_fields=["deleted_at", "updated_at"])
    for variant in Variant.objects.existing().filter(product_id=product_id).order_by("pk"):
        variant.deleted_at = now
        signed(variant, actor_id).save(update_fields=["deleted_at", "updated_at"])
    renew_catalog_on_commit()


@retrying_atomic
def save_tag(*, code: str, name_ru: str, name_en: str, actor_id: int | None = None) -> Tag:
    """Create a tag or rename it, and search its products by the new name.

    Raises:
        InvalidField: A value can't be used.
    """
    tag = Tag.objects.select_for_update().filter(code=code).first() or Tag(code=code)
    is_new = tag.pk is None
    write(tag, {"code": code, "name_ru": name_ru, "name_en": name_en}, TAG_FIELDS)
    try:
        with refusable():
            signed(tag, actor_id).save()
    except IntegrityError as error:
        raise SlugTaken(slug=code) from error
    if not is_new:
        index_products(product_ids=list(tag.products.values_list("pk", flat=True)))
    renew_catalog_on_commit()
    return tag


def locked_product(product_id: int) -> Product:
    """Return a product that nobody else can change until the transaction ends.

    Raises:
        ProductNotFound: There is no such product, or it was removed.
    """
    product = (
        Product.objects.existing().select_for_update(no_key=True).filter(pk=product_id).first()
    )
    if product is None:
        raise ProductNotFound(product=product_id)
    return product


def _tags(codes: Collection[str]) -> list[Tag]:
    tags = list(Tag.objects.filter(code__in=codes).order_by("pk"))
    missing = sorted(set(codes) - {tag.code for tag in tags})
    if missing:
        raise UnknownTag(tags=", ".join(missing))
    return tags
