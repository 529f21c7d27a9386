"""Delivery notes and stocktakes in the admin, without a line of JavaScript."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from apps.core.time import now as present
from apps.core.time import shop_date
from apps.inventory import services
from apps.inventory.models import DeliveryNote, Lot, StockLevel, Stocktake
from tests.admin.conftest import desk_of
from tests.admin.test_goods import do, sentences
from tests.factories import StaffFactory, VariantFactory
from tests.factories.inventory import draft, line_on, receive, warehouse_rows

pytestmark = pytest.mark.django_db

EAN = "4600000000015"
TODAY = shop_date(present())
ADD_NOTE, ADD_COUNT = (f"/admin/inventory/{name}/add/" for name in ("deliverynote", "stocktake"))


@pytest.fixture
def variant():
    return VariantFactory(sku="PEL-800", barcode=EAN, product__name_en="Siberian pelmeni")


@pytest.fixture
def keeper(db):
    return StaffFactory(role="warehouse", first_name="Мария")


@pytest.fixture
def phone(keeper):
    return desk_of(keeper)


def page_of(record):
    name = f"admin:inventory_{record._meta.model_name}_change"
    return reverse(name, args=(record.pk,))


def work(client, record, **fields):
    name = f"admin:inventory_{record._meta.model_name}_work"
    return client.post(reverse(name, args=(record.pk,)), fields, follow=True)


def behind(client, record, **fields):
    """Post as work.js does."""
    name = f"admin:inventory_{record._meta.model_name}_work"
    return client.post(reverse(name, args=(record.pk,)), fields, headers={"X-Work": "1"})


def line_form(line, **fields):
    usual = {
        "do": "save", "line": line.pk, "quantity": line.quantity, "code": line.code,
        "made_on": line.made_on or "", "expires_on": line.expires_on or "", "temperature": "",
        "cost": "", "shelf": "",
    }  # fmt: skip
    return usual | fields


def head(**fields):
    usual = {
        "number": "17", "supplier": "Moroz", "arrived_at_0": TODAY.isoformat(),
        "arrived_at_1": "00:00:00", "temperature": "-18.5", "vehicle": "", "comment": "",
    }  # fmt: skip
    return usual | fields


class TestADelivery:
    def test_comes_in_by_scanner_and_thumb(self, variant, phone, keeper):
        begun = phone.post(ADD_NOTE, head())
        note = DeliveryNote.objects.get()
        assert begun.url == page_of(note)
        assert note.opened_by == keeper

        work(phone, note, do="scan", typed=EAN)
        line = note.lines.get()
        made = TODAY - timedelta(days=3)
        work(phone, note, **line_form(line, quantity="24", code="L-1", made_on=made.isoformat(),
                                      cost="99,50", shelf="а-1"))  # fmt: skip
        asked = phone.get(reverse("admin:inventory_deliverynote_do", args=(note.pk, "book")))
        note.refresh_from_db()
        answer = do(phone, note, "book", state=f"draft-{note.revision}")

        assert "24 units" in asked.content.decode()
        assert "on the shelves" in sentences(answer)
        lot = Lot.objects.get()
        assert (lot.remaining, lot.shelf, str(lot.cost)) == (24, "A-1", "99.50")
        assert StockLevel.objects.get().available == 24

    def test_repeats_the_head_with_the_refusal(self, phone):
        answer = phone.post(ADD_NOTE, head(temperature="900"))

        assert answer.status_code == 200
        assert "900 °C can" in answer.content.decode()
        assert 'value="Moroz"' in answer.content.decode()
        assert not DeliveryNote.objects.exists()

    def test_names_the_note_that_is_here_already(self, phone):
        draft(number="17", supplier="Moroz")

        answer = phone.post(ADD_NOTE, head())

        assert "add the year" in answer.content.decode()
        assert DeliveryNote.objects.count() == 1

    def test_keeps_what_was_typed_and_shows_a_way_on(self, variant, phone):
        note = draft()

        mistyped = work(phone, note, do="scan", typed="4600000000016")
        unknown = work(phone, note, do="scan", typed="2000001001073")
        named = work(phone, note, do="scan", typed="pelmeni")

        for answer, typed in ((mistyped, "4600000000016"), (unknown, "2000001001073")):
            assert f'value="{typed}"' in answer.content.decode()
        assert "wrong check digit" in mistyped.content.decode()
        assert "Look it up by name" in unknown.content.decode()
        assert "Which pack is “pelmeni”?" in named.content.decode()
        assert f'name="variant" value="{variant.pk}"' in named.content.decode()
        assert not note.lines.exists()

        work(phone, note, do="add", variant=variant.pk)
        assert note.lines.get().variant == variant

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"quantity": "-1"}, "units"),
            ({"quantity": "1.5"}, "units"),
            ({"quantity": "99999999999999999999"}, "units"),
            ({"made_on": "soon"}, "made on"),
            ({"made_on": "2999-01-01"}, "a past day of making"),
            ({"made_on": "2026-01-02", "expires_on": "2026-01-01"}, "a later day of expiry"),
            ({"temperature": "900"}, "900 °C"),
            ({"temperature": "cold"}, "temperature"),
            ({"cost": "NaN"}, "cost"),
            ({"shelf": "<script>"}, "no shelf: &lt;script&gt;"),
            ({"code": "L" * 41}, "lot code"),
        ],
    )
    def test_repeats_a_line_with_the_refusal(self, variant, phone, fields, sentence):
        note = draft()
        line = line_on(note, variant)
        before = warehouse_rows()

        answer = work(phone, note, **line_form(line, **({"code": "TYPED-1"} | fields)))

        assert answer.status_code == 400
        page = answer.content.decode()
        assert 'class="work-refused"' in page
        assert sentence in page
        assert fields.get("code", "TYPED-1") in page
        assert warehouse_rows() == before

    def test_sends_a_line_back_takes_it_in_again_and_strikes_it_out(self, variant, phone):
        note = draft()
        line = line_on(note, variant)

        work(phone, note, do="back", line=line.pk, reason="torn")
        line.refresh_from_db()
        assert line.refusal == "torn"
        work(phone, note, do="keep", line=line.pk)
        line.refresh_from_db()
        assert line.refusal == ""
        work(phone, note, do="remove", line=line.pk)
        assert not note.lines.exists()

    def test_is_not_booked_as_somebody_else_has_changed_it(self, variant, phone):
        note = draft()
        line = line_on(note, variant)
        note.refresh_from_db()
        seen = f"draft-{note.revision}"
        services.change_line(note_id=note.pk, line_id=line.pk, quantity=500, now=present())

        answer = do(phone, note, "book", state=seen)

        assert "changed it meanwhile" in sentences(answer)
        assert not Lot.objects.exists()

    def test_says_why_it_can_not_be_booked(self, variant, phone):
        note = draft(temperature=None)
        line_on(note, variant)
        note.refresh_from_db()

        answer = do(phone, note, "book", state=f"draft-{note.revision}")

        assert "PEL-800" in answer.context["form"].non_field_errors()[0]
        page = phone.get(page_of(note)).content.decode()
        assert "How cold was it?" in page

    def test_is_refused_corrected_or_discarded(self, phone):
        first, second, third = draft(), draft(), draft()

        do(phone, first, "refuse", state="draft-0", reason="warm")
        do(phone, second, "head", **(head(number="99", temperature="") | {"state": "draft-0"}))
        gone = do(phone, third, "discard", state="draft-0")

        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, first.refusal) == ("refused", "warm")
        assert (second.number, second.temperature) == ("99", None)
        assert gone.request["PATH_INFO"] == "/admin/inventory/deliverynote/"

    def test_is_read_when_it_is_closed(self, variant, phone):
        note = draft()
        line_on(note, variant, code="L-1")
        services.book_delivery(note_id=note.pk, actor_id=None, now=present())

        page = phone.get(page_of(note))
        answer = work(phone, note, do="scan", typed=EAN)

        assert page.context["deeds"] == []
        assert 'name="typed"' not in page.content.decode()
        assert page_of(Lot.objects.get()) in page.content.decode()
        assert answer.status_code == 409
        assert "is closed" in answer.content.decode()

    def test_costs_the_same_number_of_questions_with_any_number_of_lines(
        self, phone, django_assert_max_num_queries
    ):
        note = draft()
        for _ in range(12):
            line_on(note, VariantFactory())

        with django_assert_max_num_queries(12):
            phone.get(page_of(note))


class TestBehindThePage:
    def test_answers_with_the_part_that_changes(self, variant, phone):
        note = draft()

        answer = behind(phone, note, do="scan", typed=EAN).json()

        line = note.lines.get()
        assert answer["focus"] == f"line-{line.pk}"
        assert f'id="line-{line.pk}"' in answer["html"]
        assert "<html" not in answer["html"]

    def test_says_what_was_refused(self, variant, phone):
        note = draft()

        answer = behind(phone, note, do="scan", typed="4600000000016")

        assert answer.status_code == 400
        assert "check digit" in answer.json()["refused"]
        assert 'value="4600000000016"' in answer.json()["html"]

    def test_wants_the_forms_own_token(self, variant, keeper):
        from django.test import Client

        strict = Client(enforce_csrf_checks=True)
        strict.force_login(keeper)
        note = draft()

        answer = behind(strict, note, do="scan", typed=EAN)

        assert answer.status_code == 403
        assert not note.lines.exists()


def table(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("note.xlsx", content.getvalue())


class TestATable:
    HEADING = ("sku", "code", "quantity", "made_on")

    def address(self, note):
        return reverse("admin:inventory_deliverynote_import", args=(note.pk,))

    def test_is_looked_at_first_and_then_taken_over(self, variant, phone):
        note = draft()
        rows = (self.HEADING, ("PEL-800", "L-1", 24, TODAY), ("PEL-800", "L-2", 6, TODAY))

        looked = phone.post(self.address(note), {"file": table(*rows)})
        assert not note.lines.exists()
        packed = looked.context["preview"].packed
        done = phone.post(self.address(note), {"rows": packed}, follow=True)

        assert looked.context["preview"].fresh == 2
        assert "2 lines were added" in sentences(done)
        assert [line.code for line in note.lines.order_by("pk")] == ["L-1", "L-2"]

    def test_names_what_is_here_when_it_comes_again(self, variant, phone):
        note = draft()
        line_on(note, variant, 24, code="L-1")

        looked = phone.post(
            self.address(note), {"file": table(self.HEADING, ("PEL-800", "L-1", 24, TODAY))}
        )

        assert "on this note already" in looked.content.decode()
        assert 'name="rows"' not in looked.content.decode()

    def test_offers_nothing_while_a_row_is_wrong(self, variant, phone):
        note = draft()
        rows = (self.HEADING, ("PEL-800", "L-1", 24, TODAY), ("<b>NONE", "L-2", 6, TODAY))

        looked = phone.post(self.address(note), {"file": table(*rows)})

        page = looked.content.decode()
        assert "There is no pack &lt;B&gt;NONE" in page
        assert 'name="rows"' not in page

    @pytest.mark.parametrize(
        ("file", "sentence"),
        [
            (table(HEADING, ("PEL-800", "L-1", "=1+1", TODAY)), "formula"),
            (SimpleUploadedFile("n.csv", "артикул,code,quantity\nПЕЛ,1,1".encode("cp1251")), "UTF"),
            (SimpleUploadedFile("n.csv", b"sku,quantity\nPEL-800,1"), "lacks: code"),
            (SimpleUploadedFile("n.pdf", b"%PDF-1.7\0\xff"), "not a table"),
            (SimpleUploadedFile("n.csv", b"sku,code,quantity\n"), "no rows"),
        ],
    )
    def test_is_refused_when_it_is_none(self, variant, phone, file, sentence):
        note = draft()
        file.seek(0)

        answer = phone.post(self.address(note), {"file": file})

        assert answer.status_code == 200
        assert sentence in answer.content.decode()
        assert not note.lines.exists()

    @pytest.mark.parametrize(
        "rows", ["", "[]]", "{}", "[[1]]", '[["a", {}]]', "[[1, 2]]", "null", "[" * 100_000]
    )
    def test_is_not_forged(self, variant, phone, rows):
        note = draft()

        answer = phone.post(self.address(note), {"rows": rows})

        assert answer.status_code in (200, 302)
        assert not note.lines.exists()

    def test_is_checked_again_when_it_is_taken_over(self, variant, phone):
        note = draft()
        rows = '[[2, {"sku": "PEL-800", "code": "L-1", "quantity": "-5"}]]'

        answer = phone.post(self.address(note), {"rows": rows})

        assert "Nothing was imported" in answer.content.decode()
        assert not note.lines.exists()

    def test_is_not_for_those_who_only_look(self, variant, desk):
        note = draft()

        assert desk("courier").get(self.address(note)).status_code == 403


class TestAStocktake:
    @pytest.fixture
    def lot(self, variant):
        return receive(variant, 10, shelf="A-1", cost=Decimal("50.00"))

    @pytest.fixture
    def running(self, lot, phone):
        phone.post(ADD_COUNT, {"shelf": "а 1", "category": "", "is_blind": "on"})
        return Stocktake.objects.get()

    def test_goes_from_the_shelf_to_the_books(self, lot, phone, running, keeper):
        work(phone, running, do="scan", typed=EAN)
        work(phone, running, do="count", lot=lot.pk, counted="7", seen="")
        state = f"counting-{keeper.pk}"
        asked = phone.get(reverse("admin:inventory_stocktake_do", args=(running.pk, "confirm")))
        answer = do(phone, running, "confirm", state=state, uncounted="keep")

        assert "−3" in asked.content.decode()
        assert "−150" in asked.content.decode()
        assert "confirmed" in sentences(answer)
        lot.refresh_from_db()
        assert lot.remaining == 7

    @pytest.mark.parametrize(("blind", "shown"), [(True, False), (False, True)])
    def test_hides_the_books_while_it_is_blind(self, lot, phone, running, blind, shown):
        Stocktake.objects.update(is_blind=blind)

        work(phone, running, do="count", lot=lot.pk, counted="7", seen="")

        assert ("−3" in phone.get(page_of(running)).content.decode()) is shown

    def test_leads_the_second_person_to_the_first(self, lot, running, desk):
        second = desk("manager")

        answer = second.post(ADD_COUNT, {"shelf": "A-1", "is_blind": "on"}, follow=True)

        assert answer.request["PATH_INFO"] == page_of(running)
        assert "Мария" in sentences(answer)
        assert [deed.name for deed, _url in answer.context["deeds"]] == ["take-over"]
        assert Stocktake.objects.count() == 1

    def test_shows_who_was_faster_and_keeps_what_was_typed(self, lot, phone, running, desk):
        work(phone, running, do="count", lot=lot.pk, counted="8", seen="")

        answer = work(desk("manager"), running, do="count", lot=lot.pk, counted="7", seen="")

        page = answer.content.decode()
        assert answer.status_code == 409
        assert "has just counted 8" in page
        assert 'name="seen" value="8"' in page
        assert 'value="7"' in page
        assert running.lines.get().counted == 8

    def test_asks_which_lot_a_pack_means(self, lot, phone, running, variant):
        receive(variant, 5, code="L-2", shelf="A-1", days=30)
        services.add_lot(stocktake_id=running.pk, lot_id=Lot.objects.get(code="L-2").pk)

        answer = work(phone, running, do="scan", typed=EAN)

        assert [lot.code for lot in answer.context["page"].candidates] == ["L-2", lot.code]

    def test_takes_a_stray_in_and_leaves_it_out(self, lot, phone, running, variant):
        stray = receive(variant, 5, code="L-9", shelf="B-2")

        found = work(phone, running, do="scan", typed="l-9")
        assert "By the books it stands at B-2" in found.content.decode()
        work(phone, running, do="leave", lot=stray.pk)

        assert [line.lot for line in running.lines.all()] == [lot]

    @pytest.mark.parametrize("counted", ["", "-1", "1.5", "many", "99999999999999999999"])
    def test_refuses_a_count_that_is_none(self, lot, phone, running, counted):
        before = warehouse_rows()

        answer = work(phone, running, do="count", lot=lot.pk, counted=counted, seen="")

        assert answer.status_code == 400
        assert "work-refused" in answer.content.decode()
        assert warehouse_rows() == before

    @pytest.mark.parametrize("lot_id", ["", "x", "0", "-1", "9" * 30])
    def test_knows_no_other_lots(self, lot, phone, running, lot_id):
        answer = work(phone, running, do="count", lot=lot_id, counted="1", seen="")

        assert answer.status_code == 404

    def test_offers_what_came_after_the_start(self, lot, phone, running, variant):
        late = receive(variant, 5, code="L-LATE", shelf="A-1")

        page = phone.get(page_of(running))

        assert page.context["page"].left_out == (late,)

    def test_is_not_for_those_who_only_look(self, lot, running, desk):
        answer = work(desk("support"), running, do="count", lot=lot.pk, counted="1", seen="")

        assert answer.status_code == 403
        assert running.lines.get().counted is None

    def test_costs_the_same_number_of_questions_with_any_number_of_lots(
        self, phone, django_assert_max_num_queries
    ):
        for _ in range(12):
            receive(VariantFactory(), 3, shelf="A-1")
        phone.post(ADD_COUNT, {"shelf": "A-1", "is_blind": "on"})

        with django_assert_max_num_queries(12):
            phone.get(page_of(Stocktake.objects.get()))


class TestTheFirstPage:
    def box(self, client):
        panels = client.get("/admin/").context["panels"]
        return next((box for box in panels if box.icon == "warehouse"), None)

    def test_shows_what_is_not_finished(self, variant, phone, keeper):
        assert self.box(phone) is None
        note = draft()
        receive(variant, 10, shelf="A-1")
        running = services.start_stocktake(shelf="A-1", actor_id=keeper.pk, now=present())

        assert [row.url for row in self.box(phone).rows] == [page_of(note), page_of(running)]

    def test_is_the_warehouses_matter(self, desk):
        draft()

        assert self.box(desk("courier")) is None


class TestMovements:
    def test_are_found_by_person_and_cause(self, variant, owner, owner_desk, keeper):
        lot = receive(variant, 10, actor_id=keeper.pk)
        services.write_off(lot_id=lot.pk, quantity=1, reason_code="lost", actor_id=owner.pk)
        address = "/admin/inventory/stockmovement/"

        def shown(**query):
            rows = owner_desk.get(address, query).context["cl"].result_list
            return [row.kind for row in rows]

        assert shown() == ["waste", "receive"]
        assert shown(actor=keeper.pk) == ["receive"]
        assert shown(actor="nobody") == ["waste", "receive"]
        assert shown(reason_code__exact="lost") == ["waste"]


class TestALotOnAShelf:
    def test_is_moved_and_found_there(self, shop, owner_desk):
        do(owner_desk, shop.lot, "move", shelf="а 03")

        shop.lot.refresh_from_db()
        assert shop.lot.shelf == "A-03"
        rows = owner_desk.get("/admin/inventory/lot/", {"shelf__icontains": "a-0"})
        assert list(rows.context["cl"].result_list) == [shop.lot]

    def test_is_written_off_with_a_cause(self, shop, owner_desk):
        for fields in ({"reason_code": "thawed"}, {"reason_code": "other", "reason": "dog"}):
            do(owner_desk, shop.lot, "write-off", quantity="1", **fields)
        refused = do(owner_desk, shop.lot, "write-off", quantity="1", reason_code="other")
        silent = do(owner_desk, shop.lot, "write-off", quantity="1", reason_code="")

        shop.lot.refresh_from_db()
        assert shop.lot.remaining == 27
        assert "Please say why" in refused.context["form"].non_field_errors()[0]
        assert "reason_code" in silent.context["form"].errors
