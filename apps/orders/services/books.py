"""The audit of orders against the money that came for them."""

from django.db import connection

from apps.core.books import Discrepancy

# Money that staff gave back of their own accord is less kept and no mistake; a request that waits
# for its provider, or a question about the payment, explains everything else.
_MONEY = """
WITH money AS (
    SELECT p.order_id,
        sum(p.captured - p.refunded - p.refunding) AS kept,
        bool_or(p.state IN ('authorized', 'captured')) AS is_covered,
        -- What was let go just now may be so at the provider only.
        bool_or(
            p.state = 'authorized' AND p.updated_at < now() - interval '10 minutes'
        ) AS is_set_aside,
        sum((
            SELECT coalesce(sum(r.amount), 0) FROM payments_refund r
            WHERE r.payment_id = p.id AND r.actor_id IS NOT NULL AND r.state <> 'failed'
        ) - (
            SELECT coalesce(sum(e.amount), 0) FROM payments_moneyentry e
            WHERE e.payment_id = p.id AND e.kind = 'refund' AND p.provider IN ('cash', 'card')
        )) AS by_staff,
        bool_or(
            EXISTS (SELECT FROM payments_oddity q WHERE q.payment_id = p.id)
            OR EXISTS (
                SELECT FROM payments_providercall c
                WHERE c.payment_id = p.id AND c.state = 'waiting'
            )
        ) AS is_explained
    FROM payments_payment p
    GROUP BY p.order_id
), known AS (
    SELECT o.number, o.status, o.payment, o.total, o.hold_expires_at,
        coalesce(m.kept, 0) AS kept,
        coalesce(m.by_staff, 0) AS by_staff,
        coalesce(m.is_covered, false) AS is_covered,
        coalesce(m.is_set_aside, false) AS is_set_aside
    FROM orders_order o
    LEFT JOIN money m ON m.order_id = o.id
    WHERE NOT coalesce(m.is_explained, false)
)
SELECT number, 'money kept', total::text, kept::text FROM known
WHERE status = 'delivered' AND NOT (kept <= total AND total <= kept + by_staff)
UNION ALL
SELECT number, 'money kept', '0', kept::text FROM known
WHERE status IN ('cancelled', 'expired', 'returned') AND kept <> 0
UNION ALL
SELECT number, 'money set aside', 'let go', 'held' FROM known
WHERE status IN ('cancelled', 'expired', 'returned') AND is_set_aside
UNION ALL
SELECT number, 'paid', 'paid', 'unpaid' FROM known
WHERE status IN ('placed', 'confirmed', 'picking', 'packed', 'out_for_delivery', 'ready_for_pickup')
    AND payment NOT IN ('cash', 'card') AND total > 0 AND NOT is_covered
UNION ALL
SELECT number, 'hold', 'let go', hold_expires_at::text FROM known
WHERE status = 'awaiting_payment' AND hold_expires_at < now() - interval '1 hour'
ORDER BY 1, 2
"""


def check_money() -> list[Discrepancy]:
    """Return the orders that keep another sum than they cost, or goods that nobody pays for."""
    with connection.cursor() as cursor:
        cursor.execute(_MONEY)
        rows = cursor.fetchall()
    return [
        Discrepancy(f"order {number}", counter, expected=expected, found=found)
        for number, counter, expected, found in rows
    ]
