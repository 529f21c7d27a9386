"""Lots: received, counted, written off, put aside, and taken off sale when their time comes."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import F

from apps.catalog import selectors as catalog
from apps.catalog.errors import VariantNotFound
from apps.core.text import one_line
from apps.core.time import now as present
from apps.core.time import shop_date
from apps.core.transactions import retrying_atomic
from apps.inventory.dto import LotStatus, MovementKind
from apps.inventory.errors import (
    InvalidLot,
    InvalidQuantity,
    LotCodeTaken,
    LotNotFound,
    LotStateWrong,
    ReasonMissing,
)
from apps.inventory.models import Lot, StockLevel, StockMovement
from apps.inventory.services import levels
from apps.inventory.services.levels import Change
from apps.inventory.services.losses import apply_with_losses
from apps.inventory.services.picking import block_lot


@retrying_atomic
def receive_lot(
    *,
    variant_id: int,
    code: str,
    made_on: date,
    expires_on: date,
    quantity: int,
    supplier: str = "",
    cost: Decimal | None = None,
    actor_id: int | None = None,
    reason: str = "",
    now: datetime,
) -> Lot:
    """Put a new lot on the shelves; one that comes past its `sell_by` is blocked at once.

    Raises:
        VariantNotFound: There is no such variant.
        InvalidLot: The code is empty, or the dates contradict each other or the calendar.
        InvalidQuantity: The quantity is below one or absurd.
        LotCodeTaken: The variant already has a lot with this code.
    """
    today = shop_date(now)
    code = one_line(code, limit=40)
    levels.check_quantity(quantity)
    if not code or made_on > today or expires_on <= made_on or (cost is not None and cost < 0):
        raise InvalidLot
    sell_by = expires_on - timedelta(days=_days_before_expiry(variant_id))
    if Lot.objects.filter(variant_id=variant_id, code=code).exists():
        raise LotCodeTaken(lot=code)
    blocked = quantity if sell_by < today else 0
    lot = Lot.objects.create(
        variant_id=variant_id, code=code, supplier=one_line(supplier, limit=100), made_on=made_on,
        expires_on=expires_on, sell_by=sell_by, received=quantity, remaining=quantity,
        is_blocked=bool(blocked), cost=cost,
    )  # fmt: skip
    _record(lot, kind=MovementKind.RECEIVE, quantity=quantity, blocked=blocked, actor_id=actor_id,
            reason=reason)  # fmt: skip
    levels.apply_changes({variant_id: Change(on_hand=quantity, blocked=blocked)})
    return lot


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
    lot = _lock_lot(lot_id)
    return _change_units(lot, counted - lot.on_shelf, MovementKind.ADJUST, reason, actor_id)


@retrying_atomic
def write_off(*, lot_id: int, quantity: int, reason: str, actor_id: int | None) -> Lot:
    """Throw units of a lot away.

    Raises:
        LotNotFound: There is no such lot.
        InvalidQuantity: So many are not on the shelf, or the quantity is below one.
        ReasonMissing: Nobody said why.
    """
    levels.check_quantity(quantity)
    lot = _lock_lot(lot_id)
    if quantity > lot.on_shelf:
        raise InvalidQuantity(quantity=quantity)
    return _change_units(lot, -quantity, MovementKind.WASTE, reason, actor_id)


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
    lot.is_blocked = lot.sell_by < shop_date(now)
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
    due = Lot.objects.filter(sell_by__lt=shop_date(now), is_blocked=False, remaining__gt=0)
    return sum(_block_expired(lot_id=pk) for pk in due.order_by("pk").values_list("pk", flat=True))


@retrying_atomic
def _block_expired(*, lot_id: int) -> bool:
    lot = _lock_lot(lot_id)
    if lot.is_blocked:
        return False
    apply_with_losses(lot.variant_id, Change(blocked=block_lot(lot, reason="")))
    return True


def _change_units(
    lot: Lot, difference: int, kind: MovementKind, reason: str, actor_id: int | None
) -> Lot:
    reason = _given(reason)
    if not difference:
        return lot
    blocked = difference if lot.is_blocked else 0
    Lot.objects.filter(pk=lot.pk).update(
        remaining=F("remaining") + difference, updated_at=present()
    )
    lot.remaining += difference
    _record(lot, kind=kind, quantity=difference, blocked=blocked, actor_id=actor_id, reason=reason)
    apply_with_losses(lot.variant_id, Change(on_hand=difference, blocked=blocked))
    return lot


def _days_before_expiry(variant_id: int) -> int:
    """Lock the variant's stock row, made if missing, and return when its lots leave the sale.

    Every unit on sale must suit every slot that can be booked: hence the horizon.
    """
    if not StockLevel.objects.filter(variant_id=variant_id).exists():
        if not catalog.sale_variants(variant_ids=[variant_id], now=present()):
            raise VariantNotFound
        StockLevel.objects.bulk_create([StockLevel(variant_id=variant_id)], ignore_conflicts=True)
    level = (
        StockLevel.objects.select_for_update(of=("self",))
        .select_related("variant__product")
        .get(variant_id=variant_id)
    )
    horizon: int = settings.SELLABLE_HORIZON_DAYS
    return level.variant.product.minimum_remaining_days + horizon


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
    lot: Lot, *, kind: MovementKind, quantity: int, blocked: int, actor_id: int | None, reason: str
) -> None:
    StockMovement.objects.create(
        variant_id=lot.variant_id, lot=lot, kind=kind, quantity=quantity, blocked=blocked,
        actor_id=actor_id, reason=one_line(reason, limit=200),
    )  # fmt: skip
