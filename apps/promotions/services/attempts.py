"""The guard against guessing codes: PostgreSQL counts, whatever happens to Redis."""

from datetime import datetime, timedelta

from django.db import connection

from apps.core.transactions import retrying_atomic
from apps.promotions.errors import TooManyPromoCodes
from apps.promotions.models import CodeAttempt

MOST_MISSES = 10
WINDOW = timedelta(minutes=10)


@retrying_atomic
def begin_attempt(*, customer_id: int, now: datetime) -> int:
    """Count a code that is about to be looked up, and return the attempt's id.

    Counted before the code is looked at, so that guesses sent at once count too; whoever knew the
    code gives the attempt back by `forget_attempt`.

    Raises:
        TooManyPromoCodes: So many were wrong in the last ten minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('promotions.attempts', %s))",
            [customer_id],
        )
    recent = CodeAttempt.objects.filter(customer_id=customer_id, created_at__gt=now - WINDOW)
    times = list(recent.order_by("-created_at").values_list("created_at", flat=True)[:MOST_MISSES])
    if len(times) >= MOST_MISSES:
        free_at = times[-1] + WINDOW
        raise TooManyPromoCodes(retry_after=max(1, int((free_at - now).total_seconds()) + 1))
    return CodeAttempt.objects.create(customer_id=customer_id, created_at=now).pk


@retrying_atomic
def forget_attempt(*, attempt_id: int) -> None:
    """Take an attempt back: the code exists."""
    CodeAttempt.objects.filter(pk=attempt_id).delete()


def forget_old_attempts(now: datetime) -> int:
    """Delete attempts that no longer count."""
    return CodeAttempt.objects.filter(created_at__lte=now - WINDOW).delete()[0]
