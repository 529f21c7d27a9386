"""The worker's door to webhooks."""

from celery import shared_task

from apps.core.time import now
from apps.integrations import services
from apps.integrations.jobs import IntegrationJob


@shared_task(name=IntegrationJob.SEND_WEBHOOKS)
def send_webhooks() -> None:
    """Spread events and send what is due; beat calls it, and whoever asks for a test."""
    services.send_webhooks(now=now())
