"""The background work of promotions: each task is the door to one service."""

from celery import shared_task

from apps.core.time import now
from apps.promotions import services
from apps.promotions.jobs import PromotionJob


@shared_task(name=PromotionJob.PUBLISH_BUDGETS)
def publish_budgets() -> None:
    """Publish the prices of promotions that have a budget."""
    services.publish_budgets(now=now())
