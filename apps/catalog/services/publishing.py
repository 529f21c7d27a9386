"""What other apps and the clock publish onto packs: availability and prices."""

import logging
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import connection
from simple_history.utils import bulk_update_with_history

from apps.catalog.dto import Availability
from apps.catalog.errors import InvalidPrice, VariantNotFound
from apps.catalog.models import Variant
from apps.catalog.services.history import signed
from apps.catalog.services.versions import renew_catalog_on_commit
from apps.core.money import rounded
from apps.core.transactions import retrying_atomic

logger = logging.getLogger(__name__)

# Rows in key order; NO KEY, so that order lines that point at a pack need not wait.
_PUBLISH = """
WITH changed AS (
    SELECT v.id, band.value
    FROM catalog_variant v
    JOIN unnest(%(ids)s::bigint[], %(bands)s::text[]) AS band (id, value) ON band.id = v.id
    WHERE v.availability <> band.value
    ORDER BY v.id
    FOR NO KEY UPDATE OF v
)
UPDATE catalog_variant v SET availability = changed.value
FROM changed WHERE changed.id = v.id
"""


@retrying_atomic
def publish_availability(*, bands: Mapping[int, Availability]) -> None:
    """Write the stock bands of packs, by variant id; unknown ids are passed over."""
    if not bands:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _PUBLISH, {"ids": list(bands), "bands": [str(band.value) for band in bands.values()]}
        )
        if cursor.rowcount:
            renew_catalog_on_commit()


@retrying_atomic
def set_price(
    *, variant_id: int, regular_price: Decimal, price: Decimal, actor_id: int | None = None
) -> Variant:
    """Set what a pack costs from now on; a price scheduled for later stays scheduled.

    Raises:
        VariantNotFound: There is no such pack.
        InvalidPrice: A price is not above zero, or the price is above the regular one.
    """
    variant = _locked(variant_id)
    variant.regular_price, variant.price = rounded(regular_price), rounded(price)
    if not 0 < variant.price <= variant.regular_price:
        raise InvalidPrice
    signed(variant, actor_id).save(update_fields=["regular_price", "price", "updated_at"])
    renew_catalog_on_commit()
    logger.info("Price set", extra={"sku": variant.sku, "price": str(variant.price)})
    return variant


@retrying_atomic
def schedule_price(
    *,
    variant_id: int,
    next_price: Decimal | None,
    next_price_at: datetime | None,
    actor_id: int | None = None,
) -> Variant:
    """Let a price hold from an instant on, or (with None for both) take a schedule back.

    Raises:
        VariantNotFound: There is no such pack.
        InvalidPrice: The price is not above zero, or only one of the two is given.
    """
    variant = _locked(variant_id)
    if (next_price is None) != (next_price_at is None):
        raise InvalidPrice
    if next_price is not None:
        next_price = rounded(next_price)
        if next_price <= 0:
            raise InvalidPrice
    variant.next_price, variant.next_price_at = next_price, next_price_at
    signed(variant, actor_id).save(update_fields=["next_price", "next_price_at", "updated_at"])
    renew_catalog_on_commit()
    return variant


@retrying_atomic
def publish_due_prices(*, now: datetime) -> int:
    """Write scheduled prices whose instant has come into `price`, and return how many.

    Readers ask for the price at an instant, so nothing that a customer sees changes by this.
    """
    due = list(
        Variant.objects.filter(next_price_at__lte=now)
        .order_by("pk")
        .select_for_update(skip_locked=True, no_key=True)[:500]
    )
    for variant in due:
        variant.price = variant.price_at(now)
        variant.regular_price = max(variant.regular_price, variant.price)
        variant.next_price = variant.next_price_at = None
        variant.updated_at = now
    if due:
        fields = ["price", "regular_price", "next_price", "next_price_at", "updated_at"]
        bulk_update_with_history(due, Variant, fields)
        renew_catalog_on_commit()
    return len(due)


def _locked(variant_id: int) -> Variant:
    variant = (
        Variant.objects.existing().select_for_update(no_key=True).filter(pk=variant_id).first()
    )
    if variant is None:
        raise VariantNotFound(variant=variant_id)
    return variant
