"""How daily sums are made from what really happened; each is one statement.

The job writes their rows for days that have ended, questions run them for the days that have not,
and the audit compares the two. All of them take the instants `live_at` (from) and `end_at` (to)
and the shop's `zone`; their columns are those of the table they fill.

What counts, as in a shop's books:

- An order is *taken* when it is placed: cash at the checkout, otherwise when it is paid. Orders
  that nobody paid never were orders.
- It is a *sale* when it is delivered: its total, as packed, belongs to that day.
- What comes back after that is taken off on the day it came back.
- A taken order that is cancelled, or comes back undelivered, is *lost* on that day.

So a day's sums never change once it is over, but for what its last transactions add.
"""


def _steps(since: str = "live_at", until: str = "end_at") -> str:
    """Return the steps of orders between two of the statement's instants: what each one means."""
    return f"""
    SELECT (e.created_at AT TIME ZONE %(zone)s::text)::date AS day, e.order_id,
        CASE WHEN e.to_status IN ('placed', 'delivered') THEN e.to_status
            WHEN e.to_status = 'returned' AND e.from_status = 'delivered' THEN 'returned'
            WHEN e.to_status = 'returned' OR e.from_status <> 'awaiting_payment' THEN 'lost'
        END AS fact
    FROM orders_orderevent e
    WHERE e.created_at >= %({since})s AND e.created_at < %({until})s
        AND e.to_status IN ('placed', 'delivered', 'returned', 'cancelled')
    """


def sales_between(since: str, until: str) -> str:
    """Return the statement of daily sales between two of its instants, by their names."""
    return f"""
    SELECT s.day,
        count(*) FILTER (WHERE fact = 'placed') AS taken,
        count(*) FILTER (WHERE fact = 'delivered') AS delivered,
        coalesce(sum(o.total) FILTER (WHERE fact = 'delivered'), 0) AS delivered_total,
        count(*) FILTER (WHERE fact = 'returned') AS returned,
        coalesce(sum(o.total) FILTER (WHERE fact = 'returned'), 0) AS returned_total,
        count(*) FILTER (WHERE fact = 'lost') AS lost,
        coalesce(sum(CASE fact WHEN 'returned' THEN -l.units ELSE l.units END), 0) AS units
    FROM ({_steps(since, until)}) s
    JOIN orders_order o ON o.id = s.order_id
    LEFT JOIN LATERAL (
        SELECT sum(coalesce(picked_quantity, quantity)) AS units
        FROM orders_orderline WHERE order_id = s.order_id
    ) l ON fact IN ('delivered', 'returned')
    WHERE fact IS NOT NULL
    GROUP BY s.day
    """


SALES = sales_between("live_at", "end_at")

# Of a short line remains what was paid for the units in the box, as the shortage was settled:
# gifts are missing first, the bought units are worth equal parts, the first ones the odd cents.
# Goods by weight cost less where they weighed less.
# So the goods of an order add up to its total less the delivery.
PRODUCTS = f"""
    SELECT s.day, l.variant_id, sum(t.sign) AS orders, sum(t.sign * u.units) AS units,
        (sum(t.sign * (k.kept * (c.cents / c.bought) + least(k.kept, c.cents %% c.bought)
            - l.weighed_off * 100)) / 100.0)::numeric(14, 2) AS revenue
    FROM ({_steps()}) s
    JOIN orders_orderline l ON l.order_id = s.order_id
    CROSS JOIN LATERAL (SELECT coalesce(l.picked_quantity, l.quantity) AS units) u
    CROSS JOIN LATERAL (
        SELECT greatest(l.quantity - l.gift_quantity, 1) AS bought,
            ((l.total - l.discount) * 100)::bigint AS cents
    ) c
    CROSS JOIN LATERAL (SELECT least(u.units, l.quantity - l.gift_quantity) AS kept) k
    CROSS JOIN LATERAL (SELECT CASE fact WHEN 'delivered' THEN 1 ELSE -1 END AS sign) t
    WHERE fact IN ('delivered', 'returned') AND u.units > 0
    GROUP BY s.day, l.variant_id
"""

# An order counts once for every offer that took part in it, and once as one with any or none.
OFFERS = f"""
    SELECT f.day, g.kind, g.offer, sum(f.sign) AS orders, sum(f.sign * f.total) AS revenue,
        sum(f.sign * g.amount) AS discount
    FROM (
        SELECT s.day, s.order_id, o.total, CASE fact WHEN 'delivered' THEN 1 ELSE -1 END AS sign
        FROM ({_steps()}) s
        JOIN orders_order o ON o.id = s.order_id
        WHERE fact IN ('delivered', 'returned')
    ) f
    CROSS JOIN LATERAL (
        SELECT CASE WHEN code_id IS NULL THEN 'promotion' ELSE 'code' END AS kind,
            coalesce(code_id, promotion_id) AS offer, amount
        FROM promotions_redemption WHERE order_id = f.order_id
        UNION ALL
        SELECT CASE WHEN count(*) = 0 THEN 'none' ELSE 'any' END, 0, coalesce(sum(amount), 0)
        FROM promotions_redemption WHERE order_id = f.order_id
    ) g
    GROUP BY f.day, g.kind, g.offer
"""

CUSTOMERS = f"""
    SELECT d.day, d.customer_id, f.first_on, f.previous_on, d.orders
    FROM (
        SELECT s.day, o.customer_id, count(*) AS orders
        FROM ({_steps()}) s
        JOIN orders_order o ON o.id = s.order_id
        WHERE fact = 'placed'
        GROUP BY s.day, o.customer_id
    ) d
    CROSS JOIN LATERAL (
        SELECT min(t.day) AS first_on, max(t.day) FILTER (WHERE t.day < d.day) AS previous_on
        FROM (
            SELECT (e.created_at AT TIME ZONE %(zone)s::text)::date AS day
            FROM orders_order o
            JOIN orders_orderevent e ON e.order_id = o.id AND e.to_status = 'placed'
            WHERE o.customer_id = d.customer_id
        ) t
    ) f
"""

# A visit is a customer's day; over all doors it counts once, as far as it came through any.
FUNNEL = """
    SELECT v.day, v.door, count(*) AS started,
        count(*) FILTER (WHERE furthest >= 2) AS product,
        count(*) FILTER (WHERE furthest >= 3) AS cart,
        count(*) FILTER (WHERE furthest >= 4) AS checkout,
        count(*) FILTER (WHERE furthest >= 5) AS ordered
    FROM (
        SELECT day, visitor, coalesce(door, '') AS door, max(stage) AS furthest
        FROM analytics_funnelevent
        WHERE day >= %(live)s::date AND day < %(end)s::date
        GROUP BY GROUPING SETS ((day, visitor, door), (day, visitor))
    ) v
    GROUP BY v.day, v.door
"""
