"""The worker's door to delivery."""

from celery import shared_task

from apps.core.time import now
from apps.delivery import services
from apps.delivery.jobs import DeliveryJob


@shared_task(name=DeliveryJob.GENERATE_SLOTS)
def generate_slots() -> None:
    """Open the windows of the coming days; beat calls it every hour."""
    services.generate_slots(now=now())
