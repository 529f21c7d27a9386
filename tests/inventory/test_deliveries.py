"""Delivery notes: begun, written line by line, refused. Nothing is on the shelves yet."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from apps.catalog.errors import VariantNotFound
from apps.core.errors import InvalidInput
from apps.core.time import now as present
from apps.core.time import shop_date
from apps.inventory import errors, services
from apps.inventory.dto import DeliveryState, LineValues
from apps.inventory.models import DeliveryLine, DeliveryNote, Lot, StockMovement
from tests.factories import StaffFactory, VariantFactory
from tests.factories.inventory import draft, line_on, receive, warehouse_rows

pytestmark = pytest.mark.django_db

EAN, OTHER, GS = "4600000000015", "2000001001073", "\x1d"
TODAY = shop_date(present())


@pytest.fixture
def variant():
    return VariantFactory(barcode=EAN, sku="PEL-800", product__shelf_life_days=180)


def scan(note, typed):
    return services.scan_line(note_id=note.pk, typed=typed, now=present())


def change(line, **changes):
    return services.change_line(
        note_id=line.note_id, line_id=line.pk, now=present(), **changes
    )  # fmt: skip


def gs1(day):
    return f"{day:%y%m%d}"


class TestOpenDelivery:
    def test_begins_a_draft_by_whom(self):
        member = StaffFactory()

        note = draft(number=" 17 ", supplier="Морозко  Трейд", actor_id=member.pk)

        note.refresh_from_db()
        assert (note.number, note.supplier) == ("17", "Морозко Трейд")
        assert (note.state, note.opened_by, note.closed_at) == (DeliveryState.DRAFT, member, None)
        assert note.history.get().history_user == member

    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"number": " "}, errors.InvalidDelivery),
            ({"supplier": "\0"}, errors.InvalidDelivery),
            ({"arrived_at": present() + timedelta(hours=1)}, errors.InvalidDelivery),
            ({"temperature": Decimal(900)}, errors.InvalidTemperature),
            ({"temperature": Decimal("-18.55")}, errors.InvalidTemperature),
            ({"temperature": Decimal("NaN")}, errors.InvalidTemperature),
        ],
    )
    def test_refuses_what_can_not_be(self, fields, refusal):
        with pytest.raises(refusal):
            draft(**fields)

        assert not DeliveryNote.objects.exists()

    def test_refuses_the_same_note_twice_and_names_the_first(self):
        first = draft(number="17/A", supplier="Морозко")

        with pytest.raises(errors.DeliveryKnown) as refusal:
            draft(number="17/a", supplier="МОРОЗКО")

        assert refusal.value.facts["delivery_id"] == first.pk
        assert DeliveryNote.objects.count() == 1

    def test_takes_a_note_again_that_was_refused(self):
        first = draft(number="17")
        services.refuse_delivery(note_id=first.pk, reason="thawed", actor_id=None, now=present())

        assert draft(number="17").pk != first.pk


class TestChangeDelivery:
    def test_corrects_the_head(self):
        note = draft()

        services.change_delivery(
            note_id=note.pk, temperature=Decimal("-12.0"), vehicle="А001АА77", actor_id=None,
            now=present(),
        )  # fmt: skip

        note.refresh_from_db()
        assert (note.temperature, note.vehicle, note.revision) == (Decimal("-12.0"), "А001АА77", 1)

    def test_knows_no_other_fields(self):
        with pytest.raises(TypeError):
            services.change_delivery(
                note_id=draft().pk, state="booked", actor_id=None, now=present()
            )

    def test_does_not_take_another_notes_number(self):
        draft(number="1")
        note = draft(number="2")

        with pytest.raises(errors.DeliveryKnown):
            services.change_delivery(note_id=note.pk, number="1", actor_id=None, now=present())

        note.refresh_from_db()
        assert note.number == "2"


class TestScanLine:
    def test_adds_the_packs_line_and_finds_it_again(self, variant):
        note = draft()

        first, again = scan(note, EAN), scan(note, EAN)

        assert first.pk == again.pk
        assert (first.variant, first.quantity, first.code) == (variant, 0, "")
        note.refresh_from_db()
        assert note.revision == 1

    @pytest.mark.parametrize("typed", ["PEL-800", "pel-800"])
    def test_takes_a_sku(self, variant, typed):
        assert scan(draft(), typed).variant == variant

    def test_fills_in_what_a_label_says(self, variant):
        made, expires = TODAY - timedelta(days=20), TODAY + timedelta(days=160)

        line = scan(draft(), f"]C1010460000000001511{gs1(made)}17{gs1(expires)}3724{GS}10L-7")

        assert (line.code, line.made_on, line.expires_on) == ("L-7", made, expires)
        assert line.quantity == 24

    def test_knows_our_own_label_as_more_of_a_lot_that_is_here(self, variant):
        lot = receive(variant, 10, code="L-7")

        line = scan(draft(), f"99{lot.pk:014d}")

        assert (line.variant, line.code) == (variant, "L-7")
        assert (line.made_on, line.expires_on) == (lot.made_on, lot.expires_on)

    def test_gives_each_lot_of_a_pack_its_line(self, variant):
        note = draft()
        plain = scan(note, EAN)

        first = scan(note, "010460000000001510L-1")
        second = scan(note, "010460000000001510L-2")

        # The line that was waiting for its lot got the first one.
        assert first.pk == plain.pk
        assert second.pk != first.pk
        assert [line.code for line in note.lines.order_by("pk")] == ["L-1", "L-2"]

    def test_leaves_what_was_typed_alone(self, variant):
        note = draft()
        line = scan(note, "010460000000001510L-1")
        change(line, quantity=30)

        again = scan(note, f"]C1010460000000001537500{GS}10L-1")

        again.refresh_from_db()
        assert (again.pk, again.quantity) == (line.pk, 30)

    @pytest.mark.parametrize(
        ("typed", "refusal"),
        [
            ("4600000000016", errors.BarcodeMistyped),
            (OTHER, errors.BarcodeUnknown),
            ("]C1010460000000001517991399", errors.LabelUnreadable),
            ("пельмени", errors.NothingFound),
            ("9900000000000000", errors.NothingFound),
            ("", errors.NothingFound),
        ],
    )
    def test_refuses_what_it_does_not_know_and_changes_nothing(self, variant, typed, refusal):
        note = draft()
        before = warehouse_rows()

        with pytest.raises(refusal):
            scan(note, typed)

        assert warehouse_rows() == before

    def test_knows_no_pack_that_was_removed(self, variant):
        variant.deleted_at = present()
        variant.save()

        with pytest.raises(errors.BarcodeUnknown):
            scan(draft(), EAN)


class TestAddLine:
    def test_returns_the_line_that_waits_for_its_lot(self, variant):
        note = draft()

        lines = {
            services.add_line(note_id=note.pk, variant_id=variant.pk, now=present()).pk
            for _ in range(3)
        }

        assert len(lines) == 1

    def test_refuses_the_same_lot_twice_on_one_note(self, variant):
        note = draft()
        line_on(note, variant, code="L-1")
        before = warehouse_rows()

        with pytest.raises(errors.LineKnown):
            line_on(note, variant, code="L-1")

        assert warehouse_rows() == before

    def test_refuses_an_unknown_pack(self):
        with pytest.raises(VariantNotFound):
            services.add_line(note_id=draft().pk, variant_id=10**9, now=present())

        assert not DeliveryLine.objects.exists()


class TestChangeLine:
    def test_keeps_what_is_known_so_far(self, variant):
        line = scan(draft(), EAN)

        change(line, quantity=24)
        change(line, code=" L-7 ", shelf="а-03-2", cost=Decimal("120.50"))

        line.refresh_from_db()
        assert (line.quantity, line.code, line.shelf) == (24, "L-7", "A-03-2")
        assert line.cost == Decimal("120.50")

    def test_works_out_the_other_date(self, variant):
        made = scan(draft(), EAN)
        expiring = scan(draft(), EAN)

        change(made, made_on=TODAY - timedelta(days=30))
        change(expiring, expires_on=TODAY + timedelta(days=100))

        made.refresh_from_db()
        expiring.refresh_from_db()
        assert made.expires_on == TODAY + timedelta(days=150)
        assert expiring.made_on == TODAY - timedelta(days=80)

    def test_works_out_no_day_of_making_that_lies_ahead(self, variant):
        line = scan(draft(), EAN)

        change(line, expires_on=TODAY + timedelta(days=400))

        line.refresh_from_db()
        assert line.made_on is None

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"quantity": -1}, errors.InvalidQuantity),
            ({"quantity": 1_000_001}, errors.InvalidQuantity),
            ({"quantity": 2**63}, errors.InvalidQuantity),
            ({"made_on": TODAY + timedelta(days=1)}, errors.InvalidLot),
            ({"made_on": TODAY, "expires_on": TODAY}, errors.InvalidLot),
            ({"made_on": TODAY, "expires_on": date(2001, 1, 1)}, errors.InvalidLot),
            ({"expires_on": date(2206, 11, 20)}, errors.ExpiryTooFar),
            ({"temperature": Decimal(900)}, errors.InvalidTemperature),
            ({"cost": Decimal(-1)}, InvalidInput),
            ({"cost": Decimal("NaN")}, InvalidInput),
            ({"cost": Decimal("1e12")}, InvalidInput),
            ({"cost": Decimal("1.001")}, InvalidInput),
            ({"code": "L" * 41}, InvalidInput),
            ({"shelf": "<b>"}, errors.InvalidShelf),
        ],
    )
    def test_refuses_nonsense_and_changes_nothing(self, variant, changes, refusal):
        line = scan(draft(), EAN)
        change(line, quantity=24)
        before = warehouse_rows()

        with pytest.raises(refusal):
            change(line, **changes)

        assert warehouse_rows() == before

    def test_does_not_take_another_lines_lot(self, variant):
        note = draft()
        line_on(note, variant, code="L-1")
        line = line_on(note, variant, code="L-2")
        before = warehouse_rows()

        with pytest.raises(errors.LineKnown):
            change(line, code="L-1")

        assert warehouse_rows() == before

    def test_knows_no_line_of_another_note(self, variant):
        line, other = line_on(draft(), variant), draft()

        with pytest.raises(errors.DeliveryLineNotFound):
            services.change_line(note_id=other.pk, line_id=line.pk, quantity=1, now=present())


class TestSendLineBack:
    def test_keeps_why_and_can_be_taken_back(self, variant):
        line = line_on(draft(), variant)

        services.send_line_back(note_id=line.note_id, line_id=line.pk, reason="torn")
        line.refresh_from_db()
        assert line.refusal == "torn"

        services.keep_line(note_id=line.note_id, line_id=line.pk)
        line.refresh_from_db()
        assert line.refusal == ""

    def test_asks_why(self, variant):
        line = line_on(draft(), variant)

        with pytest.raises(errors.ReasonMissing):
            services.send_line_back(note_id=line.note_id, line_id=line.pk, reason=" ")


class TestRemoveLine:
    def test_strikes_it_out_once(self, variant):
        line = line_on(draft(), variant)

        for _ in range(2):
            services.remove_line(note_id=line.note_id, line_id=line.pk)

        assert not DeliveryLine.objects.exists()
        # The draft, its line, the line's end: what was gone already changed nothing.
        assert DeliveryNote.objects.get().revision == 2


class TestDiscardDelivery:
    def test_removes_a_draft_with_its_lines(self, variant):
        note = draft()
        line_on(note, variant)

        services.discard_delivery(note_id=note.pk)

        assert not DeliveryNote.objects.exists()
        assert not DeliveryLine.objects.exists()


class TestRefuseDelivery:
    def test_sends_everything_back_and_keeps_why(self, variant):
        member, note = StaffFactory(), draft()
        line_on(note, variant)

        services.refuse_delivery(
            note_id=note.pk, reason="−5 °C", actor_id=member.pk, now=present()
        )  # fmt: skip

        note.refresh_from_db()
        assert (note.state, note.refusal, note.closed_by) == ("refused", "−5 °C", member)
        assert not Lot.objects.exists()
        assert not StockMovement.objects.exists()

    def test_asks_why_and_changes_nothing_without(self):
        note = draft()
        before = warehouse_rows()

        with pytest.raises(errors.ReasonMissing):
            services.refuse_delivery(note_id=note.pk, reason="", actor_id=None, now=present())

        assert warehouse_rows() == before


class TestAClosedNote:
    @pytest.fixture
    def line(self, variant):
        line = line_on(draft(), variant)
        services.refuse_delivery(
            note_id=line.note_id, reason="warm", actor_id=None, now=present()
        )  # fmt: skip
        return line

    @pytest.mark.parametrize(
        "deed",
        [
            lambda line: change(line, quantity=9),
            lambda line: scan(line.note, EAN),
            lambda line: line_on(line.note, line.variant),
            lambda line: services.remove_line(note_id=line.note_id, line_id=line.pk),
            lambda line: services.send_line_back(note_id=line.note_id, line_id=line.pk, reason="x"),
            lambda line: services.keep_line(note_id=line.note_id, line_id=line.pk),
            lambda line: services.discard_delivery(note_id=line.note_id),
            lambda line: services.book_delivery(note_id=line.note_id, actor_id=None, now=present()),
            lambda line: services.refuse_delivery(
                note_id=line.note_id, reason="x", actor_id=None, now=present()
            ),
            lambda line: services.change_delivery(
                note_id=line.note_id, number="9", actor_id=None, now=present()
            ),
            lambda line: services.check_rows(note_id=line.note_id, rows=[], now=present()),
            lambda line: services.import_rows(note_id=line.note_id, rows=[], now=present()),
        ],
    )
    def test_stays_as_it_is(self, line, deed):
        before = warehouse_rows()

        with pytest.raises(errors.DeliveryClosed):
            deed(line)

        assert warehouse_rows() == before

    @pytest.mark.parametrize("deed", ["update", "delete"])
    def test_is_kept_by_the_database_too(self, line, deed):
        rows = DeliveryNote.objects.filter(pk=line.note_id)

        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(vehicle="x") if deed == "update" else rows._raw_delete(rows.db)

        assert rows.exists()


class TestNoNote:
    def test_is_told_apart_from_a_closed_one(self):
        with pytest.raises(errors.DeliveryNotFound):
            services.scan_line(note_id=10**9, typed=EAN, now=present())


class TestLineValues:
    def test_are_empty_at_first(self):
        assert LineValues() == LineValues("", None, None, 0, None, None, "")
