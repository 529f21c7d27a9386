"""Lots that come back for good."""

from apps.core.text import one_line
from apps.core.transactions import retrying_atomic
from apps.inventory.dto import LotStatus
from apps.inventory.errors import LotStateWrong, ReasonMissing
from apps.inventory.models import Lot
from apps.inventory.services.clearance import lock_family
from apps.inventory.services.levels import Change
from apps.inventory.services.losses import apply_with_losses
from apps.inventory.services.picking import block_lot


@retrying_atomic
def recall_lot(*, lot_id: int, reason: str, actor_id: int | None) -> Lot:
    """Take a lot off sale for good: from here on none of its units is promised or picked.

    Its units on clearance were made with it and go with it. A picker who holds a lot's row is
    waited for: whatever was taken before is committed when this returns, and whatever comes after
    is refused.

    Raises:
        LotNotFound: There is no such lot.
        LotStateWrong: It was recalled before.
        ReasonMissing: Nobody said why.
    """
    reason = one_line(reason, limit=200)
    if not reason:
        raise ReasonMissing
    family = {lot.pk: lot for lot in lock_family(lot_id)}
    lot = family[lot_id]
    if lot.status == LotStatus.RECALLED:
        raise LotStateWrong(lot=lot.code, status=str(lot.get_status_display()))
    for one in family.values():
        _recall(one, reason=reason, actor_id=actor_id)
    return lot


def _recall(lot: Lot, *, reason: str, actor_id: int | None) -> None:
    """Block a locked lot for good."""
    lot.status = LotStatus.RECALLED
    lot.save(update_fields=["status", "updated_at"])
    if not lot.is_blocked:
        blocked = block_lot(lot, reason=reason, actor_id=actor_id)
        apply_with_losses(lot.variant_id, Change(blocked=blocked))
