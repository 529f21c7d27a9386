"""How quickly goods turn into sales, and what is thrown away.

Turnover is the cost of sales divided by the average stock at cost, and days in stock its inverse
times the days of the period: the textbook ratios of inventory ("inventory turnover", "days sales of
inventory"). The cost of sales is what the lots' units cost that were picked, less those put back;
the average stock is the mean over time of remaining units times their lot's cost. The ledger of
movements gives it going backwards from what is there now: each movement counts for the part of the
period that it came before.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from apps.analytics.dto import Stock, StockRow, Waste, WasteRow, percent
from apps.analytics.periods import Period
from apps.analytics.selectors.naming import pack_name
from apps.analytics.selectors.reading import ask
from apps.core.money import ZERO, rounded

_DAY_SECONDS = 86_400

# `weighted` is in unit-seconds: whole seconds, so that it stays exact.
_STOCK = """
WITH moved AS (
    SELECT lot_id,
        coalesce(sum(quantity) FILTER (WHERE created_at >= %(until)s), 0) AS later,
        coalesce(sum(quantity * date_part('epoch', created_at - %(from)s)::bigint)
            FILTER (WHERE created_at < %(until)s), 0) AS weighted,
        -coalesce(sum(quantity)
            FILTER (WHERE created_at < %(until)s AND kind IN ('pick', 'return')), 0) AS sold
    FROM inventory_stockmovement WHERE created_at >= %(from)s GROUP BY lot_id
), pack AS (
    SELECT l.variant_id,
        sum(l.remaining) FILTER (WHERE l.cost IS NULL) AS uncosted,
        coalesce(sum(m.sold), 0) AS sold,
        coalesce(sum(m.sold * l.cost), 0) AS cost_of_sales,
        coalesce(sum((l.remaining - coalesce(m.later, 0)) * l.cost), 0) AS value,
        coalesce(sum((l.remaining - coalesce(m.later, 0)) * l.cost), 0)
            - coalesce(sum(m.weighted * l.cost), 0) / %(seconds)s AS average_value
    FROM inventory_lot l LEFT JOIN moved m ON m.lot_id = l.id
    WHERE l.remaining > 0 OR m.lot_id IS NOT NULL
    GROUP BY l.variant_id
), counted AS (
    SELECT p.*, coalesce(s.on_hand, 0) AS on_hand, coalesce(s.on_hand - s.blocked, 0) AS sellable
    FROM pack p LEFT JOIN inventory_stocklevel s ON s.variant_id = p.variant_id
), whole AS (
    SELECT count(*) AS packs, sum(on_hand) AS all_on_hand, sum(sellable) AS all_sellable,
        sum(sold) AS all_sold, sum(cost_of_sales) AS all_cost_of_sales, sum(value) AS all_value,
        sum(average_value) AS all_average_value, sum(uncosted) AS all_uncosted
    FROM counted
), most AS (
    SELECT * FROM counted ORDER BY value DESC, cost_of_sales DESC, variant_id LIMIT %(limit)s
)
SELECT c.*, whole.*, v.sku, v.pack_weight_g, p.name_ru, p.name_en
FROM most c
CROSS JOIN whole
JOIN catalog_variant v ON v.id = c.variant_id
JOIN catalog_product p ON p.id = v.product_id
ORDER BY c.value DESC, c.cost_of_sales DESC, c.variant_id
"""

# By lot first: it has fewer rows to price. What left for customers is the row without a reason.
_WASTE = """
SELECT m.reason, -sum(m.units) AS units, coalesce(-sum(m.units * l.cost), 0) AS cost
FROM (
    SELECT lot_id, CASE kind WHEN 'waste' THEN reason_code END AS reason, sum(quantity) AS units
    FROM inventory_stockmovement
    WHERE created_at >= %(from)s AND created_at < %(until)s AND kind IN ('waste', 'pick', 'return')
    GROUP BY lot_id, 2
) m
JOIN inventory_lot l ON l.id = m.lot_id
GROUP BY m.reason ORDER BY cost DESC, units DESC, reason
"""


def stock_turnover(*, asked: Period, now: datetime, limit: int | None = None) -> Stock:
    """Return how the stock of each pack turned over in a period, as far as it has passed.

    Raises:
        QuestionTooHeavy: There is too much to count.
    """
    until = min(asked.ends_at, now)
    seconds = max(int((until - asked.starts_at).total_seconds()), 1)
    values = {"from": asked.starts_at, "until": until, "seconds": seconds, "limit": limit}
    found = ask(_STOCK, values)
    days = Decimal(seconds) / _DAY_SECONDS
    if not found:
        return Stock(rows=(), total=_row(None, days, "", "", ""), packs=0)
    return Stock(
        rows=tuple(_row(row, days, row.sku, pack_name(row), "") for row in found),
        total=_row(found[0], days, "", "", "all_"),
        packs=found[0].packs,
    )


def waste(*, asked: Period) -> Waste:
    """Return what was written off in a period, by reason, beside what was sold.

    Raises:
        QuestionTooHeavy: There is too much to count.
    """
    values = {"from": asked.starts_at, "until": asked.ends_at}
    found = ask(_WASTE, values)
    wasted = [row for row in found if row.reason is not None]
    cost = sum((row.cost for row in wasted), ZERO)
    sold = sum((row.cost for row in found if row.reason is None), ZERO)
    return Waste(
        rows=tuple(
            WasteRow(row.reason, int(row.units), rounded(row.cost), percent(row.cost, cost))
            for row in wasted
        ),
        units=sum(int(row.units) for row in wasted),
        cost=rounded(cost),
        cost_of_sales=rounded(sold),
    )


def _row(found: Any, days: Decimal, sku: str, name: str, prefix: str) -> StockRow:
    """Return a pack's row, or with the prefix that of all packs; nothing found is all zero."""

    def number(column: str) -> Any:
        return getattr(found, prefix + column, 0) or 0

    return StockRow(
        sku=sku, name=name, days=days,
        on_hand=int(number("on_hand")), sellable=int(number("sellable")),
        sold=int(number("sold")), uncosted=int(number("uncosted")),
        cost_of_sales=rounded(Decimal(number("cost_of_sales"))),
        average_value=rounded(Decimal(number("average_value"))),
        value=rounded(Decimal(number("value"))),
    )  # fmt: skip
