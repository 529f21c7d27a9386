"""Which packs sell, and which lie there."""

from datetime import datetime, timedelta

from apps.analytics.dto import IdleRow, IdleStock, ProductRow, Products, percent
from apps.analytics.periods import Period, midnight
from apps.analytics.selectors import sources
from apps.analytics.selectors.naming import pack_name
from apps.analytics.selectors.reading import ask, split_values, zone_values
from apps.core.money import ZERO, rounded
from apps.core.time import shop_date

_SOLD = f"""
WITH sold AS (
    SELECT variant_id, sum(orders) AS orders, sum(units) AS units, sum(revenue) AS revenue
    FROM (
        SELECT variant_id, orders, units, revenue FROM analytics_dayproduct
        WHERE day >= %(start)s::date AND day < %(live)s::date
        UNION ALL
        SELECT variant_id, orders, units, revenue FROM ({sources.PRODUCTS}) live
    ) days
    GROUP BY variant_id
), best AS (
    SELECT *, count(*) OVER () AS packs, sum(units) OVER () AS all_units,
        sum(revenue) OVER () AS all_revenue
    FROM sold ORDER BY revenue DESC, variant_id LIMIT %(limit)s
)
SELECT b.*, v.sku, v.pack_weight_g, p.name_ru, p.name_en
FROM best b
JOIN catalog_variant v ON v.id = b.variant_id
JOIN catalog_product p ON p.id = v.product_id
ORDER BY b.revenue DESC, b.variant_id
"""

# In stock since before `since`, and not one unit picked from then on.
_IDLE = """
WITH idle AS (
    SELECT variant_id, sum(remaining) AS units, coalesce(sum(remaining * cost), 0) AS tied_up
    FROM inventory_lot WHERE remaining > 0 GROUP BY variant_id
    HAVING min(created_at) < %(since)s AND variant_id NOT IN (
        SELECT variant_id FROM inventory_stockmovement
        WHERE kind = 'pick' AND created_at >= %(since)s
    )
), worst AS (
    SELECT *, count(*) OVER () AS packs, sum(tied_up) OVER () AS all_tied_up
    FROM idle ORDER BY tied_up DESC, units DESC, variant_id LIMIT %(limit)s
)
SELECT w.*, v.sku, v.pack_weight_g, p.name_ru, p.name_en,
    (SELECT (m.created_at AT TIME ZONE %(zone)s::text)::date FROM inventory_stockmovement m
        WHERE m.variant_id = w.variant_id AND m.kind = 'pick' ORDER BY m.id DESC LIMIT 1
    ) AS last_sold_on
FROM worst w
JOIN catalog_variant v ON v.id = w.variant_id
JOIN catalog_product p ON p.id = v.product_id
ORDER BY w.tied_up DESC, w.units DESC, w.variant_id
"""


def top_products(*, asked: Period, limit: int | None = None) -> Products:
    """Return the packs that were delivered, those that brought most first.

    Raises:
        QuestionTooHeavy: There is too much to count.
    """
    found = ask(_SOLD, {**split_values(asked), "limit": limit})
    whole = found[0] if found else None
    return Products(
        rows=tuple(
            ProductRow(
                sku=row.sku, name=pack_name(row), orders=row.orders,
                units=int(row.units), revenue=row.revenue,
                share=percent(row.revenue, row.all_revenue),
            )
            for row in found
        ),
        packs=whole.packs if whole else 0,
        units=int(whole.all_units) if whole else 0,
        revenue=whole.all_revenue if whole else ZERO,
    )  # fmt: skip


def idle_stock(*, days: int, now: datetime, limit: int | None = None) -> IdleStock:
    """Return the packs in stock of which not one was picked for so many days and today.

    What came later than that had no time to be sold, and is left out.

    Raises:
        QuestionTooHeavy: There is too much to count.
    """
    since = midnight(shop_date(now) - timedelta(days=days))
    found = ask(_IDLE, {"since": since, "limit": limit, **zone_values()})
    return IdleStock(
        days=days,
        rows=tuple(
            IdleRow(
                sku=row.sku, name=pack_name(row), units=row.units,
                tied_up=rounded(row.tied_up), last_sold_on=row.last_sold_on,
            )
            for row in found
        ),
        packs=found[0].packs if found else 0,
        tied_up=rounded(found[0].all_tied_up) if found else ZERO,
    )  # fmt: skip
