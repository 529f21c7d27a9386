"""Tables that people bring and take, CSV and XLSX: read with suspicion, written without formulas.

Everything read is text, as typed; dates are ISO (2026-11-26). The first row names the columns.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from apps.core.errors import ShopError
from apps.core.text import is_clean

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 20_000
_MOST_COLUMNS = 200
_MOST_CELL = 5_000
# What a small file may unfold to: beyond it is a bomb.
_MOST_UNPACKED = 150 * 1024 * 1024

# Office programs take what begins so for a formula (OWASP, "CSV Injection").
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | Decimal | date | datetime | bool | None


class SheetTooLarge(ShopError):
    """The file has more bytes than we read."""

    code = "sheet_too_large"
    message = _("The file is larger than {megabytes} MB. Please split it.")


class SheetTooLong(ShopError):
    """The table has more rows than we take at once."""

    code = "sheet_too_long"
    message = _("The table has more than {rows} rows. Please split it.")


class SheetUnreadable(ShopError):
    """The file is neither CSV nor XLSX, whatever its name says."""

    code = "sheet_unreadable"
    message = _("This is not a table that we can read. Please bring an .xlsx or a .csv file.")


class SheetNotUtf8(ShopError):
    """The CSV is in another encoding, so its letters would be guesses."""

    code = "sheet_not_utf8"
    message = _("The file is not in UTF-8. In Excel, choose “CSV UTF-8” or save it as .xlsx.")


class SheetHasFormulas(ShopError):
    """A cell is computed: what it shows depends on who opens it."""

    code = "sheet_has_formulas"
    message = _("Cell {cell} holds a formula. Please paste the table as values.")


class SheetEmpty(ShopError):
    """There is nothing under the first row, or nothing at all."""

    code = "sheet_empty"
    message = _("The table has no rows.")


class SheetColumnsMissing(ShopError):
    """The first row lacks columns that we need."""

    code = "sheet_columns_missing"
    message = _("The first row lacks: {columns}.")

    def __init__(self, *, missing: Sequence[str]) -> None:
        super().__init__(missing=list(missing), columns=", ".join(missing))


class SheetColumnsTwice(ShopError):
    """Two columns have the same name: nobody could tell which is meant."""

    code = "sheet_columns_twice"
    message = _("Two columns are called “{column}”.")


@dataclass(frozen=True)
class SheetRow:
    """One row; `number` is what the person's own program calls it, the first row being 1."""

    number: int
    values: Mapping[str, str]

    def get(self, column: str) -> str:
        """Return a cell's text, empty where the table has no such column."""
        return self.values.get(column, "")


def read_sheet(
    file: IO[bytes],
    *,
    columns: Mapping[str, Sequence[str]],
    required: Sequence[str],
    most_rows: int = MOST_ROWS,
) -> list[SheetRow]:
    """Return the rows of a CSV or XLSX file (first worksheet), empty ones left out.

    `columns` maps each name that the caller knows to the headings that people may write for it,
    beside the name itself; case and spaces around don't matter. Unknown columns are passed over.

    Raises:
        SheetTooLarge, SheetTooLong, SheetUnreadable, SheetNotUtf8, SheetHasFormulas, SheetEmpty,
        SheetColumnsMissing, SheetColumnsTwice: As their names say; nothing was read then.
    """
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise SheetTooLarge(megabytes=MOST_BYTES // 1024 // 1024)
    lines = _read_xlsx(content) if content[:4] == b"PK\x03\x04" else _read_csv(content)
    heading = next(lines, None)
    if heading is None:
        raise SheetEmpty
    places = _places(heading[1], columns)
    missing = [name for name in required if name not in places]
    if missing:
        raise SheetColumnsMissing(missing=missing)
    rows = []
    for number, cells in lines:
        values = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
        if any(values.values()):
            rows.append(SheetRow(number, values))
        if len(rows) > most_rows:
            raise SheetTooLong(rows=most_rows)
    if not rows:
        raise SheetEmpty
    return rows


def csv_bytes(heading: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as CSV (RFC 4180, UTF-8 with a mark, so that Excel sees the letters)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([safe_cell(name) for name in heading])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def xlsx_bytes(heading: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> bytes:
    """Return a table as a workbook with one sheet; numbers and dates stay what they are."""
    # Not at the top: it brings numpy, half a second and 30 MB that most processes never need.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(title))
    sheet.freeze_panes = "A2"
    sheet.append([safe_cell(name) for name in heading])
    for row in rows:
        sheet.append([_naive(safe_cell(value)) for value in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def safe_cell(value: Cell) -> Cell:
    """Return a cell that no office program takes for a formula; `read_sheet` undoes it."""
    if not isinstance(value, str):
        return value
    kept = value.replace("\0", "")
    # A text that looks quoted already gets a mark more, so that reading takes off exactly ours.
    return f"'{kept}" if kept.lstrip("'").startswith(_DANGEROUS) else kept


def _read_csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of a CSV, whichever of , ; and tab parts its cells."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Binary rubbish is no table in another encoding.
        raise (SheetUnreadable if b"\0" in content else SheetNotUtf8) from error
    if not is_clean(text):
        raise SheetUnreadable
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [_cell(value) for value in cells[:_MOST_COLUMNS]]
    except csv.Error as error:
        raise SheetUnreadable from error


def _read_xlsx(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a workbook's first sheet.

    The unpacked sizes are checked before anything is unpacked; entities that multiply are stopped
    by expat itself (2.4.1 and later).
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_UNPACKED:
                raise SheetTooLarge(megabytes=MOST_BYTES // 1024 // 1024)
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        for number, row in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), start=1):
            yield number, [_xlsx_cell(cell) for cell in row]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError,
            SyntaxError, EOFError) as error:  # fmt: skip
        # ElementTree's ParseError is a SyntaxError.
        raise SheetUnreadable from error


def _xlsx_cell(cell: Any) -> str:
    value = cell.value
    if cell.data_type == "f" or (isinstance(value, str) and value.startswith("=")):
        raise SheetHasFormulas(cell=cell.coordinate)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.time().min else value.isoformat()
    if isinstance(value, float):
        # A spreadsheet's numbers are floats: 12 is 12.0 and 19.99 is what its shortest text says.
        return str(int(value)) if value.is_integer() else repr(value)
    return _cell(str(value))


def _cell(text: str) -> str:
    """Return a cell without the spaces around it and without our own quoting."""
    kept = text.strip(" \u00a0\r\n")[:_MOST_CELL]
    if kept.startswith("'") and kept.lstrip("'").startswith(_DANGEROUS):
        return kept[1:]
    return kept


def _places(heading: Sequence[str], columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return where each known column stands."""
    known = {
        spelling.casefold(): name
        for name, others in columns.items()
        for spelling in (name, *others)
    }
    places: dict[str, int] = {}
    for at, title in enumerate(heading):
        name = known.get(title.casefold())
        if name in places:
            raise SheetColumnsTwice(column=title)
        if name is not None:
            places[name] = at
    return places


def _sheet_title(title: str) -> str:
    """Return what Excel accepts as a sheet's name: 31 characters, no brackets or marks."""
    return "".join(" " if letter in "[]:*?/\\" else letter for letter in title)[:31] or "1"


def _naive(value: Cell) -> Cell:
    """Return a moment without its zone: Excel knows none. The caller chose the zone before."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value
