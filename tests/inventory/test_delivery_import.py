"""A supplier's table becomes lines of a delivery note: every row, or none."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from openpyxl import Workbook

from apps.core import sheets
from apps.core.time import now as present
from apps.core.time import shop_date
from apps.inventory import errors, services
from apps.inventory.dto import RowState
from apps.inventory.models import DeliveryLine
from apps.inventory.services import delivery_import
from tests.factories import VariantFactory
from tests.factories.inventory import draft, line_on, warehouse_rows

pytestmark = pytest.mark.django_db

EAN = "4600000000015"
TODAY = shop_date(present())
MADE, EXPIRES = TODAY - timedelta(days=10), TODAY + timedelta(days=170)


@pytest.fixture
def variant():
    return VariantFactory(sku="PEL-800", barcode=EAN, product__shelf_life_days=180)


def row(**cells):
    usual = {"sku": "PEL-800", "code": "L-1", "quantity": "24", "made_on": MADE.isoformat()}
    return usual | cells


def check(note, *rows):
    numbered = list(enumerate(rows, start=2))
    return services.check_rows(note_id=note.pk, rows=numbered, now=present())


def load(note, *rows):
    numbered = list(enumerate(rows, start=2))
    return services.import_rows(note_id=note.pk, rows=numbered, now=present())


class TestImportRows:
    def test_adds_a_line_for_each_row(self, variant):
        note = draft()

        reports = load(
            note,
            row(cost="99,50", temperature="−18,5", shelf="а-1"),
            row(sku="", barcode=EAN, code="L-2", expires_on=f"{EXPIRES:%d.%m.%Y}", made_on=""),
        )

        assert [report.state for report in reports] == [RowState.NEW, RowState.NEW]
        first, second = note.lines.order_by("pk")
        assert (first.quantity, first.cost, first.shelf) == (24, Decimal("99.50"), "A-1")
        assert (first.temperature, first.expires_on) == (Decimal("-18.5"), EXPIRES)
        assert (second.variant, second.made_on, second.expires_on) == (variant, MADE, EXPIRES)
        note.refresh_from_db()
        assert note.revision == 1

    def test_does_nothing_the_second_time_and_names_every_lot(self, variant):
        note = draft()
        load(note, row(), row(code="L-2"))
        before = warehouse_rows()

        again = load(note, row(), row(code="L-2"))

        assert [report.state for report in again] == [RowState.KNOWN, RowState.KNOWN]
        assert "L-1" in again[0].title
        assert warehouse_rows() == before

    def test_names_lots_that_were_booked_before(self, variant):
        first = draft()
        load(first, row())
        services.book_delivery(note_id=first.pk, actor_id=None, now=present())
        note = draft()

        reports = load(note, row(), row(code="L-2"))

        assert [report.state for report in reports] == [RowState.KNOWN, RowState.NEW]
        assert "L-1" in reports[0].detail
        assert [line.code for line in note.lines.all()] == ["L-2"]

    @pytest.mark.parametrize(
        "cells",
        [
            {"sku": "NONE-1"},
            {"sku": ""},
            {"barcode": "4600000000016"},
            {"barcode": "2000001001073"},
            {"barcode": "pelmeni"},
            {"code": ""},
            {"code": "L" * 41},
            {"quantity": ""},
            {"quantity": "0"},
            {"quantity": "-3"},
            {"quantity": "1.5"},
            {"quantity": "10000000"},
            {"quantity": "many"},
            {"quantity": "1_0"},
            {"cost": "9_9"},
            {"made_on": (TODAY + timedelta(days=1)).isoformat()},
            {"made_on": "yesterday"},
            {"expires_on": "2001-01-01"},
            {"expires_on": "2206-11-20"},
            {"cost": "-1"},
            {"cost": "NaN"},
            {"cost": "1e500"},
            {"temperature": "900"},
            {"temperature": "cold"},
            {"shelf": "=A1"},
        ],
    )
    def test_refuses_everything_for_the_sake_of_one_row(self, variant, cells):
        note = draft()
        before = warehouse_rows()

        (good, bad) = check(note, row(), row(**({"code": "L-2"} | cells)))
        with pytest.raises(errors.ImportRefused) as refusal:
            load(note, row(), row(**({"code": "L-2"} | cells)))

        assert (good.state, bad.state, bad.number) == (RowState.NEW, RowState.WRONG, 3)
        assert bad.detail
        assert [problem["row"] for problem in refusal.value.facts["problems"]] == [3]
        assert warehouse_rows() == before

    def test_refuses_a_lot_that_the_table_has_twice(self, variant):
        note = draft()

        with pytest.raises(errors.ImportRefused):
            load(note, row(), row(quantity="6"))

        assert not DeliveryLine.objects.exists()

    def test_refuses_a_row_that_contradicts_the_note(self, variant):
        note = draft()
        line_on(note, variant, 12, code="L-1")
        before = warehouse_rows()

        (report,) = check(note, row(quantity="24"))

        assert report.state == RowState.WRONG
        assert "12" in report.detail
        assert warehouse_rows() == before

    def test_refuses_more_rows_than_a_lorry_brings(self, variant):
        rows = [row(code=f"L-{n}") for n in range(delivery_import.MOST_LINES + 1)]

        with pytest.raises(errors.ImportRefused):
            load(draft(), *rows)

        assert not DeliveryLine.objects.exists()


class TestCheckRows:
    def test_looks_and_changes_nothing(self, variant):
        note = draft()
        before = warehouse_rows()

        (report,) = check(note, row())

        assert report.state == RowState.NEW
        assert "24" in report.detail
        assert warehouse_rows() == before

    def test_asks_the_same_number_of_questions_for_any_length(
        self, variant, django_assert_max_num_queries
    ):
        note = draft()
        rows = [row(code=f"L-{n}") for n in range(60)]

        # Among them a savepoint and its release.
        with django_assert_max_num_queries(6):
            check(note, *rows)


class TestColumns:
    @pytest.mark.parametrize(
        "heading",
        [
            ["sku", "code", "quantity", "made_on"],
            ["Артикул", "Партия", "Количество", "Изготовлен"],
        ],
    )
    def test_are_understood_in_both_languages(self, variant, heading):
        book = Workbook()
        book.active.append(heading)
        book.active.append(["PEL-800", "L-1", 24, MADE])
        content = io.BytesIO()
        book.save(content)
        content.seek(0)
        note = draft()

        rows = sheets.read_sheet(
            content, columns=delivery_import.COLUMNS, required=delivery_import.REQUIRED
        )
        services.import_rows(
            note_id=note.pk, rows=[(read.number, read.values) for read in rows], now=present()
        )

        line = note.lines.get()
        assert (line.code, line.quantity, line.made_on) == ("L-1", 24, MADE)
