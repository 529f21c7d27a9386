"""The warehouse's own audit."""

from django.db import connection

from apps.core.books import Discrepancy
from apps.inventory.services.levels import band_of

_COUNTED = """
SELECT v.sku, v.availability, s.low_threshold, s.on_hand, s.blocked, s.reserved,
    coalesce(l.remaining, 0), coalesce(l.blocked, 0), coalesce(m.quantity, 0),
    coalesce(m.blocked, 0), coalesce(r.quantity, 0)
FROM inventory_stocklevel s
JOIN catalog_variant v ON v.id = s.variant_id
LEFT JOIN (
    SELECT variant_id, sum(remaining) AS remaining,
        sum(remaining) FILTER (WHERE is_blocked) AS blocked
    FROM inventory_lot GROUP BY variant_id
) l ON l.variant_id = s.variant_id
LEFT JOIN (
    SELECT variant_id, sum(quantity) AS quantity, sum(blocked) AS blocked
    FROM inventory_stockmovement GROUP BY variant_id
) m ON m.variant_id = s.variant_id
LEFT JOIN (
    SELECT variant_id, sum(quantity) AS quantity
    FROM inventory_reservation WHERE state IN ('held', 'committed') GROUP BY variant_id
) r ON r.variant_id = s.variant_id
ORDER BY v.sku
"""


def check_books() -> list[Discrepancy]:
    """Compare every stock level, and the published band, with lots, ledger and reservations.

    One statement, so that it sees one instant of a shop that goes on selling.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED)
        rows = cursor.fetchall()
    return [
        Discrepancy(subject=row[0], counter=counter, expected=str(expected), found=str(found))
        for row in rows
        for counter, found, expected in _comparisons(*row[1:])
        if found != expected
    ]


def _comparisons(
    availability: str,
    low_threshold: int,
    on_hand: int,
    blocked: int,
    reserved: int,
    lots: int,
    lots_blocked: int,
    moved: int,
    moved_blocked: int,
    promised: int,
) -> list[tuple[str, object, object]]:
    """Pair each counter with what its rows add up to: (name, found, expected)."""
    return [
        ("on hand, by lots", on_hand, lots),
        ("on hand, by movements", on_hand, moved),
        ("blocked, by lots", blocked, lots_blocked),
        ("blocked, by movements", blocked, moved_blocked),
        ("reserved", reserved, promised),
        (
            "published availability",
            availability,
            band_of(on_hand - blocked - reserved, low_threshold).value,
        ),
    ]
