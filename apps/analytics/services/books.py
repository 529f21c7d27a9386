"""The audit of the daily sums: what is kept against what the sources say."""

from datetime import date, timedelta

from django.db import connection

from apps.analytics.models import DaySales
from apps.analytics.periods import Period
from apps.analytics.selectors import reading, sources
from apps.analytics.services.days import REPEATED
from apps.core.books import Discrepancy

# Per table: what is added up by day, and the source of the same columns.
_COMPARED = {
    "daysales": (
        ("taken", "delivered", "delivered_total", "returned", "returned_total", "lost", "units"),
        sources.SALES,
    ),
    "dayproduct": (("orders", "units", "revenue"), sources.PRODUCTS),
    "dayoffer": (("orders", "revenue", "discount"), sources.OFFERS),
    "daycustomer": (("orders", "day - first_on", "day - previous_on"), sources.CUSTOMERS),
    "dayfunnel": (("started", "product", "cart", "checkout", "ordered"), sources.FUNNEL),
}
_AT_ONCE = timedelta(days=31)


def check_books() -> list[Discrepancy]:
    """Compare the kept sums with their sources, but for the last days, which are made again anyway.

    A month at a time, so that no statement runs long.
    """
    covered = reading.covered_until()
    if covered is None:
        return []
    day = DaySales.objects.order_by("day").values_list("day", flat=True)[0]
    end = covered - REPEATED
    wrong: list[Discrepancy] = []
    while day < end:
        until = min(day + _AT_ONCE, end)
        for table in _COMPARED:
            wrong += _compare(table, Period(day, until))
        day = until
    return wrong


def _compare(table: str, asked: Period) -> list[Discrepancy]:
    summed, source = _COMPARED[table]
    sums = ", ".join(f"coalesce(sum({what}), 0) AS s{place}" for place, what in enumerate(summed))
    days = "day >= %(live)s::date AND day < %(end)s::date"
    kept = f"SELECT day, {sums} FROM analytics_{table} WHERE {days} GROUP BY day"
    real = f"SELECT day, {sums} FROM ({source}) s GROUP BY day"
    pairs = ", ".join(f"coalesce(k.s{n}, 0), coalesce(r.s{n}, 0)" for n in range(len(summed)))
    values = {
        "live": asked.start, "live_at": asked.starts_at, "end": asked.end,
        "end_at": asked.ends_at, **reading.zone_values(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT day, {pairs} FROM ({kept}) k FULL JOIN ({real}) r USING (day) ORDER BY day",
            values,
        )
        rows = cursor.fetchall()
    return [
        Discrepancy(_subject(row[0]), f"{table}: {what}", expected=str(expected), found=str(found))
        for row in rows
        for what, found, expected in zip(summed, row[1::2], row[2::2], strict=True)
        if found != expected
    ]


def _subject(day: date) -> str:
    return f"sums of {day.isoformat()}"
