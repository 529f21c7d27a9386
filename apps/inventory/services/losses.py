"""Losses of promised units: the newest promises are shortened, and their orders are to be told."""

from apps.core.jobs import enqueue_on_commit
from apps.core.transactions import retrying_atomic
from apps.inventory.dto import ShortLine
from apps.inventory.jobs import InventoryJob
from apps.inventory.models import Reservation, StockLevel
from apps.inventory.services import levels
from apps.inventory.services.levels import Change


def apply_with_losses(variant_id: int, change: Change) -> None:
    """Change one locked stock row; promises that it can't keep any more are shortened.

    The shortened reservations keep what their orders must still be told (`unreported`), and the
    job that tells them is queued: orders stand above the warehouse, so it can't call them.
    """
    level = StockLevel.objects.get(variant_id=variant_id)
    missing = max(0, -(level.available + change.available))
    if missing:
        _shorten_newest(variant_id, missing)
        enqueue_on_commit(InventoryJob.REPORT_SHORTAGES)
    levels.apply_changes(
        {variant_id: Change(change.on_hand, change.blocked, change.reserved - missing)}
    )


def _shorten_newest(variant_id: int, missing: int) -> None:
    """Take units back from the promises made last; who came first keeps theirs."""
    promises = Reservation.objects.live().filter(variant_id=variant_id, quantity__gt=0)
    for promise in promises.order_by("-pk").select_for_update():
        lost = min(missing, promise.quantity)
        promise.quantity -= lost
        promise.unreported += lost
        promise.save(update_fields=["quantity", "unreported", "updated_at"])
        missing -= lost
        if not missing:
            return


@retrying_atomic
def mark_reported(*, line: ShortLine) -> bool:
    """Note that an order was told of a loss; false if somebody told it first, or more was lost."""
    told = Reservation.objects.filter(order_line_id=line.order_line_id, unreported=line.missing)
    return told.update(unreported=0) == 1
