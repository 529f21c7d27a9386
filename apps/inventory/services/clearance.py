"""Units of a lot that are moved to a clearance pack, and taken back while nobody bought them.

A lot on clearance keeps code and dates of the lot that it came from: nothing is sold that would
arrive too old, and the label on the box stays true. Both packs keep stock rows of their own.
"""

from datetime import datetime
from decimal import Decimal

from django.db.models import F

from apps.catalog import services as catalog
from apps.core.text import one_line
from apps.core.time import now as present
from apps.core.time import shop_date
from apps.core.transactions import retrying_atomic
from apps.inventory import selectors
from apps.inventory.dto import Cleared, MovementKind, Unusable
from apps.inventory.errors import LotNotFound, LotOnClearance, LotUnusable, NothingFree
from apps.inventory.models import Lot, StockLevel, StockMovement
from apps.inventory.services import levels
from apps.inventory.services.levels import Change

# Ends the SKU of a clearance pack, before the number of its lot.
_MARK = "C"


@retrying_atomic
def clear_lot(
    *, lot_id: int, price: Decimal, actor_id: int | None, reason: str, now: datetime
) -> Cleared:
    """Move the units of a lot that are promised to nobody to its clearance pack, at this price.

    The pack is made on first need; more units of the same lot join it, and its price follows.

    Raises:
        LotNotFound: There is no such lot.
        LotOnClearance: Its units were marked down before.
        LotUnusable: It is blocked, or past its last day of sale.
        NothingFree: Every unit is promised.
        InvalidPrice: The price is not above zero, or above the regular one.
    """
    lot, target = _lock_both(lot_id)
    if lot.cleared_from_id is not None:
        raise LotOnClearance(lot=lot.code)
    _check_sellable(lot, now)
    quantity = selectors.free_units(variant_ids=[lot.variant_id], now=now).get(lot.pk, 0)
    if not quantity:
        raise NothingFree(lot=lot.code)
    _move(lot, -quantity, actor_id=actor_id, reason=reason)
    if target is None:
        target = _open(lot, price, actor_id, now)
    else:
        catalog.reprice_clearance(
            variant_id=target.variant_id, price=price, actor_id=actor_id, now=now
        )
    Lot.objects.filter(pk=target.pk).update(received=F("received") + quantity)
    _move(target, quantity, actor_id=actor_id, reason=reason)
    return Cleared(target.pk, target.variant_id, quantity)


@retrying_atomic
def undo_clearance(*, lot_id: int, actor_id: int | None, reason: str, now: datetime) -> Cleared:
    """Move what is left of a lot's clearance, and promised to nobody, back to the lot itself.

    Raises:
        LotNotFound: There is no such lot, or nothing of it is on clearance.
        LotUnusable: The units are blocked.
        NothingFree: All of them are sold or promised.
    """
    lot, target = _lock_both(lot_id)
    if target is None:
        raise LotNotFound
    if target.is_blocked:
        raise LotUnusable(lot=target.code, cause=Unusable.BLOCKED)
    quantity = selectors.free_units(variant_ids=[target.variant_id], now=now).get(target.pk, 0)
    if not quantity:
        raise NothingFree(lot=target.code)
    _move(target, -quantity, actor_id=actor_id, reason=reason)
    _move(lot, quantity, actor_id=actor_id, reason=reason)
    return Cleared(target.pk, target.variant_id, quantity)


def _lock_both(lot_id: int) -> tuple[Lot, Lot | None]:
    """Lock a lot and the one that its units went to, behind their stock rows.

    Raises:
        LotNotFound: There is no such lot.
    """
    variant_id = Lot.objects.filter(pk=lot_id).values_list("variant_id", flat=True).first()
    if variant_id is None:
        raise LotNotFound
    # Who holds the pack's stock row is alone with its lots; a clearance pack's row is always
    # younger than the pack's own, so that the two are taken in key order.
    levels.lock_levels([variant_id])
    target = Lot.objects.filter(cleared_from_id=lot_id).first()
    if target is not None:
        levels.lock_levels([target.variant_id])
    ids = [lot_id] if target is None else [lot_id, target.pk]
    rows = Lot.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    locked = {lot.pk: lot for lot in rows}
    return locked[lot_id], None if target is None else locked[target.pk]


def _check_sellable(lot: Lot, now: datetime) -> None:
    if lot.is_blocked:
        raise LotUnusable(lot=lot.code, cause=Unusable.BLOCKED)
    if lot.has_left_sale(shop_date(now)):
        raise LotUnusable(lot=lot.code, cause=Unusable.EXPIRED)


def _open(lot: Lot, price: Decimal, actor_id: int | None, now: datetime) -> Lot:
    """Make a lot's clearance pack with its stock row and a lot that is still empty."""
    pack = catalog.open_clearance(
        variant_id=lot.variant_id,
        mark=f"{_MARK}{lot.pk}",
        best_before=lot.expires_on,
        price=price,
        actor_id=actor_id,
        now=now,
    )
    StockLevel.objects.create(variant_id=pack.pk)
    return Lot.objects.create(
        variant_id=pack.pk, code=lot.code, supplier=lot.supplier, made_on=lot.made_on,
        expires_on=lot.expires_on, sell_by=lot.sell_by, received=0, remaining=0, cost=lot.cost,
        shelf=lot.shelf, cleared_from=lot,
    )  # fmt: skip


def _move(lot: Lot, quantity: int, *, actor_id: int | None, reason: str) -> None:
    """Change a locked lot, its stock row and the ledger by so many units; blocked ones stay so."""
    blocked = quantity if lot.is_blocked else 0
    Lot.objects.filter(pk=lot.pk).update(remaining=F("remaining") + quantity, updated_at=present())
    StockMovement.objects.create(
        variant_id=lot.variant_id, lot=lot, kind=MovementKind.ADJUST, quantity=quantity,
        blocked=blocked, actor_id=actor_id, reason=one_line(reason, limit=200),
    )  # fmt: skip
    change = Change(on_hand=quantity, blocked=blocked)
    if levels.apply_changes({lot.variant_id: change}):
        # Never while the stock row is held; rather undo all than part with the books.
        raise NothingFree(lot=lot.code)
