"""The worker's door to the catalogue."""

from celery import shared_task

from apps.catalog import services
from apps.catalog.jobs import CatalogJob
from apps.core.time import now


@shared_task(name=CatalogJob.PUBLISH_DUE_PRICES)
def publish_due_prices() -> None:
    """Write the scheduled prices whose time has come into their rows."""
    services.publish_due_prices(now=now())
