"""Confirm a stocktake: what the counts found becomes movements, all in one transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.time import now as present
from apps.core.transactions import retrying_atomic
from apps.inventory import selectors
from apps.inventory.dto import MovementKind, StocktakeState, Uncounted
from apps.inventory.errors import CountStale, NothingCounted
from apps.inventory.models import Lot, StockMovement, Stocktake, StocktakeLine
from apps.inventory.services import levels
from apps.inventory.services.levels import Change
from apps.inventory.services.losses import apply_with_losses
from apps.inventory.services.stocktakes import check_charge, close_stocktake, lock_running


@retrying_atomic
def confirm_stocktake(
    *,
    stocktake_id: int,
    uncounted: Uncounted = Uncounted.KEEP,
    actor_id: int | None,
    now: datetime,
) -> Stocktake:
    """Bring the books to what was counted.

    A lot is changed by the difference to what the books said when it was counted: what was picked
    or came in since stays so.

    Raises:
        StocktakeNotFound, StocktakeClosed: There is no such running stocktake.
        NotInCharge: Somebody else keeps it.
        NothingCounted: Nobody has counted a lot.
        CountStale: The books of some lots were corrected since, or hold too few by now.
    """
    running = lock_running(stocktake_id)
    check_charge(running, actor_id)
    lines = list(running.lines.order_by("lot_id"))
    if not any(line.counted is not None for line in lines):
        raise NothingCounted
    lots = _lock_lots(lines)
    _check_fresh(lines, lots)
    if uncounted == Uncounted.GONE:
        _count_as_gone(lines, lots, actor_id, now)
    for line in lines:
        if line.counted is not None and line.expected is not None:
            line.difference = line.counted - line.expected
    StocktakeLine.objects.bulk_update(
        lines,
        ["counted", "expected", "counted_by", "counted_at", "seen_movement", "difference"],
    )
    _book(running, lines, lots, actor_id)
    return close_stocktake(running, StocktakeState.CONFIRMED, actor_id=actor_id, now=now)


def _lock_lots(lines: Sequence[StocktakeLine]) -> dict[int, Lot]:
    """Lock the stock rows, then the lots."""
    ids = [line.lot_id for line in lines]
    levels.lock_levels(set(Lot.objects.filter(pk__in=ids).values_list("variant_id", flat=True)))
    rows = Lot.objects.filter(pk__in=ids).order_by("pk")
    return {lot.pk: lot for lot in rows.select_for_update()}


def _check_fresh(lines: Sequence[StocktakeLine], lots: dict[int, Lot]) -> None:
    """Refuse counts that can't be true any more.

    Raises:
        CountStale: It names the lots.
    """
    adjusted = selectors.last_adjustments(lots)
    stale = [
        lots[line.lot_id].code
        for line in lines
        if selectors.is_stale(line, lots[line.lot_id], adjusted)
    ]
    if stale:
        raise CountStale(lots=", ".join(stale))


def _count_as_gone(
    lines: Sequence[StocktakeLine], lots: dict[int, Lot], actor_id: int | None, now: datetime
) -> None:
    """Take lots that nobody found for empty."""
    for line in lines:
        if line.counted is None:
            last = StockMovement.objects.filter(lot_id=line.lot_id).order_by("-pk")
            line.counted, line.expected = 0, lots[line.lot_id].on_shelf
            line.counted_by_id, line.counted_at = actor_id, now
            line.seen_movement = last.values_list("pk", flat=True)[0]


def _book(
    running: Stocktake, lines: Sequence[StocktakeLine], lots: dict[int, Lot], actor_id: int | None
) -> None:
    """Write the ledger, the lots and the counters: the three never part."""
    # What is written into the ledger stays: it is said in the shop's own language.
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("stocktake %(number)s") % {"number": running.pk}
    movements = []
    changes: dict[int, Change] = defaultdict(Change)
    for line in lines:
        if not line.difference:
            continue
        lot, units = lots[line.lot_id], line.difference
        blocked = units if lot.is_blocked else 0
        movements.append(
            StockMovement(
                variant_id=lot.variant_id, lot=lot, kind=MovementKind.ADJUST, quantity=units,
                blocked=blocked, actor_id=actor_id, reason=reason,
            )
        )  # fmt: skip
        Lot.objects.filter(pk=lot.pk).update(remaining=F("remaining") + units, updated_at=present())
        so_far = changes[lot.variant_id]
        changes[lot.variant_id] = Change(so_far.on_hand + units, so_far.blocked + blocked)
    StockMovement.objects.bulk_create(movements)
    for variant_id, change in changes.items():
        apply_with_losses(variant_id, change)
