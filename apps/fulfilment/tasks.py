"""The worker's door to fulfilment."""

from celery import shared_task

from apps.core.time import now
from apps.fulfilment import services
from apps.fulfilment.jobs import FulfilmentJob
from apps.inventory.jobs import InventoryJob


@shared_task(name=FulfilmentJob.CHECK_BOOKS)
def check_books() -> None:
    """Audit the shop's counters; beat calls it every day, and the log says what was found."""
    services.check_books()


@shared_task(name=FulfilmentJob.FINISH_RECALLS)
def finish_recalls() -> None:
    """List and tell whom recalls concern; a recall queues it, and beat does."""
    services.finish_recalls(now=now())


@shared_task(name=FulfilmentJob.SETTLE_SUBSTITUTIONS)
def settle_substitutions() -> None:
    """Do what customers chose at the checkout where no answer came in time; beat calls it."""
    services.settle_substitutions(now=now())


@shared_task(name=InventoryJob.REPORT_SHORTAGES)
def report_shortages() -> None:
    """Ask for a person where promised goods were lost; the warehouse queues it, and beat does."""
    services.report_shortages(now=now())
