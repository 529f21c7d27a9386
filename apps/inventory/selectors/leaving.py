"""Lots by the time that is left to sell them, and the units that nobody needs."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q, Sum

from apps.core.time import shop_date
from apps.inventory.dto import LeavingLot, LotStatus, MovementKind
from apps.inventory.models import Lot, StockLevel, StockMovement
from apps.inventory.selectors.stock import ON_SALE


def leaving_by_id(*, lot_ids: Collection[int], now: datetime) -> dict[int, LeavingLot]:
    """Return lots by the time that is left to sell them, by id, with three queries."""
    lots = list(Lot.objects.filter(pk__in=lot_ids).select_related("variant__product"))
    free = free_units(variant_ids={lot.variant_id for lot in lots}, now=now)
    return {lot.pk: _leaving_lot(lot, free.get(lot.pk, 0), now) for lot in lots}


def leaving_lots(*, within_days: int, now: datetime) -> list[LeavingLot]:
    """Return lots on sale that leave it within so many days, the next first; none on clearance."""
    today = shop_date(now)
    leaving = Lot.objects.sellable(today).filter(
        sell_by__lte=today + timedelta(days=within_days), cleared_from__isnull=True, **ON_SALE
    )
    ids = list(leaving.order_by("sell_by", "pk").values_list("pk", flat=True))
    found = leaving_by_id(lot_ids=ids, now=now)
    return [found[pk] for pk in ids]


def free_units(*, variant_ids: Collection[int], now: datetime) -> dict[int, int]:
    """Return the units of each sellable lot that no promise needs, by lot.

    Promises are kept first expired first, so what pick lists name already stays where it is; what
    lies in boxes that are being packed is not free either.
    """
    levels = StockLevel.objects.filter(variant_id__in=variant_ids)
    promised_units = dict(levels.values_list("variant_id", "reserved"))
    free = {}
    for lot in Lot.objects.sellable(shop_date(now)).filter(variant_id__in=variant_ids).fefo():
        needed = min(promised_units.get(lot.variant_id, 0), lot.remaining)
        promised_units[lot.variant_id] = promised_units.get(lot.variant_id, 0) - needed
        free[lot.pk] = min(lot.remaining - needed, lot.on_shelf)
    return free


def picked_units(*, variant_ids: Collection[int], since: datetime) -> dict[int, int]:
    """Return how many units of variants were picked for orders since then, returns taken off."""
    moves = StockMovement.objects.filter(
        variant_id__in=variant_ids,
        kind__in=(MovementKind.PICK, MovementKind.RETURN),
        created_at__gte=since,
    )
    rows = moves.values("variant_id").annotate(units=-Sum("quantity")).order_by()
    return dict.fromkeys(variant_ids, 0) | {row["variant_id"]: row["units"] for row in rows}


def lot_family(*, lot_id: int) -> list[int]:
    """Return the ids of all lots whose units were made together with a lot's, its own included."""
    family = Lot.objects.filter(Q(pk=lot_id) | Q(cleared_from=lot_id) | Q(clearance=lot_id))
    return list(family.order_by("pk").values_list("pk", flat=True))


def _leaving_lot(lot: Lot, free: int, now: datetime) -> LeavingLot:
    today, variant = shop_date(now), lot.variant
    is_fit = lot.status == LotStatus.OK and not lot.is_blocked and not lot.has_left_sale(today)
    is_shown = variant.is_active and variant.deleted_at is None
    product = variant.product
    return LeavingLot(
        lot_id=lot.pk,
        code=lot.code,
        variant_id=lot.variant_id,
        expires_on=lot.expires_on,
        sell_by=lot.sell_by,
        days_left=(lot.sell_by - today).days,
        remaining=lot.remaining,
        free=free,
        cost=lot.cost,
        is_on_sale=is_fit and is_shown and product.is_active and product.deleted_at is None,
        is_clearance=lot.cleared_from_id is not None,
    )
