"""Promises of units to order lines."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from apps.catalog import selectors as catalog
from apps.core.models import in_language
from apps.core.time import now as present
from apps.core.transactions import retrying_atomic
from apps.inventory import selectors
from apps.inventory.dto import Demand, ReservationState
from apps.inventory.errors import OutOfStock
from apps.inventory.models import Reservation
from apps.inventory.services import levels
from apps.inventory.services.levels import Change


@retrying_atomic
def reserve(*, demands: Sequence[Demand], state: ReservationState = ReservationState.HELD) -> None:
    """Promise units to order lines, all of them or none; held, or committed at once.

    Call it last before the commit: the stock rows of a popular variant are what buyers queue for.

    Raises:
        OutOfStock: Some variants have fewer free units than all lines together ask for.
        InvalidQuantity: A line asks for less than one unit.
    """
    wanted: Counter[int] = Counter()
    for demand in demands:
        levels.check_quantity(demand.quantity)
        wanted[demand.variant_id] += demand.quantity
    Reservation.objects.bulk_create(
        Reservation(
            order_line_id=demand.order_line_id,
            variant_id=demand.variant_id,
            quantity=demand.quantity,
            state=state,
        )
        for demand in demands
    )
    changes = {variant: Change(reserved=quantity) for variant, quantity in wanted.items()}
    refused = levels.apply_changes(changes)
    if refused:
        raise out_of_stock(refused)


@retrying_atomic
def commit_reservations(*, order_line_ids: Collection[int]) -> None:
    """Make held units the order's own, so that no timer gives them back."""
    held = Reservation.objects.filter(
        order_line_id__in=order_line_ids, state=ReservationState.HELD
    ).order_by("pk")
    ids = list(held.select_for_update().values_list("pk", flat=True))
    Reservation.objects.filter(pk__in=ids).update(
        state=ReservationState.COMMITTED, updated_at=present()
    )


@retrying_atomic
def reserve_again(*, order_line_ids: Collection[int]) -> None:
    """Promise units anew that were given back, all of them or none; they are the order's own.

    Raises:
        OutOfStock: Somebody else has them by now.
    """
    released = list(
        Reservation.objects.filter(
            order_line_id__in=order_line_ids, state=ReservationState.RELEASED
        ).order_by("pk")
    )
    wanted: Counter[int] = Counter()
    for row in released:
        wanted[row.variant_id] += row.quantity
    changes = {variant: Change(reserved=quantity) for variant, quantity in wanted.items()}
    refused = levels.apply_changes(changes)
    if refused:
        raise out_of_stock(refused)
    Reservation.objects.filter(pk__in=[row.pk for row in released]).update(
        state=ReservationState.COMMITTED, updated_at=present()
    )


@retrying_atomic
def release_reservations(*, order_line_ids: Collection[int]) -> None:
    """Give promised units back to the shop; those given back or picked before stay as they are."""
    live = Reservation.objects.live().filter(order_line_id__in=order_line_ids)
    close_reservations(live.values_list("pk", flat=True), state=ReservationState.RELEASED)


@retrying_atomic
def hold_stock(*, order_line_ids: Collection[int]) -> None:
    """Lock the stock rows of all that is promised to order lines, in key order.

    For whoever changes promises several times in one transaction: each for itself would take its
    rows behind those of the one before.
    """
    live = Reservation.objects.live().filter(order_line_id__in=order_line_ids)
    levels.lock_levels(set(live.values_list("variant_id", flat=True)))


@retrying_atomic
def keep_reservations(*, keep: Mapping[int, int]) -> None:
    """Leave order lines at most so many promised units, by line; the others go back to the shop."""
    live = Reservation.objects.live().filter(order_line_id__in=keep)
    levels.lock_levels(set(live.values_list("variant_id", flat=True)))
    freed: Counter[int] = Counter()
    for row in lock_live(live.values_list("pk", flat=True)):
        stays = min(row.quantity, keep[row.order_line_id])
        freed[row.variant_id] += row.quantity - stays
        row.quantity = stays
        # What the order does not want any more is not missed either.
        row.unreported = min(row.unreported, keep[row.order_line_id] - stays)
        if not keep[row.order_line_id]:
            row.state = ReservationState.RELEASED
        row.save(update_fields=["quantity", "unreported", "state", "updated_at"])
    changes = {variant: Change(reserved=-units) for variant, units in freed.items() if units}
    levels.apply_changes(changes)


def close_reservations(ids: Collection[int], *, state: ReservationState) -> None:
    """End live reservations in a state, and take their units out of the reserved ones."""
    variants = set(Reservation.objects.filter(pk__in=ids).values_list("variant_id", flat=True))
    levels.lock_levels(variants)
    promised = lock_live(ids)
    Reservation.objects.filter(pk__in=[row.pk for row in promised]).update(
        state=state, updated_at=present()
    )
    freed: Counter[int] = Counter()
    for row in promised:
        freed[row.variant_id] += row.quantity
    levels.apply_changes(
        {variant: Change(reserved=-quantity) for variant, quantity in freed.items()}
    )


def lock_live(ids: Collection[int]) -> list[Reservation]:
    """Lock live reservations in key order; their stock rows must be locked already."""
    rows = Reservation.objects.live().filter(pk__in=ids).order_by("pk")
    return list(rows.select_for_update())


def out_of_stock(variant_ids: Collection[int]) -> OutOfStock:
    """Return the refusal that names what is short, in the reader's language, and what is left."""
    variants = catalog.sale_variants(variant_ids=variant_ids, now=present())
    free = selectors.available(variant_ids=variant_ids)
    return OutOfStock(
        skus=[variant.sku for variant in variants.values()],
        available={variant.sku: max(free[pk], 0) for pk, variant in variants.items()},
        names=[in_language(variant, "name") for variant in variants.values()],
    )
