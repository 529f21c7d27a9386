"""Ask for background work by name, once the transaction has committed."""

import logging
from enum import StrEnum

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError as QueueAway
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from apps.core.redis import breaker


class CoreJob(StrEnum):
    """The core's own jobs."""

    TIDY = "core.tidy"


logger = logging.getLogger(__name__)


def enqueue_on_commit(job: StrEnum, **arguments: int | str) -> None:
    """Queue a job once the surrounding transaction has committed.

    Redis may be away: the request neither fails nor waits, and beat's sweep does the work later.
    """
    transaction.on_commit(lambda: _publish(job, arguments), robust=True)


def _publish(job: StrEnum, arguments: dict[str, int | str]) -> None:
    # A signature obeys CELERY_TASK_ALWAYS_EAGER in tests; send_task does not.
    signature = current_app.signature(job.value, kwargs=arguments)
    try:
        # The queue is the Redis that the limits and the cache ask: one silence is enough for all.
        with breaker.attempt():
            try:
                signature.apply_async(retry=False, ignore_result=True)
            except QueueAway as error:
                raise RedisConnectionError(str(error)) from error
    except (RedisError, OSError) as error:
        logger.warning("The queue is away, left to the sweeper: %s (%s)", job.value, error)
