"""Shelves are counted while the shop goes on selling, and the books follow."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from apps.catalog.errors import CategoryNotFound
from apps.core.time import now as present
from apps.inventory import errors, selectors, services
from apps.inventory.dto import (
    Demand,
    LotPick,
    MovementKind,
    StocktakeState,
    Uncounted,
)
from apps.inventory.models import Lot, Reservation, StockLevel, StockMovement, Stocktake
from apps.inventory.services import stocktake_closing, stocktakes
from tests.factories import (
    CategoryFactory,
    OrderFactory,
    OrderLineFactory,
    StaffFactory,
    VariantFactory,
)
from tests.factories.inventory import receive, warehouse_rows
from tests.races import raised, together


@pytest.fixture
def maria(db):
    return StaffFactory(first_name="Мария")


@pytest.fixture
def oleg(db):
    return StaffFactory(first_name="Олег")


@pytest.fixture
def lot(db):
    return receive(VariantFactory(), 10, shelf="A-1", cost=Decimal("50.00"))


def start(member, shelf="A-1", **fields):
    values = {"actor_id": member.pk, "now": present()}
    scope = {} if "category_id" in fields else {"shelf": shelf}
    return services.start_stocktake(**(values | scope | fields))


def count(running, lot, counted, member, *, seen=None):
    return services.count_lot(
        stocktake_id=running.pk, lot_id=lot.pk, counted=counted, seen=seen, actor_id=member.pk,
        now=present(),
    )  # fmt: skip


def confirm(running, member, uncounted=Uncounted.KEEP):
    return services.confirm_stocktake(
        stocktake_id=running.pk, uncounted=uncounted, actor_id=member.pk, now=present()
    )  # fmt: skip


def pick(lot, quantity):
    """Let an order take units out of a lot."""
    line = OrderLineFactory(
        order=OrderFactory(lines=0), variant=lot.variant, quantity=quantity
    )  # fmt: skip
    services.reserve(demands=[Demand(line.pk, lot.variant_id, quantity)])
    services.consume(
        order_id=line.order_id, picks=[LotPick(line.pk, lot.pk, quantity)], actor_id=None,
        now=present(),
    )  # fmt: skip


def held(lot):
    return Lot.objects.values_list("remaining", flat=True).get(pk=lot.pk)


@pytest.mark.django_db
class TestStartStocktake:
    def test_lists_what_stands_on_the_shelf(self, lot, maria):
        other = receive(lot.variant, 5, shelf="A-1")
        receive(lot.variant, 5, shelf="B-2")
        empty = receive(lot.variant, 5, shelf="A-1")
        services.write_off(lot_id=empty.pk, quantity=5, reason="x", actor_id=None)

        begun = start(maria, "а 1")

        assert (begun.shelf, begun.keeper, begun.is_blind) == ("A-1", maria, True)
        assert {line.lot_id for line in begun.lines.all()} == {lot.pk, other.pk}
        assert begun.history.get().history_user == maria

    def test_lists_a_category_with_all_under_it(self, maria):
        top = CategoryFactory()
        below = CategoryFactory(parent=top, is_active=False)
        lots = [
            receive(VariantFactory(product__category=category), 5)
            for category in (top, below, CategoryFactory())
        ]

        begun = start(maria, category_id=top.pk)

        assert {line.lot_id for line in begun.lines.all()} == {lots[0].pk, lots[1].pk}

    @pytest.mark.parametrize(
        ("scope", "refusal"),
        [
            ({"shelf": ""}, errors.InvalidScope),
            ({"shelf": "<script>"}, errors.InvalidShelf),
            ({"shelf": "Z-9"}, errors.NothingToCount),
            ({"category_id": 10**9}, CategoryNotFound),
        ],
    )
    def test_refuses_what_is_no_place_and_changes_nothing(self, lot, maria, scope, refusal):
        before = warehouse_rows()

        with pytest.raises(refusal):
            start(maria, **scope)

        assert warehouse_rows() == before

    def test_tells_the_second_person_who_counts_there_since_when(self, lot, maria, oleg):
        first = start(maria)
        before = warehouse_rows()

        with pytest.raises(errors.StocktakeRunning) as refusal:
            start(oleg)

        assert "Мария" in str(refusal.value)
        assert refusal.value.facts["stocktake_id"] == first.pk
        assert warehouse_rows() == before

    def test_leaves_lots_that_another_one_counts_to_it(self, lot, maria, oleg):
        category = lot.variant.product.category_id
        other = receive(lot.variant, 5, shelf="B-2")
        start(maria, "A-1")

        begun = start(oleg, category_id=category)

        assert [line.lot_id for line in begun.lines.all()] == [other.pk]
        assert selectors.left_out(stocktake=begun) == [lot]
        with pytest.raises(errors.LotBeingCounted) as refusal:
            count(begun, lot, 3, oleg)
        assert "Мария" in str(refusal.value)

    def test_lets_a_shelf_be_counted_again_after_it_was_closed(self, lot, maria):
        first = start(maria)
        services.cancel_stocktake(stocktake_id=first.pk, actor_id=maria.pk, now=present())

        assert start(maria).pk != first.pk


@pytest.mark.django_db
class TestCountLot:
    def test_keeps_the_count_beside_what_the_books_said(self, lot, maria):
        running = start(maria)

        line = count(running, lot, 8, maria)

        assert (line.counted, line.expected, line.counted_by) == (8, 10, maria)
        assert held(lot) == 10

    def test_looks_at_the_books_anew_when_somebody_counts_again(self, lot, maria):
        running = start(maria)
        count(running, lot, 8, maria)
        pick(lot, 2)

        line = count(running, lot, 8, maria, seen=8)

        assert line.expected == 8

    def test_says_the_same_twice_when_the_first_answer_was_lost(self, lot, maria):
        running = start(maria)
        first = count(running, lot, 8, maria)
        pick(lot, 2)

        again = count(running, lot, 8, maria)

        assert (again.expected, again.counted_at) == (first.expected, first.counted_at)

    def test_shows_what_somebody_else_has_counted_before_it_overwrites_it(self, lot, maria, oleg):
        running = start(maria)
        count(running, lot, 8, maria)
        before = warehouse_rows()

        with pytest.raises(errors.CountChanged) as refusal:
            count(running, lot, 7, oleg)

        assert "Мария" in str(refusal.value)
        assert warehouse_rows() == before
        assert count(running, lot, 7, oleg, seen=8).counted_by == oleg

    def test_takes_a_lot_in_that_was_found_on_the_wrong_shelf(self, lot, maria):
        stray = receive(lot.variant, 4, shelf="B-2")
        running = start(maria)

        count(running, stray, 4, maria)

        sheet = selectors.sheet(stocktake_id=running.pk)
        assert {row.lot: row.is_stray for row in sheet.lots} == {lot: False, stray: True}

    @pytest.mark.parametrize("counted", [-1, 1_000_001, 2**63])
    def test_refuses_an_absurd_count_and_changes_nothing(self, lot, maria, counted):
        running = start(maria)
        before = warehouse_rows()

        with pytest.raises(errors.InvalidQuantity):
            count(running, lot, counted, maria)

        assert warehouse_rows() == before

    def test_knows_no_other_lots(self, lot, maria):
        running = start(maria)

        with pytest.raises(errors.LotNotFound):
            services.add_lot(stocktake_id=running.pk, lot_id=10**9)


@pytest.mark.django_db
class TestLeaveOutLot:
    def test_forgets_a_lot_that_was_scanned_by_mistake(self, lot, maria):
        stray = receive(lot.variant, 4, shelf="B-2")
        running = start(maria)
        count(running, stray, 0, maria)

        services.leave_out_lot(stocktake_id=running.pk, lot_id=stray.pk)
        count(running, lot, 10, maria)
        confirm(running, maria, Uncounted.GONE)

        assert (held(lot), held(stray)) == (10, 4)

    def test_knows_no_other_lots(self, lot, maria):
        running = start(maria)

        with pytest.raises(errors.LotNotInStocktake):
            services.leave_out_lot(stocktake_id=running.pk, lot_id=10**9)


@pytest.mark.django_db
class TestTakeOver:
    def test_puts_another_one_in_charge(self, lot, maria, oleg):
        running = start(maria)
        count(running, lot, 8, oleg)
        with pytest.raises(errors.NotInCharge):
            confirm(running, oleg)

        services.take_over_stocktake(stocktake_id=running.pk, actor_id=oleg.pk)

        assert confirm(running, oleg).state == StocktakeState.CONFIRMED
        assert running.history.count() == 3


@pytest.mark.django_db
class TestCancelStocktake:
    def test_keeps_the_counts_and_changes_no_stock(self, lot, maria):
        running = start(maria)
        count(running, lot, 2, maria)

        services.cancel_stocktake(stocktake_id=running.pk, actor_id=maria.pk, now=present())

        assert held(lot) == 10
        assert running.lines.get().counted == 2

    def test_is_for_whoever_is_in_charge(self, lot, maria, oleg):
        running = start(maria)
        before = warehouse_rows()

        with pytest.raises(errors.NotInCharge):
            services.cancel_stocktake(stocktake_id=running.pk, actor_id=oleg.pk, now=present())

        assert warehouse_rows() == before


@pytest.mark.django_db
class TestConfirmStocktake:
    @pytest.mark.parametrize(("counted", "difference"), [(7, -3), (13, 3), (0, -10)])
    def test_brings_the_books_to_the_shelf(self, lot, maria, counted, difference):
        running = start(maria)
        count(running, lot, counted, maria)

        confirm(running, maria)

        assert held(lot) == StockLevel.objects.get().on_hand == counted
        movement = StockMovement.objects.latest("pk")
        assert (movement.kind, movement.quantity) == (MovementKind.ADJUST, difference)
        assert str(running.pk) in movement.reason
        assert movement.actor == maria
        assert running.lines.get().difference == difference
        assert services.check_books() == []

    def test_writes_nothing_where_nothing_differs(self, lot, maria):
        running = start(maria)
        count(running, lot, 10, maria)

        confirm(running, maria)

        assert StockMovement.objects.count() == 1
        assert running.lines.get().difference == 0

    def test_leaves_alone_what_was_picked_and_received_since(self, lot, maria):
        running = start(maria)
        count(running, lot, 8, maria)
        pick(lot, 3)

        confirm(running, maria)

        # Ten by the books, two missing, three picked.
        assert held(lot) == StockLevel.objects.get().on_hand == 5
        assert services.check_books() == []

    def test_changes_blocked_units_as_blocked_ones(self, lot, maria):
        services.quarantine_lot(lot_id=lot.pk, reason="smell", actor_id=None)
        running = start(maria)
        count(running, lot, 6, maria)

        confirm(running, maria)

        level = StockLevel.objects.get()
        assert (level.on_hand, level.blocked) == (6, 6)
        assert services.check_books() == []

    def test_shortens_promises_that_the_shelf_can_not_keep(self, lot, maria):
        line = OrderLineFactory(order=OrderFactory(lines=0), variant=lot.variant, quantity=9)
        services.reserve(demands=[Demand(line.pk, lot.variant_id, 9)])
        running = start(maria)
        count(running, lot, 4, maria)

        confirm(running, maria)

        promise = Reservation.objects.get()
        assert (promise.quantity, promise.unreported) == (4, 5)
        assert services.check_books() == []

    @pytest.mark.parametrize(("choice", "left"), [(Uncounted.KEEP, 5), (Uncounted.GONE, 0)])
    def test_does_with_uncounted_lots_as_it_is_told(self, lot, maria, choice, left):
        other = receive(lot.variant, 5, shelf="A-1")
        running = start(maria)
        count(running, lot, 10, maria)

        confirm(running, maria, choice)

        assert held(other) == left
        assert services.check_books() == []

    def test_refuses_a_count_that_was_corrected_since_and_changes_nothing(self, lot, maria):
        running = start(maria)
        count(running, lot, 8, maria)
        services.adjust_lot(lot_id=lot.pk, counted=8, reason="found it too", actor_id=None)
        before = warehouse_rows()

        with pytest.raises(errors.CountStale) as refusal:
            confirm(running, maria)

        assert lot.code in str(refusal.value)
        assert warehouse_rows() == before
        count(running, lot, 8, maria, seen=8)
        confirm(running, maria)
        assert held(lot) == 8

    def test_refuses_a_count_below_what_was_picked_since(self, lot, maria):
        running = start(maria)
        count(running, lot, 2, maria)
        pick(lot, 5)
        before = warehouse_rows()

        with pytest.raises(errors.CountStale):
            confirm(running, maria)

        assert warehouse_rows() == before

    def test_counts_the_shelf_and_leaves_open_boxes_alone(self, lot, maria):
        services.take_in_hand(lot_id=lot.pk, quantity=4, now=present())
        running = start(maria)
        count(running, lot, 5, maria)
        services.take_in_hand(lot_id=lot.pk, quantity=2, now=present())

        confirm(running, maria)

        lot.refresh_from_db()
        # Six stood there by the books, five were found; then two more went into a box.
        assert (lot.remaining, lot.in_hand, lot.on_shelf) == (9, 6, 3)
        assert services.check_books() == []

    def test_refuses_a_count_below_what_went_into_boxes_since(self, lot, maria):
        running = start(maria)
        count(running, lot, 2, maria)
        services.take_in_hand(lot_id=lot.pk, quantity=5, now=present())
        before = warehouse_rows()

        with pytest.raises(errors.CountStale):
            confirm(running, maria)

        assert warehouse_rows() == before

    def test_refuses_when_nothing_was_counted(self, lot, maria):
        running = start(maria)

        with pytest.raises(errors.NothingCounted):
            confirm(running, maria, Uncounted.GONE)

        assert held(lot) == 10

    @pytest.mark.parametrize(
        "deed",
        [
            lambda running, lot, maria: confirm(running, maria),
            lambda running, lot, maria: count(running, lot, 1, maria),
            lambda running, lot, maria: services.add_lot(stocktake_id=running.pk, lot_id=lot.pk),
            lambda running, lot, maria: services.leave_out_lot(
                stocktake_id=running.pk, lot_id=lot.pk
            ),
            lambda running, lot, maria: services.take_over_stocktake(
                stocktake_id=running.pk, actor_id=maria.pk
            ),
            lambda running, lot, maria: services.cancel_stocktake(
                stocktake_id=running.pk, actor_id=maria.pk, now=present()
            ),
        ],
    )
    def test_ends_it(self, lot, maria, deed):
        running = start(maria)
        count(running, lot, 9, maria)
        confirm(running, maria)
        before = warehouse_rows()

        with pytest.raises(errors.StocktakeClosed):
            deed(running, lot, maria)

        assert warehouse_rows() == before


@pytest.mark.django_db
class TestSheet:
    def test_weighs_differences_in_money(self, lot, maria):
        unpriced = receive(lot.variant, 5, shelf="A-1")
        running = start(maria)
        count(running, lot, 7, maria)
        count(running, unpriced, 6, maria)

        sheet = selectors.sheet(stocktake_id=running.pk)

        by_lot = {row.lot: row for row in sheet.lots}
        assert (by_lot[lot].difference, by_lot[lot].value) == (-3, Decimal("-150.00"))
        assert (by_lot[unpriced].difference, by_lot[unpriced].value) == (1, None)
        assert (sheet.value, sheet.counted, len(sheet.differing)) == (Decimal("-150.00"), 2, 2)

    def test_tells_what_has_moved_since_and_what_must_be_counted_again(self, lot, maria):
        running = start(maria)
        count(running, lot, 8, maria)
        pick(lot, 3)

        (row,) = selectors.sheet(stocktake_id=running.pk).lots
        assert (row.moved, row.is_stale) == (-3, False)

        services.adjust_lot(lot_id=lot.pk, counted=5, reason="x", actor_id=None)
        (row,) = selectors.sheet(stocktake_id=running.pk).lots
        assert row.is_stale

    def test_asks_the_same_number_of_questions_for_any_length(
        self, lot, maria, django_assert_max_num_queries
    ):
        for _ in range(15):
            receive(VariantFactory(), 3, shelf="A-1")
        running = start(maria)

        with django_assert_max_num_queries(4):
            sheet = selectors.sheet(stocktake_id=running.pk)
            [str(row.lot.variant.product) for row in sheet.lots]

        assert len(sheet.lots) == 16


@pytest.mark.django_db
class TestFindLots:
    def find(self, running, typed):
        return selectors.find_lots(stocktake_id=running.pk, typed=typed, now=present())

    @pytest.fixture
    def shelf(self, maria):
        variant = VariantFactory(barcode="4600000000015", sku="PEL-800")
        lots = [
            receive(variant, 5, code="L-1", shelf="A-1", days=100),
            receive(variant, 5, code="L-2", shelf="A-1", days=50),
            receive(variant, 5, code="L-3", shelf="B-2"),
        ]
        return start(maria), lots

    def test_prefers_the_lots_of_this_shelf_first_expired_first(self, shelf):
        running, (first, second, _elsewhere) = shelf

        assert self.find(running, "4600000000015") == [second, first]
        assert self.find(running, "pel-800") == [second, first]

    @pytest.mark.parametrize("typed", ["L-3", "l-3", "010460000000001510L-3"])
    def test_finds_a_lot_of_another_shelf(self, shelf, typed):
        running, (_first, _second, elsewhere) = shelf

        assert self.find(running, typed) == [elsewhere]

    def test_reads_our_own_label_in_any_layout(self, shelf):
        running, (first, _second, elsewhere) = shelf

        assert self.find(running, f"99{first.pk:014d}") == [first]
        assert self.find(running, "Д-3") == [elsewhere]

    @pytest.mark.parametrize(
        ("typed", "refusal"),
        [
            ("4600000000016", errors.BarcodeMistyped),
            ("2000001001073", errors.BarcodeUnknown),
            ("9900000000000000", errors.NothingFound),
            ("nothing", errors.NothingFound),
            ("", errors.NothingFound),
        ],
    )
    def test_says_what_it_does_not_know(self, shelf, typed, refusal):
        with pytest.raises(refusal):
            self.find(shelf[0], typed)


@pytest.mark.django_db
class TestTheTable:
    def test_lets_nobody_count_a_lot_twice_at_a_time(self, lot, maria):
        first = start(maria)
        second = Stocktake.objects.create(shelf="Z-1", started_at=present())

        with pytest.raises(IntegrityError), transaction.atomic():
            second.lines.create(lot=lot)

        assert first.lines.count() == 1

    @pytest.mark.parametrize("fields", [{"shelf": ""}, {"shelf": "A-1", "closed_at": present()}])
    def test_keeps_only_what_makes_sense(self, db, fields):
        with pytest.raises(IntegrityError), transaction.atomic():
            Stocktake.objects.create(started_at=present() - timedelta(hours=1), **fields)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_people_start_the_same_shelf(self, lot):
        members = [StaffFactory() for _ in range(6)]

        outcomes = together([partial(start, member) for member in members])

        assert [type(r) for r in raised(outcomes)] == [errors.StocktakeRunning] * 5
        assert Stocktake.objects.count() == 1

    def test_a_shelf_and_a_category_that_overlap_share_no_lot(self, lot, maria, oleg):
        for _ in range(10):
            receive(lot.variant, 3, shelf="A-1")
        receive(lot.variant, 3, shelf="B-1")
        category = lot.variant.product.category_id

        outcomes = together([partial(start, maria), partial(start, oleg, category_id=category)])

        # Whoever comes second finds less to count, or nothing.
        assert {type(r) for r in raised(outcomes)} <= {errors.NothingToCount}
        assert Lot.objects.count() == 12
        lines = [line.lot_id for taken in Stocktake.objects.all() for line in taken.lines.all()]
        assert len(lines) == len(set(lines))
        assert len(lines) == 12 or raised(outcomes)

    def race(self, lot, maria, rounds=6):
        """Count and pick at the same moment, over and over; then confirm what was counted."""
        running = start(maria)
        seen = None
        for _ in range(rounds):
            books = held(lot)
            together([partial(count, running, lot, books, maria, seen=seen), partial(pick, lot, 1)])
            line = running.lines.get()
            # Whoever came first, the count was held to the books of that very instant.
            assert line.expected in (books, books - 1)
            seen = line.counted
        line = running.lines.get()
        difference = line.counted - line.expected
        return running, held(lot), difference

    def test_a_pick_during_the_count_is_no_loss(self, lot, maria):
        running, before, difference = self.race(lot, maria)

        confirm(running, maria)

        assert held(lot) == before + difference == StockLevel.objects.get().on_hand
        assert services.check_books() == []

    def test_a_pick_during_the_confirmation_is_no_loss(self, maria):
        lot = receive(VariantFactory(), 40, shelf="A-1")
        running = start(maria)
        count(running, lot, 38, maria)

        outcomes = together([partial(confirm, running, maria), *[partial(pick, lot, 2)] * 5])

        assert raised(outcomes) == []
        assert held(lot) == StockLevel.objects.get().on_hand == 40 - 2 - 10
        assert services.check_books() == []

    def test_a_pick_is_lost_when_the_count_is_written_as_it_is(self, maria):
        """The negative control: setting the lot to the count forgets what was picked since."""
        lot = receive(VariantFactory(), 10, shelf="A-1")
        running = start(maria)
        line = count(running, lot, 8, maria)
        pick(lot, 3)

        services.adjust_lot(lot_id=lot.pk, counted=line.counted, reason="x", actor_id=None)

        assert held(lot) == 8 != 10 - 2 - 3

    def test_is_confirmed_once(self, lot, maria):
        running = start(maria)
        count(running, lot, 8, maria)

        outcomes = together([partial(confirm, running, maria)] * 6)

        assert [type(r) for r in raised(outcomes)] == [errors.StocktakeClosed] * 5
        assert held(lot) == StockLevel.objects.get().on_hand == 8
        assert services.check_books() == []

    def test_is_confirmed_twice_without_the_lock(self, maria, monkeypatch):
        """The negative control: every one of them finds two units missing."""
        monkeypatch.setattr(
            stocktake_closing, "lock_running", lambda pk: Stocktake.objects.get(pk=pk)
        )
        monkeypatch.setattr(stocktake_closing, "_check_fresh", lambda lines, lots: None)
        for _ in range(10):
            lot = receive(VariantFactory(), 20, shelf="A-1")
            running = start(maria)
            count(running, lot, 18, maria)
            together([partial(confirm, running, maria)] * 4)
            services.move_lot(lot_id=lot.pk, shelf="", actor_id=None)
            if held(lot) < 18:
                break

        assert held(lot) < 18

    def test_two_people_count_the_same_lot(self, lot, maria, oleg):
        running = start(maria)

        outcomes = together(
            [partial(count, running, lot, 8, maria), partial(count, running, lot, 7, oleg)]
        )

        (refusal,) = raised(outcomes)
        assert isinstance(refusal, errors.CountChanged)
        (kept,) = [outcome for outcome in outcomes if outcome is not refusal]
        assert running.lines.get().counted == kept.counted

    def test_two_people_overwrite_each_other_without_the_lock(self, maria, oleg, monkeypatch):
        """The negative control: both saw no count, and one of the two is gone."""
        monkeypatch.setattr(stocktakes, "lock_running", lambda pk: Stocktake.objects.get(pk=pk))
        for _ in range(20):
            lot = receive(VariantFactory(), 20, shelf="A-1")
            running = start(maria)
            outcomes = together(
                [partial(count, running, lot, 8, maria), partial(count, running, lot, 7, oleg)]
            )
            Stocktake.objects.filter(pk=running.pk).delete()
            services.move_lot(lot_id=lot.pk, shelf="", actor_id=None)
            if not raised(outcomes):
                break

        assert not raised(outcomes)
