"""A delivery note goes onto the shelves: all of it, once, or nothing."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError
from django.utils import translation

from apps.catalog.dto import Availability, StorageClass
from apps.core.time import now as present
from apps.core.time import shop_date
from apps.inventory import errors, selectors, services
from apps.inventory.dto import DeliveryState, LineOutcome, LotStatus, MovementKind
from apps.inventory.models import DeliveryNote, Lot, StockLevel, StockMovement
from apps.inventory.services import booking
from tests.factories import StaffFactory, VariantFactory
from tests.factories.inventory import draft, line_on, receive, warehouse_rows
from tests.races import raised, together

TODAY = shop_date(present())


def book(note, **options):
    values = {"actor_id": None, "now": present()}
    return services.book_delivery(note_id=note.pk, **(values | options))


def problems_of(refusal):
    return {(row["line_id"], row["code"]) for row in refusal.value.facts["problems"]}


@pytest.mark.django_db
class TestBookDelivery:
    def test_puts_every_line_on_the_shelves_by_whom_and_why(self):
        member, note = StaffFactory(), draft(number="17", supplier="Морозко")
        first, second = (VariantFactory(availability=Availability.NONE) for _ in range(2))
        line_on(note, first, 24, code="L-1", shelf="A-1", cost=Decimal("99.50"))
        line_on(note, first, 6, code="L-2")
        line_on(note, second, 3, code="L-1")

        booked = book(note, actor_id=member.pk)

        assert (booked.state, booked.closed_by_id) == (DeliveryState.BOOKED, member.pk)
        lot = Lot.objects.get(variant=first, code="L-1")
        assert (lot.received, lot.remaining, lot.shelf) == (24, 24, "A-1")
        assert (lot.supplier, lot.cost) == ("Морозко", Decimal("99.50"))
        assert lot.history.get().history_user == member
        levels = dict(StockLevel.objects.values_list("variant_id", "on_hand"))
        assert levels == {first.pk: 30, second.pk: 3}
        movements = list(StockMovement.objects.values_list("kind", "actor_id").distinct())
        assert movements == [(MovementKind.RECEIVE, member.pk)]
        # In the shop's own language, whoever books.
        with translation.override("ru"):
            assert "17" in StockMovement.objects.first().reason
        assert [line.outcome for line in note.lines.all()] == [LineOutcome.RECEIVED] * 3
        assert [line.lot.code for line in note.lines.order_by("pk")] == ["L-1", "L-2", "L-1"]
        first.refresh_from_db()
        assert first.availability == Availability.IN_STOCK
        assert services.check_books() == []

    def test_is_done_once(self):
        note = draft()
        line_on(note, VariantFactory())
        book(note)
        before = warehouse_rows()

        with pytest.raises(errors.DeliveryClosed):
            book(note)

        assert warehouse_rows() == before

    def test_asks_the_same_number_of_questions_for_any_length(self, django_assert_max_num_queries):
        note = draft()
        for _ in range(12):
            line_on(note, VariantFactory())

        with django_assert_max_num_queries(22):
            book(note)

    def test_refuses_a_revision_that_nobody_saw(self):
        note = draft()
        line = line_on(note, VariantFactory())
        note.refresh_from_db()
        services.change_line(note_id=note.pk, line_id=line.pk, quantity=500, now=present())
        before = warehouse_rows()

        with pytest.raises(errors.DeliveryChanged):
            book(note, revision=note.revision)

        assert warehouse_rows() == before

    def test_books_the_revision_that_was_seen(self):
        note = draft()
        line_on(note, VariantFactory())
        note.refresh_from_db()

        assert book(note, revision=note.revision).state == DeliveryState.BOOKED

    @pytest.mark.parametrize("goes_back", [True, False])
    def test_refuses_a_note_that_brings_nothing(self, goes_back):
        note = draft()
        if goes_back:
            line = line_on(note, VariantFactory())
            services.send_line_back(note_id=note.pk, line_id=line.pk, reason="torn")
        before = warehouse_rows()

        with pytest.raises(errors.DeliveryEmpty):
            book(note)

        assert warehouse_rows() == before

    def test_leaves_goods_that_go_back_off_the_shelves(self):
        note = draft()
        kept, back = line_on(note, VariantFactory()), line_on(note, VariantFactory(), code="")
        services.send_line_back(note_id=note.pk, line_id=back.pk, reason="torn")

        book(note)

        kept.refresh_from_db()
        back.refresh_from_db()
        assert (kept.outcome, back.outcome) == (LineOutcome.RECEIVED, LineOutcome.RETURNED)
        assert Lot.objects.get() == kept.lot

    @pytest.mark.parametrize("missing", ["code", "made_on", "expires_on", "quantity"])
    def test_refuses_everything_for_the_sake_of_one_line(self, missing):
        note = draft()
        line_on(note, VariantFactory())
        empty = {"code": "", "quantity": 0}.get(missing)
        line = line_on(note, VariantFactory(product__shelf_life_days=3000))
        note.lines.filter(pk=line.pk).update(**{missing: empty})
        before = warehouse_rows()

        with pytest.raises(errors.DeliveryNotReady) as refusal:
            book(note)

        assert problems_of(refusal) == {(line.pk, "line_incomplete")}
        assert warehouse_rows() == before

    def test_blocks_at_once_what_comes_too_late(self):
        variant = VariantFactory(product__minimum_remaining_days=14, availability=Availability.NONE)
        note = draft()
        line_on(note, variant, 5, expires_on=TODAY + timedelta(days=10))

        book(note)

        level = StockLevel.objects.get()
        assert (level.on_hand, level.blocked) == (5, 5)
        assert services.check_books() == []


@pytest.mark.django_db
class TestTemperature:
    def test_of_the_lorry_puts_warm_goods_aside_with_a_reason(self):
        note = draft(temperature=Decimal("-12.0"))
        line = line_on(note, VariantFactory(availability=Availability.NONE), 8)

        book(note)

        line.refresh_from_db()
        assert line.outcome == LineOutcome.QUARANTINED
        assert (line.lot.status, line.lot.is_blocked) == (LotStatus.QUARANTINED, True)
        level = StockLevel.objects.get()
        assert (level.on_hand, level.blocked, level.available) == (8, 8, 0)
        aside = StockMovement.objects.get(kind=MovementKind.QUARANTINE)
        assert "−12.0 °C" in aside.reason
        assert "−15.0 °C" in aside.reason
        assert services.check_books() == []

        services.release_quarantine(
            lot_id=line.lot_id, reason="core −19", actor_id=None, now=present()
        )  # fmt: skip
        assert StockLevel.objects.get().available == 8
        assert services.check_books() == []

    def test_of_a_line_wins_over_the_lorrys(self):
        note = draft(temperature=Decimal("-12.0"))
        cold = line_on(note, VariantFactory(), temperature=Decimal("-19.5"))
        warm = line_on(note, VariantFactory())

        book(note)

        cold.refresh_from_db()
        warm.refresh_from_db()
        assert (cold.outcome, warm.outcome) == (LineOutcome.RECEIVED, LineOutcome.QUARANTINED)

    def test_is_judged_by_the_products_storage_class(self):
        note = draft(temperature=Decimal("-18.0"))
        usual = line_on(note, VariantFactory())
        deep = line_on(note, VariantFactory(product__storage_class=StorageClass.DEEP_FROZEN))

        book(note)

        usual.refresh_from_db()
        deep.refresh_from_db()
        assert (usual.outcome, deep.outcome) == (LineOutcome.RECEIVED, LineOutcome.QUARANTINED)

    def test_lets_thawed_goods_only_go_back(self):
        note = draft()
        line_on(note, VariantFactory())
        thawed = line_on(note, VariantFactory(), temperature=Decimal("-8.0"))
        before = warehouse_rows()

        with pytest.raises(errors.DeliveryNotReady) as refusal:
            book(note)

        assert problems_of(refusal) == {(thawed.pk, "too_warm")}
        assert warehouse_rows() == before
        services.send_line_back(note_id=note.pk, line_id=thawed.pk, reason="−8 °C")
        assert book(note).state == DeliveryState.BOOKED

    def test_must_have_been_measured(self):
        note = draft(temperature=None)
        line = line_on(note, VariantFactory())

        with pytest.raises(errors.DeliveryNotReady) as refusal:
            book(note)

        assert problems_of(refusal) == {(line.pk, "temperature_missing")}


@pytest.mark.django_db
class TestALotThatIsHere:
    @pytest.fixture
    def lot(self):
        return receive(VariantFactory(), 10, code="L-1", cost=Decimal("50.00"))

    def again(self, lot, note=None, **fields):
        same = {"code": "L-1", "made_on": lot.made_on, "expires_on": lot.expires_on}
        return line_on(note or draft(), lot.variant, 5, **(same | fields))

    @pytest.mark.parametrize("cost", [None, Decimal("50.00")])
    def test_gets_the_units_when_dates_and_cost_agree(self, lot, cost):
        line = self.again(lot, cost=cost)

        book(line.note)

        lot.refresh_from_db()
        line.refresh_from_db()
        assert (line.outcome, line.lot) == (LineOutcome.TOPPED_UP, lot)
        assert (lot.received, lot.remaining) == (15, 15)
        assert StockLevel.objects.get().on_hand == 15
        assert services.check_books() == []

    @pytest.mark.parametrize(
        "changes",
        [
            {"made_on": TODAY - timedelta(days=9)},
            {"expires_on": TODAY + timedelta(days=201)},
            {"cost": Decimal("51.00")},
        ],
    )
    def test_is_never_mixed_with_another_one(self, lot, changes):
        line = self.again(lot, **changes)
        before = warehouse_rows()

        with pytest.raises(errors.DeliveryNotReady) as refusal:
            book(line.note)

        assert problems_of(refusal) == {(line.pk, "lot_differs")}
        assert "L-1-2" in refusal.value.facts["problems"][0]["detail"]
        assert warehouse_rows() == before

    def test_gets_no_warm_units(self, lot):
        line = self.again(lot, temperature=Decimal("-12.0"))
        before = warehouse_rows()

        with pytest.raises(errors.DeliveryNotReady) as refusal:
            book(line.note)

        assert problems_of(refusal) == {(line.pk, "lot_not_topped_up")}
        assert warehouse_rows() == before

    def test_takes_them_in_blocked_while_it_is_in_quarantine(self, lot):
        services.quarantine_lot(lot_id=lot.pk, reason="smell", actor_id=None)
        good, warm = self.again(lot), draft(temperature=Decimal("-12.0"))
        book(good.note)
        self.again(lot, warm)
        book(warm)

        level = StockLevel.objects.get()
        assert (level.on_hand, level.blocked) == (20, 20)
        assert services.check_books() == []

    def test_gets_nothing_after_a_recall(self, lot):
        services.quarantine_lot(lot_id=lot.pk, reason="smell", actor_id=None)
        Lot.objects.update(status=LotStatus.RECALLED)
        line = self.again(lot)

        with pytest.raises(errors.DeliveryNotReady) as refusal:
            book(line.note)

        assert problems_of(refusal) == {(line.pk, "lot_not_topped_up")}

    def test_leaves_the_sale_with_its_new_units_when_its_time_has_passed(self, lot):
        Lot.objects.update(sell_by=TODAY - timedelta(days=1))
        line = self.again(lot)

        book(line.note)

        level = StockLevel.objects.get()
        assert (level.on_hand, level.blocked) == (15, 15)
        assert services.check_books() == []


@pytest.mark.django_db
class TestVerdicts:
    def test_say_beforehand_what_booking_will_make_of_each_line(self):
        here = receive(VariantFactory(), 10, code="L-1")
        note = draft(temperature=None)
        lines = {
            "new": line_on(note, VariantFactory(), temperature=Decimal(-20)),
            "more": line_on(note, here.variant, code="L-1", made_on=here.made_on,
                            expires_on=here.expires_on, temperature=Decimal(-20)),
            "warm": line_on(note, VariantFactory(), temperature=Decimal(-12)),
            "late": line_on(note, VariantFactory(), temperature=Decimal(-20),
                            expires_on=TODAY + timedelta(days=1)),
            "unmeasured": line_on(note, VariantFactory()),
        }  # fmt: skip
        rows = selectors.delivery_lines(note_id=note.pk)

        found = selectors.verdicts(
            note=note, lines=rows, known=selectors.known_lots(rows), now=present()
        )

        outcomes = {name: found[line.pk].outcome for name, line in lines.items()}
        assert outcomes == {
            "new": LineOutcome.RECEIVED, "more": LineOutcome.TOPPED_UP,
            "warm": LineOutcome.QUARANTINED, "late": LineOutcome.RECEIVED, "unmeasured": None,
        }  # fmt: skip
        assert found[lines["more"].pk].lot == here
        assert found[lines["late"].pk].leaves_at_once
        assert not found[lines["new"].pk].leaves_at_once


@pytest.mark.django_db(transaction=True)
class TestTwoReceivers:
    def calls(self, note, count):
        return [partial(book, note) for _ in range(count)]

    def test_of_one_note_book_it_once(self):
        note = draft()
        variants = [VariantFactory() for _ in range(3)]
        for variant in variants:
            line_on(note, variant, 7)

        refusals = raised(together(self.calls(note, 8)))

        assert [type(refusal) for refusal in refusals] == [errors.DeliveryClosed] * 7
        assert set(StockLevel.objects.values_list("on_hand", flat=True)) == {7}
        assert services.check_books() == []

    def test_of_one_note_are_stopped_by_the_database_alone_without_the_lock(self, monkeypatch):
        """The negative control: both read the draft, and the second writes into a closed note."""
        note = draft()
        line_on(note, VariantFactory(), 7)
        monkeypatch.setattr(
            booking, "lock_draft", lambda note_id, revision: DeliveryNote.objects.get(pk=note_id)
        )
        refusals = []
        for _ in range(10):
            refusals = raised(together(self.calls(note, 2)))
            if any(isinstance(refusal, IntegrityError) for refusal in refusals):
                break

        assert any(isinstance(refusal, IntegrityError) for refusal in refusals)
        assert StockLevel.objects.get().on_hand == 7

    @pytest.mark.parametrize("agree", [True, False])
    def test_of_one_lot_make_one_lot(self, agree):
        variant = VariantFactory()
        notes = [draft() for _ in range(4)]
        for days, note in enumerate(notes):
            line_on(note, variant, 5, code="L-1",
                    expires_on=TODAY + timedelta(days=200 + (0 if agree else days)))  # fmt: skip

        outcomes = together([partial(book, note) for note in notes])

        lot = Lot.objects.get()
        assert lot.remaining == StockLevel.objects.get().on_hand == (20 if agree else 5)
        assert len(raised(outcomes)) == (0 if agree else 3)
        assert {type(refusal) for refusal in raised(outcomes)} <= {errors.DeliveryNotReady}
        assert services.check_books() == []

    def test_of_one_lot_collide_without_the_stock_row_s_lock(self, monkeypatch):
        """The negative control: only the table's own uniqueness is left to stop it."""
        variant = VariantFactory()
        receive(variant, 1)
        monkeypatch.setattr(
            "apps.inventory.services.levels.open_levels", lambda ids: dict.fromkeys(ids, 14)
        )
        for number in range(10):
            notes = [draft() for _ in range(3)]
            for note in notes:
                line_on(note, variant, 5, code=f"L-{number}")
            refusals = raised(together([partial(book, note) for note in notes]))
            if refusals:
                break

        assert any(isinstance(refusal, IntegrityError) for refusal in refusals)

    def test_with_the_same_packs_in_another_order_do_not_deadlock(self):
        variants = [VariantFactory() for _ in range(4)]
        notes = [draft() for _ in range(6)]
        for number, note in enumerate(notes):
            for variant in variants if number % 2 else reversed(variants):
                line_on(note, variant, 1)

        assert raised(together([partial(book, note) for note in notes])) == []
        assert set(StockLevel.objects.values_list("on_hand", flat=True)) == {6}
        assert services.check_books() == []
