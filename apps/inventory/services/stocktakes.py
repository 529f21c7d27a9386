"""Stocktakes: begun, counted by one or several people, taken over, called off, confirmed."""

from datetime import datetime

from django.db import IntegrityError, transaction

from apps.catalog.services.history import signed
from apps.core.transactions import retrying_atomic
from apps.inventory import selectors
from apps.inventory.dto import StocktakeState
from apps.inventory.errors import (
    CountChanged,
    InvalidQuantity,
    InvalidScope,
    LotBeingCounted,
    LotNotFound,
    LotNotInStocktake,
    NothingToCount,
    NotInCharge,
    StocktakeClosed,
    StocktakeNotFound,
    StocktakeRunning,
)
from apps.inventory.models import Lot, StockMovement, Stocktake, StocktakeLine
from apps.inventory.services import levels
from apps.inventory.shelves import shelf_code


@retrying_atomic
def start_stocktake(
    *,
    shelf: str = "",
    category_id: int | None = None,
    is_blind: bool = True,
    actor_id: int | None,
    now: datetime,
) -> Stocktake:
    """Begin to count a shelf or a category; lots that another stocktake counts are left to it.

    Raises:
        InvalidScope: Neither of the two is given, or both.
        InvalidShelf: No label on a shelf looks like that.
        CategoryNotFound: There is no such category.
        StocktakeRunning: Somebody counts there already.
        NothingToCount: No lot stands there.
    """
    shelf = shelf_code(shelf)
    if bool(shelf) == (category_id is not None):
        raise InvalidScope
    begun = Stocktake(
        shelf=shelf, category_id=category_id, is_blind=is_blind, started_by_id=actor_id,
        keeper_id=actor_id, started_at=now,
    )  # fmt: skip
    _refuse_second(begun)
    lots = list(selectors.scope_of(shelf=shelf, category_id=category_id).order_by("pk"))
    try:
        with transaction.atomic():
            signed(begun, actor_id).save()
    except IntegrityError:
        # Somebody was faster by a moment.
        _refuse_second(begun)
        raise
    # A lot that another stocktake has is passed over: it stays that one's.
    StocktakeLine.objects.bulk_create(
        (StocktakeLine(stocktake=begun, lot=lot) for lot in lots), ignore_conflicts=True
    )
    if not begun.lines.exists():
        raise NothingToCount(place=selectors.place_name(begun))
    return begun


@retrying_atomic
def count_lot(
    *,
    stocktake_id: int,
    lot_id: int,
    counted: int,
    seen: int | None,
    actor_id: int | None,
    now: datetime,
) -> StocktakeLine:
    """Note how many units of a lot were counted, beside what the books say at this instant.

    Units in boxes that are being packed stand on no shelf: they are in neither number.

    `seen` is the count that the person saw before, None if there was none: nobody overwrites what
    somebody else has counted without having seen it. A lot found on the wrong shelf is added.

    Raises:
        StocktakeNotFound, StocktakeClosed: There is no such running stocktake.
        InvalidQuantity: The count is negative or absurd.
        LotNotFound: There is no such lot.
        LotBeingCounted: Another stocktake has the lot.
        CountChanged: Somebody else has counted it since.
    """
    if not 0 <= counted <= levels.MOST_UNITS:
        raise InvalidQuantity(quantity=counted)
    running = lock_running(stocktake_id)
    line = _line_of(running, lot_id)
    if line.counted != seen:
        if (line.counted, line.counted_by_id) == (counted, actor_id):
            # The same once more, by somebody whom the first answer did not reach.
            return line
        who = str(line.counted_by) if line.counted_by else "—"
        raise CountChanged(lot=line.lot.code, counted=line.counted, who=who)
    # The lock: a pick that is under way is either in both numbers or in neither.
    lot = Lot.objects.select_for_update().get(pk=lot_id)
    last = StockMovement.objects.filter(lot=lot).order_by("-pk").values_list("pk", flat=True)
    line.counted, line.expected, line.seen_movement = counted, lot.on_shelf, last[0]
    line.counted_by_id, line.counted_at = actor_id, now
    line.save()
    return line


@retrying_atomic
def add_lot(*, stocktake_id: int, lot_id: int) -> StocktakeLine:
    """Add a lot that was found on the shelf to what is counted; one that is there stays there.

    Raises:
        StocktakeNotFound, StocktakeClosed: There is no such running stocktake.
        LotNotFound: There is no such lot.
        LotBeingCounted: Another stocktake has the lot.
    """
    return _line_of(lock_running(stocktake_id), lot_id)


@retrying_atomic
def leave_out_lot(*, stocktake_id: int, lot_id: int) -> None:
    """Take a lot out of a stocktake, its count with it: confirming will not touch it.

    Raises:
        StocktakeNotFound, StocktakeClosed: There is no such running stocktake.
        LotNotInStocktake: It is no part of it.
    """
    gone, _by_table = lock_running(stocktake_id).lines.filter(lot_id=lot_id).delete()
    if not gone:
        raise LotNotInStocktake


@retrying_atomic
def take_over_stocktake(*, stocktake_id: int, actor_id: int) -> Stocktake:
    """Become the one in charge of a stocktake that somebody else has begun.

    Raises:
        StocktakeNotFound, StocktakeClosed: There is no such running stocktake.
    """
    running = lock_running(stocktake_id)
    if running.keeper_id != actor_id:
        running.keeper_id = actor_id
        signed(running, actor_id).save(update_fields=["keeper", "updated_at"])
    return running


@retrying_atomic
def cancel_stocktake(*, stocktake_id: int, actor_id: int | None, now: datetime) -> Stocktake:
    """Call a stocktake off: its counts are kept to read, and change nothing.

    Raises:
        StocktakeNotFound, StocktakeClosed: There is no such running stocktake.
        NotInCharge: Somebody else keeps it.
    """
    running = lock_running(stocktake_id)
    check_charge(running, actor_id)
    return close_stocktake(running, StocktakeState.CANCELLED, actor_id=actor_id, now=now)


def lock_running(stocktake_id: int) -> Stocktake:
    """Lock a stocktake that is being counted: nobody confirms it while a count comes in.

    Raises:
        StocktakeNotFound: There is none with this id.
        StocktakeClosed: It was confirmed or cancelled.
    """
    running = Stocktake.objects.running().select_for_update().filter(pk=stocktake_id).first()
    if running is None:
        closed = Stocktake.objects.filter(pk=stocktake_id).first()
        if closed is None:
            raise StocktakeNotFound
        raise StocktakeClosed(number=closed.pk, status=str(closed.get_state_display()))
    return running


def check_charge(running: Stocktake, actor_id: int | None) -> None:
    """Refuse a decision by another person than the one in charge.

    Raises:
        NotInCharge: It is somebody else.
    """
    if running.keeper_id != actor_id:
        raise NotInCharge(who=str(running.keeper) if running.keeper else "—")


def close_stocktake(
    running: Stocktake, state: StocktakeState, *, actor_id: int | None, now: datetime
) -> Stocktake:
    """Close a locked stocktake for good; its lots may be counted by others again."""
    running.state, running.closed_at = state, now
    signed(running, actor_id).save(update_fields=["state", "closed_at", "updated_at"])
    running.lines.update(is_open=False)
    return running


def _refuse_second(begun: Stocktake) -> None:
    """Refuse to count a place that somebody counts.

    Raises:
        StocktakeRunning: Somebody does; it names who, since when, and the stocktake to join.
    """
    scope = {"shelf": begun.shelf} if begun.shelf else {"category_id": begun.category_id}
    other = Stocktake.objects.running().select_related("keeper", "category").filter(**scope).first()
    if other is not None:
        raise StocktakeRunning(
            place=selectors.place_name(other),
            who=str(other.keeper) if other.keeper else "—",
            since=selectors.moment_name(other.started_at),
            stocktake_id=other.pk,
        )


def _line_of(running: Stocktake, lot_id: int) -> StocktakeLine:
    """Return a lot's line of a locked stocktake, made if the lot was found by surprise.

    Raises:
        LotNotFound: There is no such lot.
        LotBeingCounted: Another stocktake has the lot.
    """
    line = running.lines.select_related("lot", "counted_by").filter(lot_id=lot_id).first()
    if line is not None:
        return line
    lot = Lot.objects.filter(pk=lot_id).first()
    if lot is None:
        raise LotNotFound
    try:
        with transaction.atomic():
            return StocktakeLine.objects.create(stocktake=running, lot=lot)
    except IntegrityError as error:
        other = (
            Stocktake.objects.running()
            .select_related("keeper")
            .filter(lines__lot=lot, lines__is_open=True)
            .first()
        )
        who = str(other.keeper) if other and other.keeper else "—"
        raise LotBeingCounted(lot=lot.code, who=who, number=other.pk if other else None) from error
