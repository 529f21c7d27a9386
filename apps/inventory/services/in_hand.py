"""Units between the shelf and a closed box: taken by a picker, still in the stock's counters."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import F

from apps.core.time import shop_date
from apps.core.transactions import retrying_atomic
from apps.inventory.dto import Unusable
from apps.inventory.errors import LotUnusable
from apps.inventory.models import Lot
from apps.inventory.services import levels


@retrying_atomic
def take_in_hand(*, lot_id: int, quantity: int, now: datetime) -> None:
    """Take units of a lot off the shelf for a box that is being packed.

    One guarded statement: it waits for whoever blocks or recalls the lot, and then sees it.

    Raises:
        LotUnusable: There is no such lot, it may not leave, or the shelf holds too few.
        InvalidQuantity: The quantity is below one or absurd.
    """
    levels.check_quantity(quantity)
    today = shop_date(now)
    fit = Lot.objects.sellable(today).filter(
        pk=lot_id, remaining__gte=F("in_hand") + quantity
    )  # fmt: skip
    if fit.update(in_hand=F("in_hand") + quantity):
        return
    lot = Lot.objects.filter(pk=lot_id).first()
    if lot is None:
        raise LotUnusable(lot=str(lot_id), cause=Unusable.UNKNOWN)
    raise LotUnusable(lot=lot.code, cause=lot.unusable_on(today) or Unusable.TOO_FEW)


@retrying_atomic
def let_go(*, units: Mapping[int, int]) -> None:
    """Put units that were in hand back on the shelf, by lot, or hand them on to the ledger."""
    lock_lots(units)
    for lot_id in sorted(units):
        Lot.objects.filter(pk=lot_id).update(in_hand=F("in_hand") - units[lot_id])


def lock_lots(lot_ids: Mapping[int, object] | set[int]) -> dict[int, Lot]:
    """Lock lots in key order; their stock rows come first, where both are needed."""
    rows = Lot.objects.filter(pk__in=lot_ids).order_by("pk")
    return {lot.pk: lot for lot in rows.select_for_update()}
