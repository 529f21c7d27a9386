"""Questions about stocktakes: what is to be counted, what was, and what the difference is worth."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Max, Q, QuerySet
from django.utils.formats import date_format

from apps.catalog import selectors as catalog
from apps.catalog.errors import CategoryNotFound
from apps.core.money import ZERO
from apps.core.time import shop_date, shop_zone
from apps.inventory.barcodes import Scan, read_scan
from apps.inventory.dto import MovementKind, StocktakeState
from apps.inventory.errors import BarcodeUnknown, NothingFound, StocktakeNotFound
from apps.inventory.lot_labels import lot_of_label, readings
from apps.inventory.models import (
    Lot,
    LotQuerySet,
    StockMovement,
    Stocktake,
    StocktakeLine,
    StocktakeQuerySet,
)

_CANDIDATES = 20


@dataclass(frozen=True)
class CountedLot:
    """A lot of a stocktake. `moved` is by how much its shelf changed since it was counted.

    `value` is what the difference is worth at cost, None where the cost is not known. A stale
    count can't be confirmed: the lot's books were corrected since, or hold too few by now.
    """

    line: StocktakeLine
    lot: Lot
    difference: int | None
    value: Decimal | None
    moved: int
    is_stale: bool
    is_stray: bool

    @property
    def is_counted(self) -> bool:
        """Whether somebody has counted it."""
        return self.line.counted is not None


@dataclass(frozen=True)
class Sheet:
    """A stocktake with all its lots, and sums over those that were counted."""

    stocktake: Stocktake
    lots: tuple[CountedLot, ...]

    @property
    def counted(self) -> int:
        """How many lots were counted."""
        return sum(row.is_counted for row in self.lots)

    @property
    def value(self) -> Decimal:
        """What the differences are worth together, as far as costs are known."""
        return sum((row.value for row in self.lots if row.value is not None), ZERO)

    @property
    def differing(self) -> tuple[CountedLot, ...]:
        """The lots whose count is another one than the books'."""
        return tuple(row for row in self.lots if row.difference)


def stocktakes() -> StocktakeQuerySet:
    """Return every stocktake with how far it has come, newest first, still open to filters."""
    return (
        Stocktake.objects.select_related("category", "keeper", "started_by")
        .annotate(
            lot_count=Count("lines"),
            counted_count=Count("lines", filter=Q(lines__counted__isnull=False)),
            differing_count=Count(
                "lines", filter=Q(lines__difference__lt=0) | Q(lines__difference__gt=0)
            ),
        )
        .order_by("-pk")
    )


def stocktake(*, stocktake_id: int) -> Stocktake:
    """Return a stocktake.

    Raises:
        StocktakeNotFound: There is none with this id.
    """
    found = stocktakes().filter(pk=stocktake_id).first()
    if found is None:
        raise StocktakeNotFound
    return found


def sheet(*, stocktake_id: int) -> Sheet:
    """Return a stocktake with its lots by pack and expiry, in a handful of queries.

    Raises:
        StocktakeNotFound: There is none with this id.
    """
    found = stocktake(stocktake_id=stocktake_id)
    lines = list(
        found.lines.select_related("lot__variant__product", "counted_by").order_by(
            "lot__variant__sku", "lot__expires_on", "lot_id"
        )
    )
    adjusted = last_adjustments(line.lot_id for line in lines)
    return Sheet(found, tuple(_counted(found, line, adjusted) for line in lines))


def last_adjustments(lot_ids: Iterable[int]) -> dict[int, int]:
    """Return the last correction of each lot that was ever corrected: movement id by lot."""
    rows = StockMovement.objects.filter(lot_id__in=list(lot_ids), kind=MovementKind.ADJUST)
    return dict(rows.values("lot_id").annotate(last=Max("pk")).values_list("lot_id", "last"))


def scope_of(*, shelf: str, category_id: int | None) -> LotQuerySet:
    """Return the lots with units that stand in a place, or belong to a category's products.

    Raises:
        CategoryNotFound: There is no such category.
    """
    lots = Lot.objects.filter(remaining__gt=0)
    if category_id is None:
        return lots.filter(shelf=shelf)
    ids = catalog.category_ids_under(category_id=category_id)
    if not ids:
        raise CategoryNotFound(category=category_id)
    return lots.filter(variant__product__category_id__in=ids)


def left_out(*, stocktake: Stocktake) -> list[Lot]:
    """Return the lots of the place that the count leaves out: counted elsewhere, or come since."""
    lots = scope_of(shelf=stocktake.shelf, category_id=stocktake.category_id)
    rest = lots.exclude(pk__in=stocktake.lines.values("lot_id"))
    return list(rest.select_related("variant__product").order_by("expires_on", "pk")[:_CANDIDATES])


def find_lots(*, stocktake_id: int, typed: str, now: datetime) -> list[Lot]:
    """Return the lots that a scan may mean; those of the stocktake, else others with units.

    Raises:
        BarcodeMistyped, LabelUnreadable: It was read or typed wrong.
        BarcodeUnknown, NothingFound: No pack has the barcode, or nothing is called so.
    """
    rows = Lot.objects.select_related("variant__product").order_by("expires_on", "pk")
    labelled = lot_of_label(typed.strip())
    if labelled is not None:
        rows = rows.filter(pk=labelled)
    else:
        rows = _meant_by(rows, read_scan(typed, today=shop_date(now)))
    listed = list(rows.filter(pk__in=_lots_of(stocktake_id))[:_CANDIDATES])
    found = listed or list(rows.filter(remaining__gt=0)[:_CANDIDATES])
    if not found:
        raise NothingFound(text=typed.strip()[:60])
    return found


def shelves(*, limit: int = 200) -> list[str]:
    """Return the shelves that lots with units stand on, to choose from."""
    rows = Lot.objects.filter(remaining__gt=0).exclude(shelf="")
    return list(rows.order_by("shelf").values_list("shelf", flat=True).distinct()[:limit])


def place_name(stocktake: Stocktake) -> str:
    """Return what a stocktake counts, as a person calls it."""
    return stocktake.shelf or str(stocktake.category)


def moment_name(moment: datetime) -> str:
    """Return a moment as day and hour, in the shop's time."""
    return date_format(moment.astimezone(shop_zone()), "j b, H:i")


def _meant_by(rows: LotQuerySet, scan: Scan) -> LotQuerySet:
    """Keep the lots that a pack's barcode, a label of its maker or a typed word may mean.

    Raises:
        BarcodeUnknown: No pack has the barcode.
    """
    code = scan.barcode or scan.text.upper()
    card = catalog.packs_by_code(codes=[code]).get(code)
    if card is not None:
        rows = rows.filter(variant_id=card.id)
        return rows.filter(code__iexact=scan.lot) if scan.lot else rows
    if scan.barcode:
        raise BarcodeUnknown(barcode=scan.barcode)
    named = Q()
    for reading in readings(scan.lot or scan.text[:40]):
        named |= Q(code__iexact=reading)
    return rows.filter(named) if named else rows.none()


def _lots_of(stocktake_id: int) -> QuerySet[StocktakeLine, int]:
    return StocktakeLine.objects.filter(stocktake_id=stocktake_id).values_list("lot_id", flat=True)


def _counted(found: Stocktake, line: StocktakeLine, adjusted: dict[int, int]) -> CountedLot:
    lot = line.lot
    if line.counted is None or line.expected is None:
        return CountedLot(line, lot, None, None, 0, False, _is_stray(found, lot))
    running = found.state == StocktakeState.COUNTING
    difference = line.counted - line.expected
    moved = lot.on_shelf - line.expected if running else 0
    return CountedLot(
        line=line,
        lot=lot,
        difference=difference,
        value=None if lot.cost is None else lot.cost * difference,
        moved=moved,
        is_stale=running and is_stale(line, lot, adjusted),
        is_stray=_is_stray(found, lot),
    )


def is_stale(line: StocktakeLine, lot: Lot, adjusted: dict[int, int]) -> bool:
    """Tell whether a counted lot must be counted again before its difference can be booked.

    Picks and deliveries since are no matter: they change the books and the shelf alike. Another
    correction may have found the same difference, and so few units may be left on the shelf that
    the difference can't be true.
    """
    if line.counted is None or line.expected is None:
        return False
    corrected = adjusted.get(lot.pk, 0) > (line.seen_movement or 0)
    return corrected or lot.on_shelf + line.counted - line.expected < 0


def _is_stray(found: Stocktake, lot: Lot) -> bool:
    """Tell whether a lot was found where it does not belong."""
    return bool(found.shelf) and lot.shelf != found.shelf
