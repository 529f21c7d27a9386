"""The worker's door to the warehouse."""

from celery import shared_task

from apps.core.time import now
from apps.inventory import services
from apps.inventory.jobs import InventoryJob


@shared_task(name=InventoryJob.BLOCK_EXPIRED_LOTS)
def block_expired_lots() -> None:
    """Take lots past their `sell_by` off sale; beat calls it on every full minute."""
    services.block_expired_lots(now=now())
