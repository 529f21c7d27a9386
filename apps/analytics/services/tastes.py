"""What is popular and what people take along with it: counted at night, only looked up by day."""

import logging
from datetime import datetime, timedelta

from django.db import connection

from apps.core.locks import hold
from apps.core.transactions import retrying_atomic

logger = logging.getLogger(__name__)

# Tastes change with the seasons: older orders say little of what is eaten now.
WINDOW = timedelta(days=120)
# So many companions of a product are kept, each seen with it in so many orders at least.
PLACES, LEAST_ORDERS = 8, 2
# Nobody waits for it; it may take longer than a request.
_SECONDS = 300

_BOUGHT = """
CREATE TEMPORARY TABLE bought ON COMMIT DROP AS
SELECT DISTINCT o.id AS order_id, v.product_id
FROM orders_order o
JOIN orders_orderline l ON l.order_id = o.id AND l.quantity > l.gift_quantity
JOIN catalog_variant v ON v.id = l.variant_id
WHERE o.created_at >= %(since)s AND o.created_at < %(now)s
    AND o.status NOT IN ('awaiting_payment', 'expired', 'cancelled')
"""
_POPULAR = """
INSERT INTO analytics_popularproduct (product_id, orders)
SELECT product_id, count(*) FROM bought GROUP BY product_id
"""
# What is in every order goes with everything and says nothing: a companion counts by how much of
# its own sales it shares (the cosine of the two, whose other factor is the same for all places).
_TOGETHER = """
INSERT INTO analytics_boughttogether (product_id, companion_id, place, orders)
SELECT product_id, companion_id, place, orders FROM (
    SELECT pair.product_id, pair.companion_id, pair.orders, row_number() OVER (
        PARTITION BY pair.product_id
        ORDER BY pair.orders / sqrt(p.orders::numeric) DESC, pair.orders DESC, pair.companion_id
    ) AS place
    FROM (
        SELECT a.product_id, b.product_id AS companion_id, count(*) AS orders
        FROM bought a JOIN bought b USING (order_id)
        WHERE a.product_id <> b.product_id
        GROUP BY a.product_id, b.product_id HAVING count(*) >= %(least)s
    ) pair
    JOIN analytics_popularproduct p ON p.product_id = pair.companion_id
) ranked
WHERE place <= %(places)s
"""


@retrying_atomic
def count_tastes(*, now: datetime) -> int:
    """Count anew what the orders of the last months hold; return how many pairs are kept.

    Readers see the old counts until it is done. Twice in a row does no harm.
    """
    hold("analytics.tastes")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{_SECONDS}s"])
        cursor.execute(_BOUGHT, {"since": now - WINDOW, "now": now})
        cursor.execute("DELETE FROM analytics_boughttogether")
        cursor.execute("DELETE FROM analytics_popularproduct")
        cursor.execute(_POPULAR)
        cursor.execute(_TOGETHER, {"least": LEAST_ORDERS, "places": PLACES})
        pairs = int(cursor.rowcount)
        cursor.execute("DROP TABLE bought")
    logger.info("Tastes counted", extra={"pairs": pairs})
    return pairs
