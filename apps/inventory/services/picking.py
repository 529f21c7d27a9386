"""Units that leave the shelves for an order, and those that come back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import F

from apps.core.text import one_line
from apps.core.time import now as present
from apps.core.time import shop_date
from apps.core.transactions import retrying_atomic
from apps.inventory.dto import LotPick, MovementKind, ReservationState, Unusable, WasteReason
from apps.inventory.errors import LotUnusable
from apps.inventory.models import Lot, Reservation, StockMovement
from apps.inventory.services import levels
from apps.inventory.services.in_hand import let_go, lock_lots
from apps.inventory.services.levels import Change
from apps.inventory.services.losses import apply_with_losses
from apps.inventory.services.reservations import lock_live, out_of_stock


@retrying_atomic
def consume(
    *,
    order_id: int,
    picks: Sequence[LotPick],
    actor_id: int | None,
    now: datetime,
    in_hand: Mapping[int, int] | None = None,
) -> None:
    """Take the picked units out of their lots and end all reservations of the order.

    A line may get more units than are still promised to it, if others do not need them.
    `in_hand` are the units, by lot, that the order's pickers took off the shelf before: they are
    let go, and the picks say what became of them. Units in other boxes are not to be had.

    Raises:
        LotUnusable: A lot is blocked, past its date, of another variant, or holds too few.
        OutOfStock: The units are there, but promised to other orders.
    """
    promises = dict(
        Reservation.objects.live()
        .filter(order_line__order_id=order_id)
        .values_list("pk", "variant_id")
    )
    levels.lock_levels(set(promises.values()))
    held = in_hand or {}
    lots = lock_lots({pick.lot_id for pick in picks} | held.keys())
    reservations = lock_live(promises)
    _check_variants(picks, lots=lots, reservations=reservations)
    _check_lots(picks, lots=lots, held=held, today=shop_date(now))

    let_go(units=held)
    Reservation.objects.filter(pk__in=[row.pk for row in reservations]).update(
        state=ReservationState.CONSUMED, updated_at=present()
    )
    _move(picks, lots=lots, kind=MovementKind.PICK, sign=-1, order_id=order_id, actor_id=actor_id)
    taken = _by_variant(picks, lots)
    freed: Counter[int] = Counter()
    for row in reservations:
        freed[row.variant_id] += row.quantity
    refused = levels.apply_changes(
        {v: Change(on_hand=-taken[v], reserved=-freed[v]) for v in freed.keys() | taken.keys()}
    )
    if refused:
        raise out_of_stock(refused)


@retrying_atomic
def take_back(
    *,
    order_id: int,
    back: Sequence[LotPick],
    reason: str,
    waste: Mapping[WasteReason, Sequence[LotPick]],
    actor_id: int | None,
    now: datetime,
) -> None:
    """Take units of an order back: some into their lots, some thrown away, by cause.

    All stock rows are locked before the first is touched.
    """
    levels.lock_levels(_variants_of([*back, *(pick for picks in waste.values() for pick in picks)]))
    if back:
        put_back(order_id=order_id, picks=back, actor_id=actor_id, reason=reason, now=now)
    for cause, picks in waste.items():
        write_off_returned(
            order_id=order_id, picks=picks, actor_id=actor_id, reason=reason, reason_code=cause
        )


@retrying_atomic
def put_back(
    *, order_id: int, picks: Sequence[LotPick], actor_id: int | None, reason: str, now: datetime
) -> None:
    """Put units of an order back into their lots.

    Units of a lot that is blocked, or past its `sell_by` by now, come back blocked.
    """
    levels.lock_levels(_variants_of(picks))
    lots = lock_lots({pick.lot_id for pick in picks})
    today = shop_date(now)
    late = {pk: lot for pk, lot in lots.items() if not lot.is_blocked and lot.has_left_sale(today)}
    _move(
        picks, lots=lots, kind=MovementKind.RETURN, sign=1, order_id=order_id, actor_id=actor_id,
        reason=reason,
    )  # fmt: skip
    blocked = Counter(
        {lot.variant_id: 0 for lot in lots.values()}
        | _by_variant([pick for pick in picks if lots[pick.lot_id].is_blocked], lots)
    )
    for lot in late.values():
        blocked[lot.variant_id] += block_lot(lot, reason="")
    for variant, quantity in _by_variant(picks, lots).items():
        apply_with_losses(variant, Change(on_hand=quantity, blocked=blocked[variant]))


@retrying_atomic
def write_off_returned(
    *,
    order_id: int,
    picks: Sequence[LotPick],
    actor_id: int | None,
    reason: str,
    reason_code: WasteReason = WasteReason.RETURNED,
) -> None:
    """Record that units of an order came back and were thrown away: no counter changes."""
    levels.lock_levels(_variants_of(picks))
    lots = lock_lots({pick.lot_id for pick in picks})
    for kind, sign, cause in (
        (MovementKind.RETURN, 1, ""),
        (MovementKind.WASTE, -1, reason_code.value),
    ):
        _move(
            picks, lots=lots, kind=kind, sign=sign, order_id=order_id, actor_id=actor_id,
            reason=reason, reason_code=cause,
        )  # fmt: skip


def block_lot(lot: Lot, *, reason: str, actor_id: int | None = None) -> int:
    """Block a locked lot's units and return how many they are; the stock row is the caller's."""
    lot.refresh_from_db(fields=["remaining"])
    lot.is_blocked = True
    lot.save(update_fields=["is_blocked", "updated_at"])
    StockMovement.objects.create(
        variant_id=lot.variant_id, lot=lot, kind=MovementKind.QUARANTINE, quantity=0,
        blocked=lot.remaining, actor_id=actor_id, reason=reason,
    )  # fmt: skip
    return lot.remaining


def _variants_of(picks: Sequence[LotPick]) -> set[int]:
    lots = Lot.objects.filter(pk__in={pick.lot_id for pick in picks})
    return set(lots.values_list("variant_id", flat=True))


def _by_variant(picks: Sequence[LotPick], lots: dict[int, Lot]) -> Counter[int]:
    units: Counter[int] = Counter()
    for pick in picks:
        units[lots[pick.lot_id].variant_id] += pick.quantity
    return units


def _check_variants(
    picks: Sequence[LotPick], *, lots: dict[int, Lot], reservations: Sequence[Reservation]
) -> None:
    """Refuse a lot that does not hold what its order line asks for."""
    wanted = {row.order_line_id: row.variant_id for row in reservations}
    for pick in picks:
        levels.check_quantity(pick.quantity)
        lot = lots.get(pick.lot_id)
        if lot is None:
            raise LotUnusable(lot=str(pick.lot_id), cause=Unusable.UNKNOWN)
        if wanted.get(pick.order_line_id) != lot.variant_id:
            raise LotUnusable(lot=lot.code, cause=Unusable.WRONG_VARIANT)


def _check_lots(
    picks: Sequence[LotPick], *, lots: dict[int, Lot], held: Mapping[int, int], today: date
) -> None:
    """Refuse a lot that may not leave, or that holds fewer units than all its picks take."""
    taken: Counter[int] = Counter()
    for pick in picks:
        taken[pick.lot_id] += pick.quantity
    for lot_id, quantity in taken.items():
        lot = lots[lot_id]
        cause = lot.unusable_on(today)
        if cause is None and lot.on_shelf + held.get(lot_id, 0) < quantity:
            cause = Unusable.TOO_FEW
        if cause is not None:
            raise LotUnusable(lot=lot.code, cause=cause)


def _move(
    picks: Sequence[LotPick],
    *,
    lots: dict[int, Lot],
    kind: MovementKind,
    sign: int,
    order_id: int,
    actor_id: int | None,
    reason: str = "",
    reason_code: str = "",
) -> None:
    """Write the ledger and the lots' remains: the two never part."""
    StockMovement.objects.bulk_create(
        StockMovement(
            variant_id=lots[pick.lot_id].variant_id,
            lot_id=pick.lot_id,
            kind=kind,
            quantity=sign * pick.quantity,
            blocked=sign * pick.quantity if lots[pick.lot_id].is_blocked else 0,
            order_id=order_id,
            actor_id=actor_id,
            reason=one_line(reason, limit=200),
            reason_code=reason_code,
        )
        for pick in picks
    )
    for pick in picks:
        Lot.objects.filter(pk=pick.lot_id).update(
            remaining=F("remaining") + sign * pick.quantity, updated_at=present()
        )
