"""Clearance packs: units of one lot of a pack, under a SKU and a price of their own."""

from datetime import date, datetime
from decimal import Decimal

from apps.catalog.errors import VariantNotFound
from apps.catalog.models import Variant
from apps.catalog.services.prices import set_price
from apps.catalog.services.variants import save_variant
from apps.core.transactions import retrying_atomic

_SKU_LENGTH = 40
_LIKE_THE_PACK = (
    "product_id", "sold_by", "pack_weight_g", "box_volume_ml", "regular_price", "max_per_order",
    "position",
)  # fmt: skip


@retrying_atomic
def open_clearance(
    *,
    variant_id: int,
    mark: str,
    best_before: date,
    price: Decimal,
    actor_id: int | None,
    now: datetime,
) -> Variant:
    """Make the clearance pack of a pack, for units that are best before a day.

    `mark` (Latin capitals and digits) ends its SKU. It has no barcode: its units carry the pack's.

    Raises:
        VariantNotFound: There is no such pack, or it is itself on clearance.
        SkuTaken: There is a pack with this SKU already.
        InvalidPrice: The price is not above zero, or above the pack's regular one.
    """
    pack = Variant.objects.existing().filter(pk=variant_id, clearance_of__isnull=True).first()
    if pack is None:
        raise VariantNotFound(variant=variant_id)
    made = save_variant(
        sku=f"{pack.sku[: _SKU_LENGTH - len(mark) - 1].rstrip('-')}-{mark}",
        clearance_of_id=pack.pk,
        best_before=best_before,
        actor_id=actor_id,
        now=now,
        **{name: getattr(pack, name) for name in _LIKE_THE_PACK},
    )
    return reprice_clearance(variant_id=made.pk, price=price, actor_id=actor_id, now=now)


@retrying_atomic
def reprice_clearance(
    *, variant_id: int, price: Decimal, actor_id: int | None, now: datetime
) -> Variant:
    """Set what a clearance pack costs; what its units cost regularly stays beside it.

    Raises:
        VariantNotFound: There is no such clearance pack.
        InvalidPrice: The price is not above zero, or above the regular one.
    """
    pack = Variant.objects.existing().filter(pk=variant_id, clearance_of__isnull=False).first()
    if pack is None:
        raise VariantNotFound(variant=variant_id)
    return set_price(
        variant_id=pack.pk,
        regular_price=pack.regular_price,
        price=price,
        actor_id=actor_id,
        now=now,
    )
