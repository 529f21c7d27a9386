"""What each update took and how it ended: one line in the log, and figures for /metrics.

The line names the update and a mark of the chat, never a text. The figures are summed up here and
added in Redis every few seconds, so that /metrics of any web process tells of all bot processes.
"""

import asyncio
import hashlib
import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.conf import settings
from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from redis import Redis
from redis.exceptions import RedisError

from apps.core.redis import CONNECTION_OPTIONS
from bot.naming import chat_of, name_of

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 3.0
EDGES = (0.05, 0.1, 0.15, 0.25, 0.5, 0.8, 1.5, 3.0, 10.0)
_KEY = "frozenfood:bot:figures"
_ending: ContextVar[list[str] | None] = ContextVar("ending", default=None)
_figures: Counter[str] = Counter()


def note_ending(word: str) -> None:
    """Say how the update that is being handled ends: refused, silenced, failed."""
    noted = _ending.get()
    if noted is not None:
        noted.append(word)


@contextmanager
def watching(update: dict[str, Any]) -> Iterator[None]:
    """Measure the handling of an update, and write it down."""
    noted: list[str] = []
    token = _ending.set(noted)
    started = time.perf_counter()
    try:
        yield
    except BaseException:
        noted.append("failed")
        raise
    finally:
        _ending.reset(token)
        _write_down(update, time.perf_counter() - started, noted[0] if noted else "done")


def _write_down(update: dict[str, Any], seconds: float, ending: str) -> None:
    name = name_of(update)
    logger.info("%s in chat %s: %s in %.0f ms", name, _mark(chat_of(update)), ending,
                seconds * 1000)  # fmt: skip
    _figures[f"count|{name}|{ending}"] += 1
    # Whole microseconds: Redis then adds them up without rounding.
    _figures[f"sum|{name}"] += round(seconds * 1_000_000)
    for edge in EDGES:
        if seconds <= edge:
            _figures[f"le|{name}|{edge:g}"] += 1


def _mark(chat_id: int) -> str:
    """Return what stands for a chat in the log: the same each time, and nobody's number."""
    key = settings.SECRET_KEY.encode()[:64]
    return hashlib.blake2b(str(chat_id).encode(), key=key, digest_size=5).hexdigest()


async def flush_for_ever() -> None:
    """Hand the figures over every few seconds, and once more at the end."""
    try:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await asyncio.to_thread(flush)
    finally:
        flush()


def flush() -> None:
    """Add what was summed up since to what Redis holds; it stays here while Redis is away."""
    taken = dict(_figures)
    if not taken:
        return
    try:
        pipe = _redis().pipeline()
        for field, amount in taken.items():
            pipe.hincrby(_KEY, field, amount)
        pipe.execute()
    except (RedisError, OSError):
        return
    _figures.subtract(taken)
    for field in [field for field, amount in _figures.items() if not amount]:
        del _figures[field]


@cache
def _redis() -> "Redis[str]":
    return Redis.from_url(settings.REDIS_URL, decode_responses=True, **CONNECTION_OPTIONS)


class BotFigures(Collector):
    """The bot's share of /metrics, read from Redis at each scrape; none while Redis is away."""

    def describe(self) -> list[Any]:
        """Nothing is read before the first scrape."""
        return []

    def collect(self) -> Iterator[Any]:
        """Yield how many updates there were, how they ended, and how long they took."""
        try:
            kept: Any = _redis().hgetall(_KEY)
        except (RedisError, OSError):
            return
        figures = {tuple(field.split("|")): int(amount) for field, amount in kept.items()}
        updates = CounterMetricFamily(
            "bot_updates", "Updates by handler and ending.", labels=("handler", "ending")
        )
        seconds = HistogramMetricFamily(
            "bot_update_seconds", "What handling an update took.", labels=("handler",)
        )
        totals: Counter[str] = Counter()
        for (kind, *labels), amount in sorted(figures.items()):
            if kind == "count":
                updates.add_metric(labels, amount)
                totals[labels[0]] += amount
        for name, total in sorted(totals.items()):
            buckets = [(f"{e:g}", figures.get(("le", name, f"{e:g}"), 0)) for e in EDGES]
            whole = figures.get(("sum", name), 0) / 1_000_000
            seconds.add_metric([name], [*buckets, ("+Inf", total)], sum_value=whole)
        yield updates
        yield seconds
