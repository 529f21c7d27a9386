"""Run a question: plain reads that hold nobody up, and that end themselves when they take long."""

from collections import namedtuple
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction

from apps.analytics.errors import QuestionTooHeavy
from apps.analytics.periods import Period, midnight
from apps.core.transactions import sqlstate

_SECONDS = 4
_CANCELLED = "57014"


def ask(sql: str, values: Mapping[str, Any], *, is_light: bool = False) -> list[Any]:
    """Return the rows of one statement, each a tuple with the names of its columns.

    A light one reads a few hundred rows: the connection's own time limit will do.

    Raises:
        QuestionTooHeavy: It took longer than a question may.
    """
    with nullcontext() if is_light else _limited(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = _row_type(tuple(column.name for column in cursor.description or ()))
        return [row(*found) for found in cursor.fetchall()]


def zone_values() -> dict[str, Any]:
    """Return what every statement needs that puts moments into days."""
    return {"zone": settings.SHOP_TIME_ZONE}


def split_values(asked: Period) -> dict[str, Any]:
    """Return the values of a question over daily sums, and over what has none yet.

    Days that have ended are summed up by a job; from `live` on, which is today unless the job is
    late, everything is counted when it is asked for.
    """
    live = min(max(covered_until() or asked.start, asked.start), asked.end)
    return {
        "start": asked.start,
        "live": live,
        "end": asked.end,
        "live_at": midnight(live),
        "end_at": asked.ends_at,
        **zone_values(),
    }


def covered_until() -> date | None:
    """Return the first day whose sums are not kept yet; days before it without a row had none."""
    (found,) = ask("SELECT max(day) + 1 AS day FROM analytics_daysales", {}, is_light=True)
    day: date | None = found.day
    return day


@contextmanager
def _limited() -> Iterator[None]:
    """Give a statement its own time limit, and memory enough to sort half a million rows."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('statement_timeout', %s, true),"
                    " set_config('work_mem', '32MB', true)",
                    [f"{_SECONDS}s"],
                )
            yield
    except OperationalError as error:
        if sqlstate(error) == _CANCELLED:
            raise QuestionTooHeavy from error
        raise


@lru_cache
def _row_type(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)
