"""Every question of analytics over a big shop, and whether questions hold up those who write."""

from __future__ import annotations

import threading
import time
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from apps.analytics import services
from apps.analytics.admin.charts import chart_of
from apps.analytics.dto import Question, Step
from apps.analytics.periods import last_days
from apps.analytics.questions import Asked, answer
from apps.analytics.selectors import sales_so_far
from apps.core.time import now
from bench.figures import Measured, measure, report
from bench.shop import Size, fill, vacuum

LIMIT = 300.0
# The admin's first page asks it each time.
_LIGHT = 50.0
_SPANS = {"today": 1, "30 days": 30, "a year": 365, "two years": 730}
_ROWS = 50


def run() -> int:
    """Fill the shop, sum its days up, time the questions."""
    size = Size()
    print(f"A shop with {size.orders:,} orders and {size.products:,} products")
    fill(size, zone=settings.SHOP_TIME_ZONE)
    _sum_up()
    moment = now()
    results = [
        measure("sales of today, first page", lambda: sales_so_far(now=moment), limit=_LIGHT)
    ]
    results += [
        _timed(question, span, days, moment)
        for span, days in _SPANS.items()
        for question in Question
    ]
    missed = report("Questions", results)
    return max(missed, report("Writers beside questions", [_writers(moment)]))


def _sum_up() -> None:
    """Sum the days up, which is part of what is measured: the job has to keep pace."""
    started = time.perf_counter()
    days = services.sum_up_days(now=now())
    first, started = time.perf_counter() - started, time.perf_counter()
    services.sum_up_days(now=now())
    again = time.perf_counter() - started
    print(f"  {days:>9,} days summed up in {first:.1f} s, the last two again in {again:.2f} s")
    vacuum()


def _timed(question: Question, span: str, days: int, moment: datetime) -> Measured:
    step = Step.DAY if days <= 31 else Step.MONTH
    asked = Asked(period=last_days(days, now=moment), now=moment, step=step, limit=_ROWS)

    def ask() -> None:
        chart_of(question, answer(question, asked), step=step)

    return measure(f"{question.value}, {span}", ask, limit=LIMIT)


def _writers(moment: datetime) -> Measured:
    """Time one small write while every question is asked over and over."""
    stop = threading.Event()

    def keep_asking() -> None:
        asked = Asked(period=last_days(730, now=moment), now=moment, step=Step.MONTH)
        try:
            while not stop.is_set():
                for question in Question:
                    answer(question, asked)
        finally:
            connection.close()

    reader = threading.Thread(target=keep_asking)
    reader.start()
    try:
        return measure("an order's change beside them", _write, limit=LIMIT, runs=50)
    finally:
        stop.set()
        reader.join()


def _write() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # What would wait for a lock of a reader's, if there were one, fails at once.
        cursor.execute("SET LOCAL lock_timeout = '100ms'")
        cursor.execute("UPDATE orders_order SET attention = 'x' WHERE id = 4711")
        cursor.execute(
            "INSERT INTO orders_orderevent"
            " (order_id, from_status, to_status, actor_kind, reason, created_at)"
            " VALUES (4711, 'placed', 'confirmed', 'system', '', now())"
        )
