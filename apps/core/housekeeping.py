"""Sweep out what has had its day: each app enters its own broom."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from apps.core.models import IdempotencyRecord
from apps.core.transactions import retrying_atomic

logger = logging.getLogger(__name__)

# Longer than any client or provider repeats a request.
_IDEMPOTENCY_KEPT = timedelta(days=7)

_brooms: dict[str, Callable[[datetime], int]] = {}


def register(name: str, broom: Callable[[datetime], int]) -> None:
    """Enter a broom (in `AppConfig.ready`): it deletes by `now` and returns how many rows went."""
    _brooms[name] = broom


def tidy(*, now: datetime) -> dict[str, int]:
    """Run every broom, each in its own transaction; return how many rows each one removed."""
    removed = {name: retrying_atomic(_brooms[name])(now) for name in sorted(_brooms)}
    if any(removed.values()):
        logger.info("Tidied up: %s", removed)
    return removed


def forget_answers(now: datetime) -> int:
    """Delete the answers of idempotent requests that nobody will repeat."""
    old = IdempotencyRecord.objects.filter(created_at__lt=now - _IDEMPOTENCY_KEPT)
    return old.delete()[0]
