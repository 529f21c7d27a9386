import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from apps.core import sheets

COLUMNS = {"sku": ("артикул", "SKU code"), "price": ("цена",), "note": ()}


def read(content: bytes, *, required=("sku", "price"), **options):
    return sheets.read_sheet(io.BytesIO(content), columns=COLUMNS, required=required, **options)


def workbook(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


class TestReadSheet:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_reads_csv_whatever_parts_its_cells(self, delimiter):
        rows = read(f"Артикул{delimiter}Цена\r\nPEL-1{delimiter}19.90\r\n".encode("utf-8-sig"))

        assert [(row.number, dict(row.values)) for row in rows] == [
            (2, {"sku": "PEL-1", "price": "19.90"})
        ]

    def test_reads_a_workbook_as_typed(self):
        rows = read(workbook(["sku", "price", "note"], ["A-1", 12, date(2026, 11, 26)],
                             [None, None, None], ["A-2", 19.99, "так"]))  # fmt: skip

        assert [
            (row.number, row.get("sku"), row.get("price"), row.get("note")) for row in rows
        ] == [
            (2, "A-1", "12", "2026-11-26"),
            (4, "A-2", "19.99", "так"),
        ]

    def test_passes_over_columns_that_nobody_asked_for(self):
        (row,) = read(b"sku,colour,price\nA,red,1\n")

        assert dict(row.values) == {"sku": "A", "price": "1"}

    @pytest.mark.parametrize("note", ["=1+1", "'so'", "'=1+1", "''-1", "-", "'"])
    def test_undoes_the_quoting_of_exports(self, note):
        content = sheets.csv_bytes(["sku", "price", "note"], [["A", 1, note]])

        assert [row.get("note") for row in read(content)] == [note]

    @pytest.mark.parametrize(
        ("content", "refusal"),
        [
            (b"", sheets.SheetEmpty),
            (b"sku,price\n", sheets.SheetEmpty),
            (b"sku,price\n,\n", sheets.SheetEmpty),
            (b"sku\nA\n", sheets.SheetColumnsMissing),
            ("sku,артикул,price\nA,B,1\n".encode(), sheets.SheetColumnsTwice),
            ("артикул,цена\nПЕЛ,1\n".encode("cp1251"), sheets.SheetNotUtf8),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", sheets.SheetUnreadable),
            (b"sku,price\nA\0,1\n", sheets.SheetUnreadable),
            (b'sku,price\n"A"B",1\n', sheets.SheetUnreadable),
            (b"PK\x03\x04 but no archive", sheets.SheetUnreadable),
            (workbook(["sku", "price"], ["A", "=1+1"]), sheets.SheetHasFormulas),
        ],
    )
    def test_refuses_what_is_no_plain_table(self, content, refusal):
        with pytest.raises(refusal):
            read(content)

    def test_refuses_an_archive_that_is_no_workbook(self):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("readme.txt", "hello")

        with pytest.raises(sheets.SheetUnreadable):
            read(content.getvalue())

    def test_refuses_a_bomb_before_unpacking_it(self, monkeypatch):
        monkeypatch.setattr(sheets, "_MOST_UNPACKED", 100)

        with pytest.raises(sheets.SheetTooLarge):
            read(workbook(["sku", "price"], ["A", 1]))

    def test_refuses_more_bytes_or_rows_than_it_takes(self, monkeypatch):
        with pytest.raises(sheets.SheetTooLong):
            read(b"sku,price\n" + b"A,1\n" * 3, most_rows=2)

        monkeypatch.setattr(sheets, "MOST_BYTES", 10)
        with pytest.raises(sheets.SheetTooLarge):
            read(b"sku,price\nA,1\n")

    def test_names_the_cell_with_the_formula(self):
        with pytest.raises(sheets.SheetHasFormulas, match="B3"):
            read(workbook(["sku", "price"], ["A", 1], ["B", "=A1"]))


class TestWriting:
    ROWS = (["=cmd", Decimal("-5.10"), "+7 900"], ["@x", 3, "\tso"], ["плюс", 0, "-1"])

    def test_writes_csv_without_formulas(self):
        text = sheets.csv_bytes(["a", "b", "c"], self.ROWS).decode("utf-8-sig")

        assert text.splitlines() == ["a,b,c", "'=cmd,-5.10,'+7 900", "'@x,3,'\tso", "плюс,0,'-1"]

    def test_writes_a_workbook_without_formulas_and_with_numbers(self):
        content = sheets.xlsx_bytes(["a", "b", "c"], self.ROWS, title="Sales [w/w]")

        sheet = load_workbook(io.BytesIO(content)).active
        assert sheet.title == "Sales  w w "
        assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
            ["'=cmd", -5.1, "'+7 900"], ["'@x", 3, "'\tso"], ["плюс", 0, "'-1"]
        ]  # fmt: skip
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)

    def test_writes_moments_as_the_caller_zoned_them(self):
        moment = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)

        content = sheets.xlsx_bytes(["at"], [[moment]], title="t")

        written = load_workbook(io.BytesIO(content)).active["A2"].value
        assert written == moment.replace(tzinfo=None)
