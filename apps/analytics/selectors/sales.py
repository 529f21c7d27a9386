"""How much was sold, and how that compares."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from apps.analytics.dto import Sales, SalesRow, Step
from apps.analytics.periods import Period, bucket_of, midnight
from apps.analytics.selectors import sources
from apps.analytics.selectors.reading import ask, split_values, zone_values
from apps.core.time import shop_zone

_DAYS = f"""
SELECT day, taken, delivered, delivered_total, returned, returned_total, lost, units
FROM analytics_daysales WHERE day >= %(start)s::date AND day < %(live)s::date
UNION ALL
{sources.SALES}
"""
_SO_FAR = f"""
{sources.sales_between("today_at", "now_at")}
UNION ALL
{sources.sales_between("then_at", "then_now_at")}
"""
_BY_HOUR = """
SELECT extract(hour FROM e.created_at AT TIME ZONE %(zone)s::text)::int AS hour,
    sum(o.total) AS total
FROM orders_orderevent e
JOIN orders_order o ON o.id = e.order_id
WHERE e.created_at >= %(today_at)s AND e.created_at < %(now_at)s AND e.to_status = 'placed'
GROUP BY hour
"""


def sales(*, asked: Period, step: Step) -> Sales:
    """Return the sales of a period step by step, and of the period before as a whole.

    Raises:
        QuestionTooHeavy: There is too much to count.
    """
    days = ask(_DAYS, split_values(Period(asked.before.start, asked.end)))
    rows = {day: SalesRow(day) for day in asked.buckets(step)}
    total, previous = SalesRow(asked.start), SalesRow(asked.before.start)
    for day in days:
        if day.day < asked.start:
            previous = _with(previous, day)
            continue
        bucket = bucket_of(day.day, step)
        rows[bucket] = _with(rows[bucket], day)
        total = _with(total, day)
    return Sales(rows=tuple(rows.values()), total=total, previous=previous)


def sales_so_far(*, now: datetime) -> tuple[SalesRow, SalesRow]:
    """Return today's sales, and those of this weekday a week ago up to the same hour.

    One statement, over what happened in those hours only: the admin's first page asks it.
    """
    here = now.astimezone(shop_zone())
    # On the wall clock, whatever the clocks did meanwhile.
    then = here - timedelta(days=7)
    values = {
        "today_at": midnight(here.date()), "now_at": now,
        "then_at": midnight(then.date()), "then_now_at": then, **zone_values(),
    }  # fmt: skip
    found = {row.day: row for row in ask(_SO_FAR, values, is_light=True)}
    today, before = (
        _with(SalesRow(day), found[day]) if day in found else SalesRow(day)
        for day in (here.date(), then.date())
    )
    return today, before


def taken_by_hour(*, now: datetime) -> dict[int, Decimal]:
    """Return what the orders taken today are worth, by the hour of the shop's clock."""
    here = now.astimezone(shop_zone())
    values = {"today_at": midnight(here.date()), "now_at": now, **zone_values()}
    return {row.hour: row.total for row in ask(_BY_HOUR, values, is_light=True)}


def _with(row: SalesRow, day: Any) -> SalesRow:
    """Return a row with a day's sales added."""
    names = ("taken", "delivered", "delivered_total", "returned", "returned_total", "lost", "units")
    return replace(row, **{name: getattr(row, name) + getattr(day, name) for name in names})
