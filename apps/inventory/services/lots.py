"""Lots: counted, written off, moved, put aside, and taken off sale when their time comes."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import F

from apps.catalog.services.history import signed
from apps.core.text import one_line
from apps.core.time import now as present
from apps.core.time import shop_date
from apps.core.transactions import retrying_atomic
from apps.inventory.dto import LotStatus, MovementKind, WasteReason
from apps.inventory.errors import InvalidQuantity, LotNotFound, LotStateWrong, ReasonMissing
from apps.inventory.models import Lot, StockMovement
from apps.inventory.services import levels
from apps.inventory.services.in_hand import lock_lots
from apps.inventory.services.levels import Change
from apps.inventory.services.losses import apply_with_losses
from apps.inventory.services.picking import block_lot
from apps.inventory.shelves import shelf_code


@retrying_atomic
def adjust_lot(*, lot_id: int, counted: int, reason: str, actor_id: int | None) -> Lot:
    """Set a lot to the number of units that were counted on the shelf; boxes are beside it.

    Raises:
        LotNotFound: There is no such lot.
        InvalidQuantity: The count is negative or absurd.
        ReasonMissing: Nobody said why.
    """
    if not 0 <= counted <= levels.MOST_UNITS:
        raise InvalidQuantity(quantity=counted)
    reason = _given(reason)
    lot = _lock_lot(lot_id)
    difference = counted - lot.on_shelf
    return _change_units(lot, difference, MovementKind.ADJUST, actor_id, reason=reason)


@retrying_atomic
def write_off(
    *,
    lot_id: int,
    quantity: int,
    reason_code: WasteReason = WasteReason.OTHER,
    reason: str = "",
    actor_id: int | None,
) -> Lot:
    """Throw units of a lot away; what is none of the usual causes must be said in words.

    Raises:
        LotNotFound: There is no such lot.
        InvalidQuantity: So many are not on the shelf, or the quantity is below one.
        ReasonMissing: The cause is another one, and nobody said which.
    """
    levels.check_quantity(quantity)
    reason = one_line(reason, limit=200)
    if reason_code == WasteReason.OTHER and not reason:
        raise ReasonMissing
    lot = _lock_lot(lot_id)
    if quantity > lot.on_shelf:
        raise InvalidQuantity(quantity=quantity)
    return _change_units(
        lot, -quantity, MovementKind.WASTE, actor_id, reason=reason, reason_code=reason_code
    )


@retrying_atomic
def write_off_found(
    *, units: Mapping[int, int], reason_code: WasteReason, reason: str, actor_id: int | None
) -> None:
    """Throw units of several lots away, as far as they still stand on the shelf."""
    variants = Lot.objects.filter(pk__in=units).values_list("variant_id", flat=True)
    levels.lock_levels(set(variants))
    for lot in lock_lots(units).values():
        quantity = min(units[lot.pk], lot.on_shelf)
        _change_units(
            lot, -quantity, MovementKind.WASTE, actor_id, reason=reason, reason_code=reason_code
        )


@retrying_atomic
def move_lot(*, lot_id: int, shelf: str, actor_id: int | None) -> Lot:
    """Note where a lot stands now; an empty shelf means that nobody knows.

    Raises:
        LotNotFound: There is no such lot.
        InvalidShelf: No label on a shelf looks like that.
    """
    shelf = shelf_code(shelf)
    lot = Lot.objects.select_for_update().filter(pk=lot_id).first()
    if lot is None:
        raise LotNotFound
    if lot.shelf != shelf:
        lot.shelf = shelf
        signed(lot, actor_id).save(update_fields=["shelf", "updated_at"])
    return lot


@retrying_atomic
def quarantine_lot(*, lot_id: int, reason: str, actor_id: int | None) -> Lot:
    """Put a lot aside: none of its units is sold or picked until it is released.

    Raises:
        LotNotFound: There is no such lot.
        LotStateWrong: It is in quarantine already, or recalled.
        ReasonMissing: Nobody said why.
    """
    reason = _given(reason)
    lot = _lock_lot(lot_id)
    if lot.status != LotStatus.OK:
        raise LotStateWrong(lot=lot.code, status=str(lot.get_status_display()))
    lot.status = LotStatus.QUARANTINED
    lot.save(update_fields=["status", "updated_at"])
    if not lot.is_blocked:
        blocked = block_lot(lot, reason=reason, actor_id=actor_id)
        apply_with_losses(lot.variant_id, Change(blocked=blocked))
    return lot


@retrying_atomic
def release_quarantine(*, lot_id: int, reason: str, actor_id: int | None, now: datetime) -> Lot:
    """Let a lot back on sale, unless its `sell_by` has passed meanwhile.

    Raises:
        LotNotFound: There is no such lot.
        LotStateWrong: It is not in quarantine.
        ReasonMissing: Nobody said why.
    """
    reason = _given(reason)
    lot = _lock_lot(lot_id)
    if lot.status != LotStatus.QUARANTINED:
        raise LotStateWrong(lot=lot.code, status=str(lot.get_status_display()))
    lot.status = LotStatus.OK
    lot.is_blocked = lot.has_left_sale(shop_date(now))
    lot.save(update_fields=["status", "is_blocked", "updated_at"])
    if not lot.is_blocked:
        _record(lot, kind=MovementKind.QUARANTINE, quantity=0, blocked=-lot.remaining,
                actor_id=actor_id, reason=reason)  # fmt: skip
        levels.apply_changes({lot.variant_id: Change(blocked=-lot.remaining)})
    return lot


def block_expired_lots(*, now: datetime) -> int:
    """Take every lot past its `sell_by` off sale and return how many there were.

    Each is a transaction of its own, so that a long list holds no customer up. Lots done before
    are passed over.
    """
    due = Lot.objects.left_sale(shop_date(now)).filter(is_blocked=False)
    return sum(_block_expired(lot_id=pk) for pk in due.order_by("pk").values_list("pk", flat=True))


@retrying_atomic
def _block_expired(*, lot_id: int) -> bool:
    lot = _lock_lot(lot_id)
    if lot.is_blocked:
        return False
    apply_with_losses(lot.variant_id, Change(blocked=block_lot(lot, reason="")))
    return True


def _change_units(
    lot: Lot,
    difference: int,
    kind: MovementKind,
    actor_id: int | None,
    *,
    reason: str,
    reason_code: str = "",
) -> Lot:
    if not difference:
        return lot
    blocked = difference if lot.is_blocked else 0
    Lot.objects.filter(pk=lot.pk).update(
        remaining=F("remaining") + difference, updated_at=present()
    )
    lot.remaining += difference
    _record(lot, kind=kind, quantity=difference, blocked=blocked, actor_id=actor_id, reason=reason,
            reason_code=reason_code)  # fmt: skip
    apply_with_losses(lot.variant_id, Change(on_hand=difference, blocked=blocked))
    return lot


def _lock_lot(lot_id: int) -> Lot:
    """Lock a lot behind its stock row.

    Raises:
        LotNotFound: There is no such lot.
    """
    variant_id = Lot.objects.filter(pk=lot_id).values_list("variant_id", flat=True).first()
    if variant_id is None:
        raise LotNotFound
    levels.lock_levels([variant_id])
    return Lot.objects.select_for_update().get(pk=lot_id)


def _given(reason: str) -> str:
    reason = one_line(reason, limit=200)
    if not reason:
        raise ReasonMissing
    return reason


def _record(
    lot: Lot,
    *,
    kind: MovementKind,
    quantity: int,
    blocked: int,
    actor_id: int | None,
    reason: str,
    reason_code: str = "",
) -> None:
    StockMovement.objects.create(
        variant_id=lot.variant_id, lot=lot, kind=kind, quantity=quantity, blocked=blocked,
        actor_id=actor_id, reason=one_line(reason, limit=200), reason_code=reason_code,
    )  # fmt: skip
