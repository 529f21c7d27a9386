"""The daily sums: made for days that have ended, and made again when something came late."""

import logging
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Max

from apps.analytics.models import DaySales
from apps.analytics.periods import Period, midnight
from apps.analytics.selectors import reading, sources
from apps.core.time import shop_date
from apps.core.transactions import retrying_atomic

logger = logging.getLogger(__name__)

# A transaction that began before midnight may end after it: so many days are always made again.
REPEATED = timedelta(days=2)
# So many days at once, each lot of them in a transaction of its own.
_AT_ONCE = timedelta(days=7)
# Of our own choice; it keeps two beats from making the same days at once.
_LOCK = 7_261_001
_TAKE_TURNS = "SELECT pg_advisory_xact_lock(%s)"

_TABLES = {
    "dayproduct": (sources.PRODUCTS, ("day", "variant_id", "orders", "units", "revenue")),
    "dayoffer": (sources.OFFERS, ("day", "kind", "offer", "orders", "revenue", "discount")),
    "daycustomer": (sources.CUSTOMERS, ("day", "customer_id", "first_on", "previous_on", "orders")),
    "dayfunnel": (
        sources.FUNNEL,
        ("day", "door", "started", "product", "cart", "checkout", "ordered"),
    ),
}

_FIRST_DAY = """
SELECT least(
    (SELECT (min(created_at) AT TIME ZONE %(zone)s::text)::date FROM orders_orderevent),
    (SELECT min(day) FROM analytics_funnelevent)
)
"""
_LATE_DAY = """
SELECT (min(created_at) AT TIME ZONE %(zone)s::text)::date FROM orders_orderevent
WHERE id > %(newest)s AND created_at < %(before)s
"""
# Every day gets a row here, an idle one too: it says that the day is summed up.
_KEEP_SALES = f"""
INSERT INTO analytics_daysales (day, taken, delivered, delivered_total, returned, returned_total,
    lost, units, newest_event)
SELECT d::date, coalesce(taken, 0), coalesce(delivered, 0), coalesce(delivered_total, 0),
    coalesce(returned, 0), coalesce(returned_total, 0), coalesce(lost, 0), coalesce(units, 0),
    %(newest)s
FROM generate_series(%(live)s::timestamp, %(end)s::timestamp - interval '1 day', '1 day') d
LEFT JOIN ({sources.SALES}) s ON s.day = d::date
"""


def sum_up_days(*, now: datetime) -> int:
    """Make the sums of all days that have ended and have none yet, and of those that changed.

    Returns how many days were made. Twice in a row, or half done, does no harm.
    """
    today = shop_date(now)
    _forget_from_late_day(before=today - REPEATED)
    # Read before anything is counted: what comes meanwhile is found to be late the next time.
    newest = _newest_event()
    start = reading.covered_until() or _first_day()
    return _make_all(min(start, today - REPEATED), today, newest=newest) if start else 0


def rebuild_days(*, now: datetime) -> int:
    """Make the sums of every day anew, as after a change of the shop's time zone."""
    _forget_all()
    start, newest = _first_day(), _newest_event()
    return _make_all(start, shop_date(now), newest=newest) if start else 0


def _make_all(start: date, end: date, *, newest: int) -> int:
    """Make the sums from one day until before another, from the oldest on, so that no gap stays."""
    made = 0
    while start < end:
        until = min(start + _AT_ONCE, end)
        made += _make(Period(start, until), newest=newest)
        start = until
    if made > REPEATED.days:
        logger.info("Days summed up", extra={"days": made})
    return made


@retrying_atomic
def _make(asked: Period, *, newest: int) -> int:
    """Replace the sums of some days by what their sources say now; return how many days."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_TURNS, [_LOCK])
        values = {
            "live": asked.start, "live_at": asked.starts_at, "end": asked.end,
            "end_at": asked.ends_at, "newest": newest, **reading.zone_values(),
        }  # fmt: skip
        for table, (source, columns) in _TABLES.items():
            names = ", ".join(columns)
            cursor.execute(_delete(table), values)
            cursor.execute(
                f"INSERT INTO analytics_{table} ({names}) SELECT {names} FROM ({source}) s",
                values,
            )
        cursor.execute(_delete("daysales"), values)
        cursor.execute(_KEEP_SALES, values)
    return asked.days


def _delete(table: str) -> str:
    return f"DELETE FROM analytics_{table} WHERE day >= %(live)s::date AND day < %(end)s::date"


@retrying_atomic
def _forget_all() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_TURNS, [_LOCK])
        for table in ("daysales", *_TABLES):
            cursor.execute(f"DELETE FROM analytics_{table}")


def _first_day() -> date | None:
    """Return the day of the first order or visit of all."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_DAY, reading.zone_values())
        day: date | None = cursor.fetchone()[0]
    return day


def _newest_event() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM orders_orderevent")
        newest: int = cursor.fetchone()[0]
    return newest


def _forget_from_late_day(*, before: date) -> None:
    """Forget the sums from the first day on that got an event after they were made.

    Later days are made again, too: they know on which days their customers ordered before. Until
    then questions count them at once.
    """
    seen = DaySales.objects.aggregate(newest=Max("newest_event"))["newest"]
    if seen is None:
        return
    values = {"newest": seen, "before": midnight(before), **reading.zone_values()}
    with connection.cursor() as cursor:
        cursor.execute(_LATE_DAY, values)
        (late,) = cursor.fetchone()
    if late is not None:
        logger.info("Sums are made again from %s on", late)
        DaySales.objects.filter(day__gte=late).delete()
