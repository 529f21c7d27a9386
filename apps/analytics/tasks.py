"""The worker's door to analytics."""

from celery import shared_task

from apps.analytics import services
from apps.analytics.jobs import AnalyticsJob
from apps.core.time import now


@shared_task(name=AnalyticsJob.SUM_UP_DAYS)
def sum_up_days() -> None:
    """Keep the sums of days that have ended; beat calls it every quarter of an hour."""
    services.sum_up_days(now=now())


@shared_task(name=AnalyticsJob.COUNT_TASTES)
def count_tastes() -> None:
    """Count what is popular and what goes well with what; beat calls it every night."""
    services.count_tastes(now=now())
