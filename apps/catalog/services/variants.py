"""Packs: the thing that is sold."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError

from apps.catalog.dto import AskedPrice
from apps.catalog.errors import InvalidField, InvalidPrice, SkuTaken, VariantNotFound
from apps.catalog.models import Variant
from apps.catalog.pricing import checked_prices
from apps.catalog.services.history import signed, write
from apps.catalog.services.indexing import index_product
from apps.catalog.services.packs import share_rules
from apps.catalog.services.prices import publish_first_price, set_price
from apps.catalog.services.products import locked_product
from apps.catalog.services.versions import renew_catalog_on_commit
from apps.core.time import now as present
from apps.core.transactions import refusable, retrying_atomic

VARIANT_FIELDS = frozenset(
    {
        "sku", "barcode", "sold_by", "pack_weight_g", "box_volume_ml", "regular_price",
        "base_price", "max_per_order", "position", "is_active", "clearance_of_id", "best_before",
    }
)  # fmt: skip
_PRICES = ("regular_price", "base_price")


@retrying_atomic
def save_variant(
    *,
    variant_id: int | None = None,
    product_id: int | None = None,
    actor_id: int | None = None,
    now: datetime | None = None,
    **changes: Any,
) -> Variant:
    """Create a pack of a product, or change the fields given (`VARIANT_FIELDS`) of an existing one.

    A new pack costs its regular price unless `base_price` says otherwise; `price` may be given for
    it. Prices change as of `now` (the present, unless given) as by `set_price`.

    Raises:
        VariantNotFound: There is no such pack, or it was removed.
        ProductNotFound: There is no such product to sell it under.
        SkuTaken: Another pack has the SKU or the barcode.
        InvalidPrice: A price is not above zero, or the price is above the regular one.
        InvalidField: A value can't be used.
    """
    now = now or present()
    if "price" in changes:
        changes["base_price"] = changes.pop("price")
    prices = {name: changes.pop(name) for name in _PRICES if name in changes}
    share_rules()
    if variant_id is not None:
        return _change(_locked(variant_id), changes, prices, actor_id=actor_id, now=now)
    if product_id is None:
        raise InvalidField(field="product", reason="")
    product = locked_product(product_id)
    asked = _first_price(**prices)
    variant = Variant(
        product=product,
        regular_price=asked.regular_price,
        base_price=asked.price,
        price=asked.price,
    )
    _save(write(variant, changes, VARIANT_FIELDS), actor_id)
    publish_first_price(variant=variant, now=now, actor_id=actor_id)
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


def _change(
    variant: Variant,
    changes: dict[str, Any],
    prices: dict[str, Decimal],
    *,
    actor_id: int | None,
    now: datetime,
) -> Variant:
    """Write what is no price into the history of the pack, prices into their ledger."""
    if changes:
        _save(write(variant, changes, VARIANT_FIELDS), actor_id, is_renamed="sku" in changes)
    if not prices:
        return variant
    return set_price(
        variant_id=variant.pk,
        regular_price=prices.get("regular_price"),
        price=prices.get("base_price"),
        now=now,
        actor_id=actor_id,
    )


def _save(variant: Variant, actor_id: int | None, *, is_renamed: bool = True) -> None:
    try:
        with refusable():
            signed(variant, actor_id).save()
    except IntegrityError as error:
        raise SkuTaken(sku=variant.sku) from error
    if is_renamed:
        index_product(product_id=variant.product_id)
    renew_catalog_on_commit()


def _first_price(
    *, regular_price: Decimal | None = None, base_price: Decimal | None = None
) -> AskedPrice:
    if regular_price is None:
        raise InvalidPrice
    price = regular_price if base_price is None else base_price
    return checked_prices(price=price, regular_price=regular_price)


def _locked(variant_id: int) -> Variant:
    variant = (
        Variant.objects.existing().select_for_update(no_key=True).filter(pk=variant_id).first()
    )
    if variant is None:
        raise VariantNotFound(variant=variant_id)
    return variant
