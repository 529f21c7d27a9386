"""Lines of a delivery note out of a table: first a look at every row, then all of them or none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.catalog import selectors as catalog
from apps.catalog.dto import PackCard
from apps.core.errors import ShopError
from apps.core.text import is_misread_number
from apps.core.time import shop_date
from apps.core.transactions import retrying_atomic
from apps.inventory import selectors
from apps.inventory.barcodes import read_scan
from apps.inventory.dto import LineValues, RowReport, RowState
from apps.inventory.errors import ImportRefused
from apps.inventory.models import DeliveryLine, DeliveryNote, Lot
from apps.inventory.services.deliveries import lock_draft, touch
from apps.inventory.services.delivery_lines import checked_values, with_other_date

MOST_LINES = 500
# What people call the columns, for `sheets.read_sheet`.
COLUMNS: dict[str, tuple[str, ...]] = {
    "sku": ("артикул", "код"),
    "barcode": ("штрихкод", "штрих-код", "ean", "gtin"),
    "code": ("lot", "lot code", "партия", "номер партии"),
    "made_on": ("made on", "made", "изготовлен", "дата изготовления"),
    "expires_on": ("expires on", "expires", "годен до", "срок годности"),
    "quantity": ("units", "количество", "кол-во"),
    "cost": ("cost of a unit", "себестоимость", "цена"),
    "temperature": ("температура",),
    "shelf": ("место", "полка"),
}
REQUIRED = ("code", "quantity")

Row = Mapping[str, str]


@dataclass
class _Read:
    """A row as far as it could be read."""

    number: int
    asked: str
    values: LineValues = field(default_factory=LineValues)
    pack: PackCard | None = None
    problem: str = ""


@retrying_atomic
def check_rows(*, note_id: int, rows: Sequence[tuple[int, Row]], now: datetime) -> list[RowReport]:
    """Return what an import of these rows would do, and change nothing.

    A row is its number in the file and its texts by column. A row whose lot is on the note, or was
    booked before, is named as known and passed over: the same file again does nothing.

    Raises:
        DeliveryNotFound, DeliveryClosed: There is no such draft.
        ImportRefused: There are too many rows.
    """
    note = lock_draft(note_id)
    return [report for _read, report in _examined(note, rows, now)]


@retrying_atomic
def import_rows(*, note_id: int, rows: Sequence[tuple[int, Row]], now: datetime) -> list[RowReport]:
    """Add a line for each new row; if one can't be used, none is added.

    Raises:
        DeliveryNotFound, DeliveryClosed: There is no such draft.
        ImportRefused: Some rows can't be used, or there are too many.
    """
    note = lock_draft(note_id)
    examined = _examined(note, rows, now)
    wrong = [report for _read, report in examined if report.state == RowState.WRONG]
    if wrong:
        problems = [{"row": report.number, "detail": report.detail} for report in wrong]
        raise ImportRefused(rows=", ".join(str(r.number) for r in wrong[:20]), problems=problems)
    fresh = [read for read, report in examined if report.state == RowState.NEW]
    DeliveryLine.objects.bulk_create(
        DeliveryLine(note=note, variant_id=read.pack.id, **vars(read.values))
        for read in fresh
        if read.pack is not None
    )
    if fresh:
        touch(note)
    return [report for _read, report in examined]


def _examined(
    note: DeliveryNote, rows: Sequence[tuple[int, Row]], now: datetime
) -> list[tuple[_Read, RowReport]]:
    """Read every row and hold it to what is known, in four queries for any number of rows."""
    if len(rows) > MOST_LINES:
        raise ImportRefused(rows=f"{MOST_LINES + 1}…", problems=[])
    today = shop_date(now)
    asked = [_asked(row, today) for _number, row in rows]
    packs = catalog.packs_by_code(codes=[code for code, _problem in asked])
    reads = [
        _read(number, row, code, problem, packs.get(code), today)
        for (number, row), (code, problem) in zip(rows, asked, strict=True)
    ]
    keys = [(read.pack.id, read.values.code) for read in reads if read.pack is not None]
    lots = selectors.lots_by_key(keys)
    lines = {(line.variant_id, line.code): line for line in note.lines.order_by("pk") if line.code}
    seen: set[tuple[int, str]] = set()
    return [(read, _report(read, lines=lines, lots=lots, seen=seen)) for read in reads]


def _asked(row: Row, today: date) -> tuple[str, str]:
    """Return the SKU or barcode that a row names, and what is wrong with it."""
    barcode = row.get("barcode", "")
    if not barcode:
        sku = row.get("sku", "").upper()
        return sku, "" if sku else _("The row names no pack: neither SKU nor barcode.")
    try:
        scan = read_scan(barcode, today=today)
    except ShopError as error:
        return "", str(error)
    if not scan.barcode:
        return "", _("“%(text)s” is no barcode: 13 digits are.") % {"text": barcode[:40]}
    return scan.barcode, ""


def _read(
    number: int, row: Row, code: str, problem: str, pack: PackCard | None, today: date
) -> _Read:
    read = _Read(number, code or row.get("sku", "") or row.get("barcode", ""), pack=pack)
    if problem or pack is None:
        read.problem = problem or _("There is no pack %(code)s.") % {"code": code[:40]}
        return read
    try:
        values = checked_values(_values(row), today=today)
        read.values = with_other_date(values, shelf_life_days=pack.shelf_life_days, today=today)
        read.problem = _lacking(read.values)
    except _Unreadable as error:
        read.problem = str(error)
    except ShopError as error:
        read.problem = str(error)
    return read


def _lacking(values: LineValues) -> str:
    if not values.code:
        return _("The lot code is missing.")
    if not values.quantity:
        return _("The quantity is missing.")
    return ""


def _report(
    read: _Read,
    *,
    lines: Mapping[tuple[int, str], DeliveryLine],
    lots: Mapping[tuple[int, str], Lot],
    seen: set[tuple[int, str]],
) -> RowReport:
    code = read.values.code
    title = " · ".join(filter(None, (read.pack.name, code))) if read.pack else read.asked[:60]
    if read.problem or read.pack is None:
        return RowReport(read.number, RowState.WRONG, title, read.problem)
    key = (read.pack.id, code)
    if key in seen:
        return RowReport(read.number, RowState.WRONG, title, _("The table has this lot twice."))
    seen.add(key)
    if key in lines:
        same = lines[key].quantity == read.values.quantity
        if same:
            return RowReport(read.number, RowState.KNOWN, title, _("It is on this note already."))
        told = _("It is on this note with %(units)s units: change it there.")
        return RowReport(read.number, RowState.WRONG, title,
                         told % {"units": lines[key].quantity})  # fmt: skip
    if key in lots:
        told = _("Lot %(lot)s was booked on %(day)s. If more of it came, add the line by hand.")
        day = date_format(shop_date(lots[key].created_at), "SHORT_DATE_FORMAT")
        return RowReport(read.number, RowState.KNOWN, title, told % {"lot": code, "day": day})
    return RowReport(read.number, RowState.NEW, title, _units(read.values.quantity))


def _units(quantity: int) -> str:
    return _("%(units)s units") % {"units": quantity}


class _Unreadable(ValueError):
    """A cell does not hold what its column needs."""


def _values(row: Row) -> LineValues:
    """Return a row's cells as values.

    Raises:
        _Unreadable: A cell does not hold what its column needs.
    """
    return LineValues(
        code=row.get("code", ""),
        shelf=row.get("shelf", ""),
        quantity=_cell(row, "quantity", int) or 0,
        made_on=_cell(row, "made_on", _day),
        expires_on=_cell(row, "expires_on", _day),
        cost=_cell(row, "cost", _decimal),
        temperature=_cell(row, "temperature", _decimal),
    )


def _cell(row: Row, column: str, kind: Callable[[str], Any]) -> Any:
    text = row.get(column, "").strip()
    if not text:
        return None
    try:
        if is_misread_number(text):
            raise ValueError(text)
        return kind(text)
    except (ValueError, InvalidOperation) as error:
        named = {"column": column, "text": text[:40]}
        raise _Unreadable(_("%(column)s can't be “%(text)s”.") % named) from error


def _day(text: str) -> date:
    """Read 2026-11-26, or 26.11.2026 as office programs write it here."""
    parts = text.split(".")
    if len(parts) == 3:
        text = "-".join(part.zfill(2) for part in reversed(parts))
    return date.fromisoformat(text[:10])


def _decimal(text: str) -> Decimal:
    """Read a number with a decimal point or comma, and with the true minus of a thermometer."""
    number = Decimal(text.replace(",", ".").replace("−", "-").replace("\u00a0", ""))
    if not number.is_finite():
        raise ValueError(text)
    return number
