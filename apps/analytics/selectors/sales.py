"""How much was sold, and how that compares."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from apps.analytics.dto import Sales, SalesRow, Step
from apps.analytics.periods import Period, bucket_of
from apps.analytics.selectors import sources
from apps.analytics.selectors.reading import ask, split_values

_DAYS = f"""
SELECT day, taken, delivered, delivered_total, returned, returned_total, lost, units
FROM analytics_daysales WHERE day >= %(start)s::date AND day < %(live)s::date
UNION ALL
{sources.SALES}
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


def sales_of_days(*, days: Iterable[date]) -> list[SalesRow]:
    """Return the sales of single days, in the order asked for."""
    found = []
    for day in days:
        row = SalesRow(day)
        for more in ask(_DAYS, split_values(Period(day, day + timedelta(days=1)))):
            row = _with(row, more)
        found.append(row)
    return found


def _with(row: SalesRow, day: Any) -> SalesRow:
    """Return a row with a day's sales added."""
    names = ("taken", "delivered", "delivered_total", "returned", "returned_total", "lost", "units")
    return replace(row, **{name: getattr(row, name) + getattr(day, name) for name in names})
