"""A big shop in a minute: rows by the hundred thousand, each table by one statement.

Triggers and foreign keys sleep meanwhile (`session_replication_role`), so this belongs into a
throw-away database only. The rows are what two years of business would have left, the demand
uneven: a few products sell most. The random numbers are the same every time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import connection, transaction

from apps.analytics.models import FunnelEvent
from apps.catalog.models import Category, Product, Variant
from apps.inventory.models import Lot, StockLevel, StockMovement
from apps.orders.models import Order, OrderAdjustment, OrderEvent, OrderLine
from apps.promotions.models import Promotion, Redemption
from apps.users.models import User
from bench.rows import insert


@dataclass(frozen=True)
class Size:
    """How big the shop is. Each order has three lines; all of it lies within `days` before now."""

    categories: int = 200
    products: int = 10_000
    customers: int = 50_000
    orders: int = 200_000
    picks: int = 260_000
    days: int = 730


_START = "now() - make_interval(days => %(days)s)"
# Each order was a visit that went all the way; as many visits ended sooner.
_VISITS = """(
    SELECT created_at AS at, customer_id AS visitor, source AS door, 5 AS furthest
    FROM orders_order
    UNION ALL
    SELECT created_at, 1 + id %% %(customers)s, source, 1 + id %% 4 FROM orders_order
) v JOIN generate_series(1, 5) AS s (stage) ON s.stage <= v.furthest ON CONFLICT DO NOTHING"""

_ROWS = {
    "customers": insert(User, "generate_series(1, %(customers)s) n", {
        "id": "n", "password": "''", "is_superuser": "false", "telegram_id": "9000000000 + n",
        "first_name": "'Anna'", "phone": "''",
    }),
    "categories": insert(Category, "generate_series(1, %(categories)s) n", {
        "id": "n", "slug": "'shelf-' || n", "name_ru": "'Полка ' || n", "name_en": "'Shelf ' || n",
    }),
    "products": insert(Product, "generate_series(1, %(products)s) n", {
        "id": "n", "category_id": "1 + n %% %(categories)s", "slug": "'product-' || n",
        "name_ru": "'Пельмени ' || n", "name_en": "'Dumplings ' || n",
        "search_text": "'пельмени dumplings ' || n",
    }),
    "variants": insert(Variant, """(
        SELECT n, 100 + n %% 900 AS price FROM generate_series(1, %(products)s) n
    ) p""", {
        "id": "n", "product_id": "n", "sku": "'SKU-' || n", "pack_weight_g": "800",
        "regular_price": "price", "price": "price", "base_price": "price",
        "availability": "'in_stock'",
    }),
    "lots": insert(Lot, f"""(
        SELECT n, {_START} + make_interval(days => (n / %(products)s) * %(days)s / 3) AS came
        FROM generate_series(0, 3 * %(products)s - 1) n
    ) l""", {
        "id": "n", "created_at": "came", "variant_id": "1 + n %% %(products)s",
        "code": "'LOT-' || n", "made_on": "came::date - 10", "expires_on": "came::date + 400",
        "sell_by": "came::date + 370", "received": "120", "remaining": "0",
        "cost": "round((60 + n %% 500)::numeric * 0.97, 2)",
    }),
    # The number of an order gives its moment, so that ids and time rise together as in life.
    "orders": insert(Order, f"""(
        SELECT n, {_START} + make_interval(secs => %(days)s * 86400.0 * n / %(orders)s) AS placed
        FROM generate_series(1, %(orders)s) n
    ) o""", {
        "id": "n", "created_at": "placed", "number": "'B-' || n", "key": "'bench-' || n",
        "customer_id": "1 + floor(%(customers)s * power(random(), 2))::int",
        "status": "CASE WHEN n %% 16 = 0 THEN 'cancelled' WHEN n %% 97 = 0 THEN 'returned'"
                  " ELSE 'delivered' END",
        "method": "'delivery'", "source": "(ARRAY['bot', 'webapp', 'api'])[1 + n %% 3]",
        "payment": "'cash'", "slot_id": "1", "items_total": "0", "delivery_fee": "199",
        "total": "199",
    }),
    "lines": insert(OrderLine, """orders_order o
        CROSS JOIN generate_series(1, 3) k
        CROSS JOIN LATERAL (
            SELECT 1 + floor(%(products)s * power(random(), 4))::int AS variant_id,
                1 + (o.id + k) %% 3 AS quantity
        ) q
        JOIN catalog_variant v ON v.id = q.variant_id
        JOIN catalog_product p ON p.id = v.product_id
        ON CONFLICT DO NOTHING""", {
        "order_id": "o.id", "variant_id": "v.id", "sku": "v.sku", "name_ru": "p.name_ru",
        "name_en": "p.name_en", "pack_weight_g": "v.pack_weight_g", "unit_price": "v.price",
        "regular_price": "v.regular_price", "quantity": "q.quantity",
        "picked_quantity": "q.quantity", "total": "v.price * q.quantity",
    }),
    "totals": """
        UPDATE orders_order o SET items_total = l.total, total = l.total + o.delivery_fee
        FROM (SELECT order_id, sum(total) AS total FROM orders_orderline GROUP BY order_id) l
        WHERE l.order_id = o.id""",
    "events": insert(OrderEvent, """(
        SELECT o.id, o.created_at AS placed, s.*
        FROM orders_order o
        JOIN (VALUES
            ('', 'placed', interval '0', '{delivered,returned,cancelled}'),
            ('placed', 'confirmed', interval '5 min', '{delivered,returned}'),
            ('confirmed', 'picking', interval '2 h', '{delivered,returned}'),
            ('picking', 'packed', interval '3 h', '{delivered,returned}'),
            ('packed', 'out_for_delivery', interval '4 h', '{delivered,returned}'),
            ('out_for_delivery', 'delivered', interval '6 h', '{delivered,returned}'),
            ('delivered', 'returned', interval '30 h', '{returned}'),
            ('placed', 'cancelled', interval '20 min', '{cancelled}')
        ) AS s (from_status, to_status, wait, ways) ON o.status = ANY (s.ways::text[])
        ORDER BY o.created_at + wait
    ) s""", {
        "order_id": "s.id", "from_status": "s.from_status", "to_status": "s.to_status",
        "actor_kind": "'system'", "created_at": "least(placed + wait, now())",
    }),
    "adjustments": insert(OrderAdjustment, "orders_order", {
        "order_id": "id", "kind": "'delivery'", "amount": "delivery_fee",
        "created_at": "created_at",
    }),
    "promotions": insert(Promotion, "generate_series(1, 50) n", {
        "id": "n", "scope": "'cart'", "reward": "'percent'", "value": "10", "starts_at": "now()",
        "name_ru": "'Скидка ' || n", "name_en": "'Sale ' || n",
    }),
    "redemptions": insert(Redemption, "orders_order WHERE id %% 3 = 0", {
        "promotion_id": "1 + id %% 50", "customer_id": "customer_id", "order_id": "id",
        "amount": "50", "created_at": "created_at",
    }),
    "received": insert(StockMovement, "inventory_lot", {
        "variant_id": "variant_id", "lot_id": "id", "kind": "'receive'", "quantity": "received",
        "created_at": "created_at",
    }),
    # As many lines as there is room for, the newest ones, out of the lots that there were by then.
    "picked": insert(StockMovement, """(
        SELECT l.variant_id, lot.id, l.quantity, l.order_id, o.created_at
        FROM orders_orderline l
        JOIN orders_order o ON o.id = l.order_id AND o.status <> 'cancelled'
        JOIN inventory_lot lot ON lot.id = l.variant_id - 1 + %(products)s * (
            floor(extract(epoch FROM o.created_at - now() + make_interval(days => %(days)s))
                * 3 / (86400 * %(days)s)))::int
        ORDER BY o.created_at DESC LIMIT %(picks)s
    ) p""", {
        "variant_id": "variant_id", "lot_id": "id", "kind": "'pick'", "quantity": "-quantity",
        "order_id": "order_id", "created_at": "least(created_at + interval '3 h', now())",
    }),
    "wasted": insert(StockMovement, "inventory_lot WHERE id %% 3 = 0", {
        "variant_id": "variant_id", "lot_id": "id", "kind": "'waste'", "quantity": "-1 - id %% 5",
        "reason_code": "(ARRAY['damaged', 'thawed', 'expired', 'lost'])[1 + id %% 4]",
        "created_at": "least(created_at + make_interval(days => (id %% 200)::int), now())",
    }),
    "remains": """
        UPDATE inventory_lot l SET remaining = greatest(m.quantity, 0)
        FROM (
            SELECT lot_id, sum(quantity) AS quantity FROM inventory_stockmovement GROUP BY lot_id
        ) m WHERE m.lot_id = l.id""",
    "levels": insert(StockLevel, """(
        SELECT variant_id, sum(remaining) AS units FROM inventory_lot GROUP BY variant_id
    ) l""", {"variant_id": "variant_id", "on_hand": "units"}),
    "visits": insert(FunnelEvent, _VISITS, {
        "day": "(v.at AT TIME ZONE %(zone)s)::date", "visitor": "v.visitor", "door": "v.door",
        "stage": "s.stage", "created_at": "v.at",
    }),
}  # fmt: skip


def fill(size: Size, *, zone: str) -> None:
    """Fill an empty database and bring the planner's statistics up to date."""
    values = {**vars(size), "zone": zone}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT setseed(0.42)")
        for name, statement in _ROWS.items():
            started = time.perf_counter()
            cursor.execute(statement, values)
            print(f"  {cursor.rowcount:>9,} {name} in {time.perf_counter() - started:.1f} s")
    vacuum()


def vacuum() -> None:
    """Tidy up after so many rows, as autovacuum would have done by and by."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")
