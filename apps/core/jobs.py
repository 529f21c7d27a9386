"""Ask for background work by name, once the transaction has committed."""

import logging
import time
from enum import StrEnum

from celery import current_app
from django.db import transaction


class CoreJob(StrEnum):
    """The core's own jobs."""

    TIDY = "core.tidy"


logger = logging.getLogger(__name__)

# After a refused publish the next ones are skipped for so long: the sweeper finds the rows anyway.
_PAUSE_SECONDS = 5.0
_silent_until = 0.0


def enqueue_on_commit(job: StrEnum, **arguments: int | str) -> None:
    """Queue a job once the surrounding transaction has committed.

    Redis may be away: the request neither fails nor waits, and beat's sweep does the work later.
    """
    transaction.on_commit(lambda: _publish(job, arguments), robust=True)


def _publish(job: StrEnum, arguments: dict[str, int | str]) -> None:
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    # A signature obeys CELERY_TASK_ALWAYS_EAGER in tests; send_task does not.
    signature = current_app.signature(job.value, kwargs=arguments)
    try:
        signature.apply_async(retry=False, ignore_result=True)
    except (*current_app.connection_for_write().connection_errors, OSError) as error:
        _silent_until = time.monotonic() + _PAUSE_SECONDS
        logger.warning("The queue is away, left to the sweeper: %s (%s)", job.value, error)
