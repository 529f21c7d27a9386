"""New prices from a table: each row is checked before anything is kept."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import IO

from apps.catalog import selectors
from apps.catalog.dto import PackPrices, PriceBatchKind, PricePlan
from apps.catalog.errors import (
    MomentUnreadable,
    NothingChanges,
    PriceMissing,
    PriceTableTooLong,
    PriceUnreadable,
    RegularPriceScheduled,
    RowProblem,
    RowRepeated,
    RowsRefused,
    SkuUnknown,
)
from apps.catalog.models import PriceBatch, PriceBatchLine
from apps.catalog.pricing import (
    asked_at,
    check_plan,
    checked_price,
    checked_prices,
    overlap,
    raised_to,
)
from apps.catalog.services.previews import keep_lines, line_of
from apps.catalog.services.prices import REASON_LETTERS
from apps.core.errors import ShopError
from apps.core.sheets import SheetRow, SheetTooLong, read_sheet
from apps.core.text import is_misread_number, one_line
from apps.core.time import from_wall
from apps.core.transactions import retrying_atomic

COLUMNS: Mapping[str, Sequence[str]] = {
    "sku": ("артикул",),
    "price": ("цена",),
    "regular_price": ("regular price", "обычная цена"),
    "from": ("с", "from date", "действует с"),
    "until": ("по", "до", "действует по", "действует до"),
}
_REQUIRED = ("sku", "price")
_WALL_TIMES = ("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y")
_ONE_DAY = timedelta(days=1)
# What is previewed and carried out while somebody waits for the page.
MOST_ROWS = 1000


def preview_price_file(
    *,
    file: IO[bytes],
    name: str,
    reason: str = "",
    now: datetime,
    actor_id: int | None = None,
) -> PriceBatch:
    """Read a table of prices and keep it as a draft: all rows, or none.

    Columns: sku, price, regular_price (without it a higher price raises the regular one, and a
    lower one puts the pack on sale), from and until for a price to be scheduled. Dates are those of
    the shop's clock on the wall; a day alone in `until` is the last one.

    Raises:
        RowsRefused: Rows can't be used; its `problems` say which and why.
        NothingChanges: Every pack costs that already.
        PriceTableTooLong: It is a table for the import of goods, which nobody waits for.
        SheetTooLarge, SheetUnreadable, …: The file is no table that we read (`core/sheets.py`).
    """
    try:
        rows = read_sheet(file, columns=COLUMNS, required=_REQUIRED, most_rows=MOST_ROWS)
    except SheetTooLong as error:
        raise PriceTableTooLong(rows=MOST_ROWS) from error
    return _keep(rows, name=name, reason=reason, now=now, actor_id=actor_id)


@retrying_atomic
def _keep(
    rows: Sequence[SheetRow], *, name: str, reason: str, now: datetime, actor_id: int | None
) -> PriceBatch:
    lines, unchanged = _lines(rows, now)
    if not lines:
        raise NothingChanges
    batch = PriceBatch.objects.create(
        kind=PriceBatchKind.IMPORT,
        spec={"file": one_line(name, limit=100)},
        unchanged=unchanged,
        reason=one_line(reason, limit=REASON_LETTERS),
        made_by_id=actor_id,
        created_at=now,
    )
    keep_lines(batch, lines)
    return batch


def _lines(rows: Sequence[SheetRow], now: datetime) -> tuple[list[PriceBatchLine], int]:
    """Return the lines that change something and how many rows do not.

    Raises:
        RowsRefused: Some rows can't be used.
    """
    ids = selectors.variant_ids_by_sku(skus={row.get("sku").upper() for row in rows})
    packs = {p.sku: p for p in selectors.pack_prices(variant_ids=list(ids.values()), now=now)}
    earlier: dict[str, list[PricePlan | None]] = defaultdict(list)
    lines, problems, unchanged = [], [], 0
    for row in rows:
        sku = row.get("sku").upper()
        try:
            line = _line(row, packs.get(sku), earlier[sku], now)
        except ShopError as error:
            problems.append(RowProblem(row.number, sku[:40], str(error)))
            continue
        if line is None:
            unchanged += 1
        else:
            lines.append(line)
    if problems:
        raise RowsRefused(problems)
    return lines, unchanged


def _line(
    row: SheetRow, pack: PackPrices | None, earlier: list[PricePlan | None], now: datetime
) -> PriceBatchLine | None:
    """Return what a row makes of its pack, None where it costs that already.

    `earlier` are what rows above say of the same pack, None for a price of now.
    """
    if pack is None:
        raise SkuUnknown
    price, regular = _price(row, "price"), _price(row, "regular_price")
    starts_at = _moment(row.get("from"), is_end=False)
    ends_at = _moment(row.get("until"), is_end=True)
    if price is None:
        raise PriceMissing
    if starts_at is None and ends_at is not None:
        # A price until some day begins now.
        starts_at = now
    if starts_at is not None:
        return _later(pack, PricePlan(0, price, starts_at, ends_at), regular, earlier, now)
    if None in earlier:
        raise RowRepeated
    earlier.append(None)
    new = raised_to(pack.asked, price)
    if regular is not None:
        new = checked_prices(price=price, regular_price=regular)
    return None if new == pack.asked else line_of(pack.id, pack.asked, new)


def _later(
    pack: PackPrices,
    plan: PricePlan,
    regular: Decimal | None,
    earlier: list[PricePlan | None],
    now: datetime,
) -> PriceBatchLine:
    """Return the line of a price that is to be scheduled."""
    if regular is not None:
        raise RegularPriceScheduled
    above = [other for other in earlier if other is not None]
    if any(overlap(plan, other) for other in above):
        raise RowRepeated
    check_plan(plan, sku=pack.sku, asked=pack.asked, others=[*pack.plans, *above], now=now)
    earlier.append(plan)
    return PriceBatchLine(
        variant_id=pack.id,
        old_price=(old := asked_at(pack.asked, pack.plans, plan.starts_at)).price,
        old_regular_price=old.regular_price,
        new_price=plan.price,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
    )


def _price(row: SheetRow, column: str) -> Decimal | None:
    """Return a price as people write it: 1 299,50 is 1299.50; more places are a slip."""
    text = "".join(row.get(column).split()).replace("\u2212", "-").replace(",", ".")
    if not text:
        return None
    try:
        amount = Decimal("NaN" if is_misread_number(text) else text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if amount.is_nan() or (price := checked_price(amount)) != amount:
        raise PriceUnreadable(text=row.get(column)[:40])
    return price


def _moment(text: str, *, is_end: bool) -> datetime | None:
    """Return the moment a cell means; a day alone begins at midnight, or ends at the next one."""
    if not text:
        return None
    found = _parsed(text)
    if found is None:
        raise MomentUnreadable(text=text[:40])
    if isinstance(found, datetime):
        return found if found.tzinfo else from_wall(found)
    midnight = datetime.combine(found, datetime.min.time())
    return from_wall(midnight + _ONE_DAY if is_end else midnight)


def _parsed(text: str) -> datetime | date | None:
    for form in _WALL_TIMES:
        try:
            found = datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            continue
        return found if ":" in form else found.date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
