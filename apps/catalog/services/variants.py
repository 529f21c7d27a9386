"""Packs: the thing that is sold."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError

from apps.catalog.errors import InvalidField, InvalidPrice, SkuTaken, VariantNotFound
from apps.catalog.models import Variant
from apps.catalog.services.history import signed, write
from apps.catalog.services.indexing import index_product
from apps.catalog.services.products import locked_product
from apps.catalog.services.versions import renew_catalog_on_commit
from apps.core.money import rounded
from apps.core.transactions import refusable, retrying_atomic

VARIANT_FIELDS = frozenset(
    {
        "sku", "barcode", "sold_by", "pack_weight_g", "box_volume_ml", "regular_price", "price",
        "next_price", "next_price_at", "max_per_order", "position", "is_active",
    }
)  # fmt: skip


@retrying_atomic
def save_variant(
    *,
    variant_id: int | None = None,
    product_id: int | None = None,
    actor_id: int | None = None,
    **changes: Any,
) -> Variant:
    """Create a pack of a product, or change the fields given (`VARIANT_FIELDS`) of an existing one.

    A new pack costs its regular price unless `price` says otherwise.

    Raises:
        VariantNotFound: There is no such pack, or it was removed.
        ProductNotFound: There is no such product to sell it under.
        SkuTaken: Another pack has the SKU or the barcode.
        InvalidPrice: A price is not above zero, or the price is above the regular one.
        InvalidField: A value can't be used.
    """
    if variant_id is not None:
        variant = _locked(variant_id)
    elif product_id is not None:
        variant = Variant(product=locked_product(product_id))
        changes.setdefault("price", changes.get("regular_price"))
    else:
        raise InvalidField(field="product", reason="")
    _write_priced(variant, changes)
    try:
        with refusable():
            signed(variant, actor_id).save()
    except IntegrityError as error:
        raise SkuTaken(sku=variant.sku) from error
    if variant_id is None or "sku" in changes:
        index_product(product_id=variant.product_id)
    renew_catalog_on_commit()
    return variant


@retrying_atomic
def remove_variant(*, variant_id: int, now: datetime, actor_id: int | None = None) -> None:
    """Take a pack off for good; orders and stock still know it, and its SKU is free again.

    Raises:
        VariantNotFound: There is no such pack, or it was removed before.
    """
    variant = _locked(variant_id)
    variant.deleted_at = now
    signed(variant, actor_id).save(update_fields=["deleted_at", "updated_at"])
    index_product(product_id=variant.product_id)
    renew_catalog_on_commit()


def _write_priced(variant: Variant, changes: dict[str, Any]) -> None:
    """Write the fields of a pack and hold its prices together before the database has to."""
    for name in ("regular_price", "price", "next_price"):
        if isinstance(changes.get(name), Decimal):
            changes[name] = rounded(changes[name])
    write(variant, changes, VARIANT_FIELDS)
    if not 0 < variant.price <= variant.regular_price:
        raise InvalidPrice
    if (variant.next_price is None) != (variant.next_price_at is None):
        raise InvalidPrice
    if variant.next_price is not None and variant.next_price <= 0:
        raise InvalidPrice


def _locked(variant_id: int) -> Variant:
    variant = (
        Variant.objects.existing().select_for_update(no_key=True).filter(pk=variant_id).first()
    )
    if variant is None:
        raise VariantNotFound(variant=variant_id)
    return variant
