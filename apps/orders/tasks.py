"""Background work on orders."""

from celery import shared_task

from apps.core.time import now
from apps.orders import services
from apps.orders.jobs import OrderJob


@shared_task(name=OrderJob.EXPIRE_HOLDS)
def expire_holds() -> int:
    """Let go of orders whose payment did not come in time."""
    return services.expire_holds(now=now())
