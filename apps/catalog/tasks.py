"""The worker's door to the catalogue."""

from celery import shared_task

from apps.catalog import services
from apps.catalog.jobs import CatalogJob
from apps.catalog.services import exchange
from apps.core.time import now


@shared_task(name=CatalogJob.PUBLISH_DUE_PRICES)
def publish_due_prices() -> None:
    """Write the scheduled prices whose time has come into their rows."""
    services.publish_due_prices(now=now())


# Longer than the longest import: the lease, not this limit, tells who died.
@shared_task(name=CatalogJob.RUN_EXCHANGES, time_limit=1800)
def run_exchanges() -> None:
    """Work on imports and exports that wait; called when one is asked for, and by beat."""
    exchange.run_due_exchanges(now=now())
