"""The core's background door."""

from celery import shared_task

from apps.core.housekeeping import tidy
from apps.core.jobs import CoreJob
from apps.core.time import now


@shared_task(name=CoreJob.TIDY)
def tidy_up() -> None:
    """Delete what nobody needs any more."""
    tidy(now=now())
