"""The worker's door to the outbox."""

from celery import shared_task

from apps.core.time import now
from apps.notifications import services
from apps.notifications.jobs import NotificationJob


@shared_task(name=NotificationJob.DELIVER_DUE)
def deliver_due() -> None:
    """Send what is due; called after each commit that queued a message, and by beat's sweep."""
    services.deliver_due(now=now())
