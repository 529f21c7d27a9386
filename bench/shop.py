"""A big shop in seconds: rows by the hundred thousand, each table by one statement.

Triggers and foreign keys sleep meanwhile (`session_replication_role`), so this belongs into a
throw-away database only. The rows are what two years of business would have left, the demand
uneven: a few products sell most. The random numbers are the same every time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import connection, transaction


@dataclass(frozen=True)
class Size:
    """How big the shop is. Each order has three lines; all of it lies within `days` before now."""

    categories: int = 200
    products: int = 10_000
    customers: int = 50_000
    orders: int = 200_000
    picks: int = 260_000
    days: int = 730


_PEOPLE = """
INSERT INTO users_user (id, password, is_superuser, public_id, created_at, updated_at, telegram_id,
    first_name, last_name, phone, email, language, named_self, is_staff, is_active)
SELECT n, '', false, gen_random_uuid(), now(), now(), 9000000000 + n,
    'Anna', 'No ' || n, '', '', 'ru', false, false, true
FROM generate_series(1, %(customers)s) n
"""

_CATEGORIES = """
INSERT INTO catalog_category (id, created_at, updated_at, slug, name_ru, name_en, emoji, position,
    is_active)
SELECT n, now(), now(), 'shelf-' || n, 'Полка ' || n, 'Shelf ' || n, '', n, true
FROM generate_series(1, %(categories)s) n
"""

_PRODUCTS = """
INSERT INTO catalog_product (id, created_at, updated_at, category_id, slug, name_ru, name_en,
    description_ru, description_en, composition_ru, composition_en, brand, allergens, storage_class,
    shelf_life_days, minimum_remaining_days, is_active, search_text)
SELECT n, now(), now(), 1 + n %% %(categories)s, 'product-' || n, 'Пельмени ' || n,
    'Dumplings ' || n, '', '', '', '', '', '{}', 'frozen', 180, 14, true, 'пельмени dumplings ' || n
FROM generate_series(1, %(products)s) n
"""

_VARIANTS = """
INSERT INTO catalog_variant (id, public_id, created_at, updated_at, product_id, sku, barcode,
    sold_by, pack_weight_g, box_volume_ml, regular_price, price, availability, max_per_order,
    position, is_active)
SELECT n, gen_random_uuid(), now(), now(), n, 'SKU-' || n, '', 'unit', 800, 1500,
    100 + n %% 900, 100 + n %% 900, 'in_stock', 20, 0, true
FROM generate_series(1, %(products)s) n
"""

_LOTS = """
INSERT INTO inventory_lot (id, created_at, updated_at, variant_id, code, supplier, made_on,
    expires_on, sell_by, received, remaining, is_blocked, cost, status)
SELECT n, came, came, 1 + n %% %(products)s, 'LOT-' || n, '', came::date - 10, came::date + 400,
    came::date + 370, 1000, 0, false, round((60 + n %% 500)::numeric * 0.97, 2), 'ok'
FROM generate_series(0, 3 * %(products)s - 1) n,
    LATERAL (SELECT now() - make_interval(days => %(days)s)
        + make_interval(days => (n / %(products)s) * %(days)s / 3)) AS t (came)
"""

# The number of an order gives its moment, so that ids and time rise together as in life.
_ORDERS = """
INSERT INTO orders_order (id, public_id, created_at, updated_at, number, customer_id, status,
    method, source, payment, contact_name, contact_phone, address, address_details, comment,
    slot_id, pickup_code, volume_ml, items_total, delivery_fee, total, attention, key)
SELECT n, gen_random_uuid(), placed, placed, 'B-' || n,
    1 + floor(%(customers)s * power(random(), 2))::int,
    CASE WHEN n %% 16 = 0 THEN 'cancelled' WHEN n %% 97 = 0 THEN 'returned' ELSE 'delivered' END,
    'delivery', (ARRAY['bot', 'webapp', 'api'])[1 + n %% 3], 'cash', 'Anna', '+79160000000',
    'Moscow', '', '', 1, '', 4500, 0, 199, 199, '', 'bench-' || n
FROM generate_series(1, %(orders)s) n,
    LATERAL (SELECT now() - make_interval(days => %(days)s)
        + make_interval(secs => %(days)s * 86400.0 * n / %(orders)s)) AS t (placed)
"""

_LINES = """
INSERT INTO orders_orderline (order_id, variant_id, sku, name_ru, name_en, pack_weight_g,
    unit_price, regular_price, quantity, picked_quantity, total)
SELECT o.id, v.id, v.sku, p.name_ru, p.name_en, v.pack_weight_g,
    v.price, v.regular_price, q.quantity, q.quantity, v.price * q.quantity
FROM orders_order o
CROSS JOIN generate_series(1, 3) k
CROSS JOIN LATERAL (
    SELECT 1 + floor(%(products)s * power(random(), 4))::int AS variant_id,
        1 + (o.id + k) %% 3 AS quantity
) q
JOIN catalog_variant v ON v.id = q.variant_id
JOIN catalog_product p ON p.id = v.product_id
ON CONFLICT DO NOTHING
"""

_TOTALS = """
UPDATE orders_order o SET items_total = l.total, total = l.total + o.delivery_fee
FROM (SELECT order_id, sum(total) AS total FROM orders_orderline GROUP BY order_id) l
WHERE l.order_id = o.id
"""

_EVENTS = """
INSERT INTO orders_orderevent (order_id, from_status, to_status, actor_kind, reason, created_at)
SELECT id, from_status, to_status, 'system', '', least(placed + wait, now())
FROM (
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
) step
ORDER BY placed + wait
"""

_ADJUSTMENTS = """
INSERT INTO orders_orderadjustment (order_id, kind, amount, explanation, created_at)
SELECT id, 'delivery', delivery_fee, '{}', created_at FROM orders_order
"""

_RECEIVED = """
INSERT INTO inventory_stockmovement (variant_id, lot_id, kind, quantity, blocked, reason,
    created_at)
SELECT variant_id, id, 'receive', received, 0, '', created_at FROM inventory_lot
"""

# As many lines as there is room for leave from lots that the shop had by then.
_PICKED = """
INSERT INTO inventory_stockmovement (variant_id, lot_id, kind, quantity, blocked, order_id, reason,
    created_at)
SELECT l.variant_id, lot.id, 'pick', -l.quantity, 0, l.order_id, '',
    o.created_at + interval '3 h'
FROM orders_orderline l
JOIN orders_order o ON o.id = l.order_id AND o.status <> 'cancelled'
JOIN inventory_lot lot ON lot.id = l.variant_id - 1 + %(products)s * (
    floor(extract(epoch FROM o.created_at - now() + make_interval(days => %(days)s))
        * 3 / (86400 * %(days)s)))::int
ORDER BY o.created_at DESC LIMIT %(picks)s
"""

_WASTED = """
INSERT INTO inventory_stockmovement (variant_id, lot_id, kind, quantity, blocked, reason,
    created_at)
SELECT variant_id, id, 'waste', -1 - id %% 5, 0,
    (ARRAY['torn', 'thawed', 'past its date', 'lost'])[1 + id %% 4],
    least(created_at + make_interval(days => (id %% 200)::int), now())
FROM inventory_lot WHERE id %% 3 = 0
"""

_REMAINS = """
UPDATE inventory_lot l SET remaining = greatest(m.quantity, 0)
FROM (SELECT lot_id, sum(quantity) AS quantity FROM inventory_stockmovement GROUP BY lot_id) m
WHERE m.lot_id = l.id
"""

_LEVELS = """
INSERT INTO inventory_stocklevel (variant_id, on_hand, blocked, reserved, low_threshold)
SELECT variant_id, sum(remaining), 0, 0, 10 FROM inventory_lot GROUP BY variant_id
"""

# Each order was a visit that went all the way; as many visits ended sooner.
_FUNNEL = """
INSERT INTO analytics_funnelevent (day, visitor, door, stage, created_at)
SELECT (v.at AT TIME ZONE %(zone)s)::date, v.visitor, v.door, s.stage, v.at
FROM (
    SELECT created_at AS at, customer_id AS visitor, source AS door, 5 AS furthest
    FROM orders_order
    UNION ALL
    SELECT created_at, 1 + id %% %(customers)s, source, 1 + id %% 4 FROM orders_order
) v
JOIN generate_series(1, 5) AS s (stage) ON s.stage <= v.furthest
ON CONFLICT DO NOTHING
"""

_STATEMENTS = {
    "customers": _PEOPLE, "categories": _CATEGORIES, "products": _PRODUCTS, "variants": _VARIANTS,
    "lots": _LOTS, "orders": _ORDERS, "lines": _LINES, "totals": _TOTALS, "events": _EVENTS,
    "adjustments": _ADJUSTMENTS, "received": _RECEIVED, "picked": _PICKED, "wasted": _WASTED,
    "remains": _REMAINS, "levels": _LEVELS, "visits": _FUNNEL,
}  # fmt: skip


def fill(size: Size, *, zone: str) -> None:
    """Fill an empty database and bring the planner's statistics up to date."""
    values = {**vars(size), "zone": zone}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT setseed(0.42)")
        for name, statement in _STATEMENTS.items():
            started = time.perf_counter()
            cursor.execute(statement, values)
            print(f"  {cursor.rowcount:>9,} {name} in {time.perf_counter() - started:.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")
