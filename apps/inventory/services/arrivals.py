"""Units that come in: new lots, and further units of lots that are here."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F
from simple_history.utils import bulk_create_with_history

from apps.catalog.services.history import signed
from apps.core.text import one_line
from apps.core.time import now as present
from apps.core.time import shop_date
from apps.core.transactions import retrying_atomic
from apps.inventory.dto import Arrival, LotStatus, MovementKind
from apps.inventory.errors import InvalidLot, LotCodeTaken
from apps.inventory.models import Lot, StockMovement
from apps.inventory.services import levels
from apps.inventory.services.levels import Change
from apps.inventory.services.losses import apply_with_losses
from apps.inventory.services.picking import block_lot
from apps.inventory.shelf_life import last_day_of_sale
from apps.inventory.shelves import shelf_code

LotKey = tuple[int, str]


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
    shelf: str = "",
    actor_id: int | None = None,
    reason: str = "",
    now: datetime,
) -> Lot:
    """Put a new lot on the shelves; one that comes past its `sell_by` is blocked at once.

    Raises:
        VariantNotFound: There is no such variant.
        InvalidLot: The code is empty, or the dates contradict each other or the calendar.
        InvalidQuantity: The quantity is below one or absurd.
        InvalidShelf: No label on a shelf looks like that.
        LotCodeTaken: The variant already has a lot with this code.
    """
    code = one_line(code, limit=40)
    levels.check_quantity(quantity)
    check_dates(made_on, expires_on, today=shop_date(now))
    if not code or (cost is not None and cost < 0):
        raise InvalidLot
    arrival = Arrival(
        variant_id, code, made_on, expires_on, quantity, one_line(supplier, limit=100), cost,
        shelf_code(shelf),
    )  # fmt: skip
    least_days = levels.open_levels([variant_id])
    if Lot.objects.filter(variant_id=variant_id, code=code).exists():
        raise LotCodeTaken(lot=code)
    (lot,) = take_in(
        [arrival], known={}, least_days=least_days, actor_id=actor_id, reason=reason, now=now
    )
    return lot


def check_dates(made_on: date | None, expires_on: date | None, *, today: date) -> None:
    """Refuse days of making and expiry that can't be, as far as they are known.

    Raises:
        InvalidLot: They contradict each other or the calendar.
    """
    if made_on is not None and made_on > today:
        raise InvalidLot
    if made_on is not None and expires_on is not None and expires_on <= made_on:
        raise InvalidLot


def take_in(
    arrivals: Sequence[Arrival],
    *,
    known: Mapping[LotKey, Lot],
    least_days: Mapping[int, int],
    actor_id: int | None,
    reason: str,
    now: datetime,
) -> list[Lot]:
    """Put units on the shelves and return their lots, in the order of the arrivals.

    The stock rows are locked already (`levels.open_levels` returned `least_days`), and so are the
    lots that are here (`known`, by variant and code), whose units these are.
    """
    today, reason = shop_date(now), one_line(reason, limit=200)
    for lot in known.values():
        if not lot.is_blocked and lot.has_left_sale(today):
            apply_with_losses(lot.variant_id, Change(blocked=block_lot(lot, reason="")))
    fresh = [
        signed(_new_lot(arrival, least_days[arrival.variant_id], today), actor_id)
        for arrival in arrivals
        if (arrival.variant_id, arrival.code) not in known
    ]
    made = {(lot.variant_id, lot.code): lot for lot in bulk_create_with_history(fresh, Lot)}
    _top_up(arrivals, known)
    lots = {**made, **known}
    pairs = [(arrival, lots[arrival.variant_id, arrival.code]) for arrival in arrivals]
    _write_ledger(pairs, actor_id=actor_id, reason=reason)
    return [lot for _arrival, lot in pairs]


def _new_lot(arrival: Arrival, least_days: int, today: date) -> Lot:
    sell_by = last_day_of_sale(expires_on=arrival.expires_on, minimum_remaining_days=least_days)
    lot = Lot(
        variant_id=arrival.variant_id, code=arrival.code, supplier=arrival.supplier,
        made_on=arrival.made_on, expires_on=arrival.expires_on, sell_by=sell_by,
        received=arrival.quantity, remaining=arrival.quantity, cost=arrival.cost,
        shelf=arrival.shelf,
    )  # fmt: skip
    lot.status = LotStatus.QUARANTINED if arrival.quarantine else LotStatus.OK
    lot.is_blocked = bool(arrival.quarantine) or lot.has_left_sale(today)
    return lot


def _top_up(arrivals: Sequence[Arrival], known: Mapping[LotKey, Lot]) -> None:
    """Add units to the lots that are here."""
    for arrival in arrivals:
        lot = known.get((arrival.variant_id, arrival.code))
        if lot is not None:
            Lot.objects.filter(pk=lot.pk).update(
                received=F("received") + arrival.quantity,
                remaining=F("remaining") + arrival.quantity,
                updated_at=present(),
            )
            lot.received += arrival.quantity
            lot.remaining += arrival.quantity


def _write_ledger(
    pairs: Sequence[tuple[Arrival, Lot]], *, actor_id: int | None, reason: str
) -> None:
    """Write a movement for each arrival, a second one for each quarantine, and the counters."""
    movements = []
    changes: dict[int, Change] = defaultdict(Change)
    for arrival, lot in pairs:
        units = arrival.quantity
        blocked = units if lot.is_blocked else 0
        common = {"variant_id": lot.variant_id, "lot": lot, "actor_id": actor_id}
        movements.append(
            StockMovement(
                **common, kind=MovementKind.RECEIVE, quantity=units, reason=reason,
                blocked=0 if arrival.quarantine else blocked,
            )
        )  # fmt: skip
        if arrival.quarantine:
            movements.append(
                StockMovement(
                    **common, kind=MovementKind.QUARANTINE, quantity=0, blocked=blocked,
                    reason=one_line(arrival.quarantine, limit=200),
                )
            )  # fmt: skip
        so_far = changes[lot.variant_id]
        changes[lot.variant_id] = Change(so_far.on_hand + units, so_far.blocked + blocked)
    StockMovement.objects.bulk_create(movements)
    levels.apply_changes(changes)
