"""Stock rows: the one guarded statement that changes them, and the bands it publishes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection

from apps.catalog import selectors as catalog_selectors
from apps.catalog import services as catalog
from apps.catalog.dto import Availability
from apps.catalog.errors import VariantNotFound
from apps.core.history import keep_first_version
from apps.core.jobs import enqueue_on_commit
from apps.core.time import now as present
from apps.core.transactions import retrying_atomic
from apps.inventory.errors import InvalidQuantity, StockLevelNotFound
from apps.inventory.jobs import InventoryJob
from apps.inventory.models import StockLevel

# What one row may hold: far more than a warehouse, far less than an integer of PostgreSQL's.
MOST_UNITS = 1_000_000

# Rows are locked in key order before any is changed, so opposite carts never deadlock; a row that
# could not hold its change is left out, and the caller sees that fewer came back than it asked for.
_APPLY = """
WITH change AS (
    SELECT * FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[])
        AS c (variant_id, on_hand, blocked, reserved)
), locked AS MATERIALIZED (
    SELECT s.id, c.on_hand, c.blocked, c.reserved
    FROM inventory_stocklevel s JOIN change c ON c.variant_id = s.variant_id
    ORDER BY s.id
    FOR UPDATE OF s
)
UPDATE inventory_stocklevel AS s
SET on_hand = s.on_hand + l.on_hand,
    blocked = s.blocked + l.blocked,
    reserved = s.reserved + l.reserved
FROM locked l
WHERE s.id = l.id
    AND s.on_hand + l.on_hand >= s.blocked + l.blocked + s.reserved + l.reserved
RETURNING s.variant_id, s.on_hand - s.blocked - s.reserved, s.low_threshold
"""


@dataclass(frozen=True)
class Change:
    """By how much the counters of one stock row move."""

    on_hand: int = 0
    blocked: int = 0
    reserved: int = 0

    @property
    def available(self) -> int:
        """By how much the sellable units move."""
        return self.on_hand - self.blocked - self.reserved


def apply_changes(changes: Mapping[int, Change]) -> frozenset[int]:
    """Change stock rows by variant in one statement and publish the bands that changed with them.

    Returns the variants whose row could not hold its change; those rows stay as they were, and the
    caller must roll the others back.
    """
    if not changes:
        return frozenset()
    variants = list(changes)
    columns = (
        variants,
        [changes[variant].on_hand for variant in variants],
        [changes[variant].blocked for variant in variants],
        [changes[variant].reserved for variant in variants],
    )
    with connection.cursor() as cursor:
        cursor.execute(_APPLY, columns)
        rows = cursor.fetchall()
    refused = frozenset(variants) - {variant for variant, _available, _low in rows}
    if not refused:
        bands = {
            variant: band_of(available, low)
            for variant, available, low in rows
            if band_of(available, low) != band_of(available - changes[variant].available, low)
        }
        _publish(bands)
    return refused


def band_of(available: int, low_threshold: int) -> Availability:
    """Return what customers are told about so many sellable units."""
    if available <= 0:
        return Availability.NONE
    return Availability.FEW if available <= low_threshold else Availability.IN_STOCK


def lock_levels(variant_ids: Collection[int]) -> None:
    """Lock stock rows in key order: they come before lots and reservations."""
    rows = StockLevel.objects.filter(variant_id__in=variant_ids).order_by("pk")
    list(rows.select_for_update().values_list("pk", flat=True))


def open_levels(variant_ids: Collection[int]) -> dict[int, int]:
    """Lock stock rows in key order, made where they are missing.

    Returns by variant the least shelf life, in days, that its product has left on delivery.

    Raises:
        VariantNotFound: There is no such variant.
    """
    wanted = sorted(set(variant_ids))
    have = set(StockLevel.objects.filter(variant_id__in=wanted).values_list("variant", flat=True))
    missing = [variant for variant in wanted if variant not in have]
    if missing:
        if len(catalog_selectors.sale_variants(variant_ids=missing, now=present())) < len(missing):
            raise VariantNotFound
        StockLevel.objects.bulk_create(
            (StockLevel(variant_id=variant) for variant in missing), ignore_conflicts=True
        )
    rows = StockLevel.objects.filter(variant_id__in=wanted).order_by("pk")
    days = rows.select_for_update(of=("self",)).values_list(
        "variant_id", "variant__product__minimum_remaining_days"
    )
    return dict(days)


@retrying_atomic
def set_low_threshold(*, variant_id: int, low_threshold: int) -> None:
    """Set from how many units on customers read "few left", and staff see low stock.

    Raises:
        InvalidQuantity: The number is negative or absurd.
        StockLevelNotFound: Nothing of the variant was ever received.
    """
    if not 0 <= low_threshold <= MOST_UNITS:
        raise InvalidQuantity(quantity=low_threshold)
    level = StockLevel.objects.select_for_update().filter(variant_id=variant_id).first()
    if level is None:
        raise StockLevelNotFound
    before = band_of(level.available, level.low_threshold)
    keep_first_version(level)
    level.low_threshold = low_threshold
    level.save(update_fields=["low_threshold"])
    after = band_of(level.available, low_threshold)
    if after != before:
        _publish({variant_id: after})


def _publish(bands: Mapping[int, Availability]) -> None:
    """Tell customers of new bands, and after the commit those who watch the stock."""
    if bands:
        catalog.publish_availability(bands=bands)
        enqueue_on_commit(InventoryJob.STOCK_CROSSED)


def check_quantity(quantity: int) -> None:
    """Refuse what is no number of units.

    Raises:
        InvalidQuantity: It is below one, or more than a warehouse can hold.
    """
    if not 1 <= quantity <= MOST_UNITS:
        raise InvalidQuantity(quantity=quantity)
