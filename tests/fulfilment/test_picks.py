"""The open box: scanned, corrected, given up, closed, and let go."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from apps.core.errors import NotAllowed
from apps.core.time import now as present
from apps.core.time import shop_date
from apps.fulfilment import errors, selectors, services
from apps.fulfilment.dto import ShortCause
from apps.fulfilment.models import LineShortage, Pick
from apps.inventory import services as inventory
from apps.inventory.dto import LotPick, Unusable
from apps.inventory.errors import BarcodeMistyped, InvalidQuantity, LotUnusable, OutOfStock
from apps.inventory.lot_labels import label_of
from apps.inventory.models import Lot, StockLevel, StockMovement
from apps.orders.dto import OrderStatus
from apps.orders.errors import OrderMoveRefused
from tests.factories import (
    OrderFactory,
    StaffFactory,
    VariantFactory,
    placed_order,
)
from tests.factories.inventory import receive
from tests.fulfilment.state import whole_state
from tests.races import raised, together

pytestmark = pytest.mark.django_db

BARCODE = "4601234567893"


@pytest.fixture
def variant(db):
    """A pack with a barcode: four units of a lot that expires soon, twenty of a later one."""
    variant = VariantFactory(barcode=BARCODE)
    receive(variant, 4, days=60, code="SOON-1")
    receive(variant, 20, days=200, code="LATER-1")
    return variant


@pytest.fixture
def order(variant, order_at):
    """Three of it, being picked."""
    return order_at("picking", variant=variant)


@pytest.fixture
def picker(db):
    return StaffFactory(role="warehouse")


@pytest.fixture
def scan(order, picker):
    def run(code, *, of=None, by=None, now=None, **fields):
        return services.scan_unit(
            order_id=(of or order).pk, code=code, actor_id=(by or picker).pk,
            now=now or present(), **fields,
        )  # fmt: skip

    return run


@pytest.fixture
def put(order, picker):
    def run(lot, quantity, *, line=None, **fields):
        return services.set_units(
            order_id=order.pk, order_line_id=line or order.lines.get().pk, lot_id=lot.pk,
            quantity=quantity, actor_id=picker.pk, now=present(), **fields,
        )  # fmt: skip

    return run


def lot(code):
    return Lot.objects.get(code=code)


def refused(state, order, refusal, call, *args, **kwargs):
    """Check that a call is refused and changes nothing, and return the refusal."""
    before = state(order)
    with pytest.raises(refusal) as caught:
        call(*args, **kwargs)
    assert state(order) == before
    return caught.value


class TestScanUnit:
    @pytest.mark.parametrize(
        "code", [BARCODE, f"0{BARCODE}", "SOON-1", " soon-1 ", "ЫЩЩТ-1", "SKU", "label"], ids=ascii
    )
    def test_books_the_lot_that_expires_first(self, order, scan, variant, picker, code):
        codes = {"SKU": variant.sku, "label": label_of(lot("SOON-1").pk, "", is_unique=False)}

        listed = scan(codes.get(code, code))

        pick = Pick.objects.get()
        assert (pick.lot.code, pick.quantity, pick.picked_by) == ("SOON-1", 1, picker)
        assert (pick.packed_at, pick.reason) == (None, "")
        (line,) = listed.listed.lines
        assert (line.in_box, line.left, line.missing) == (1, 2, 0)
        assert services.check_books() == []

    def test_reads_product_and_lot_off_a_gs1_label(self, order, scan):
        scan(f"(01)0{BARCODE}(10)LATER-1(17)300101", reason="frozen in")

        assert Pick.objects.get().lot.code == "LATER-1"
        refused(whole_state, order, errors.UnknownCode, scan, f"(01)0{BARCODE}(10)NEVER-CAME")

    def test_refuses_a_barcode_that_was_read_wrong(self, order, scan):
        refused(whole_state, order, BarcodeMistyped, scan, "4601234567894")

    def test_moves_no_counter_of_the_stock(self, scan, variant):
        before = StockLevel.objects.values().get()

        scan(BARCODE)

        assert StockLevel.objects.values().get() == before
        assert (lot("SOON-1").remaining, lot("SOON-1").in_hand) == (4, 1)

    def test_adds_unit_to_unit_for_whoever_scans(self, order, scan, picker):
        scan(BARCODE)
        other = StaffFactory(role="warehouse")
        scan(BARCODE, by=other)

        pick = Pick.objects.get()

        assert (pick.quantity, pick.picked_by) == (2, other)

    def test_takes_a_later_lot_with_a_reason_that_is_kept(self, order, scan):
        scan("LATER-1", reason="The box of SOON-1 is frozen in")
        listed = scan("LATER-1")

        pick = Pick.objects.get()
        assert (pick.lot.code, pick.quantity) == ("LATER-1", 2)
        assert pick.reason == "The box of SOON-1 is frozen in"
        assert listed.listed.lines[0].picked[0].reason == pick.reason

    def test_wants_no_reason_for_a_lot_of_the_same_day(self, order, scan, variant):
        receive(variant, 5, days=60, code="TWIN-1")

        scan("TWIN-1")

        assert Pick.objects.get().lot.code == "TWIN-1"

    def test_wants_no_reason_once_the_first_lot_is_in_other_boxes(
        self, order, scan, variant, step, boss
    ):
        other = placed_order(wanted={variant: 4})
        for target in ("confirmed", "picking"):
            step(other, target)
        scan(BARCODE, of=other, by=boss, quantity=4)

        listed = selectors.pick_list(order_id=order.pk, now=present())
        scan(BARCODE)

        assert [lot.code for lot in listed.lines[0].lots] == ["LATER-1"]
        assert Pick.objects.get(order_line__order=order).lot.code == "LATER-1"

    def test_refuses_a_later_lot_without_a_reason(self, order, scan):
        refusal = refused(whole_state, order, errors.EarlierLotFirst, scan, "LATER-1", reason=" ")

        assert refusal.facts == {"earlier": "SOON-1", "lot": "LATER-1"}

    def test_refuses_an_unknown_code(self, order, scan):
        for code in ("4600000000008", "no-such", "", "\0", "%", "x" * 500, "9900000000001234"):
            refused(whole_state, order, errors.UnknownCode, scan, code)

    @pytest.mark.parametrize("code", ["4609999999997", "OTHER-1", "OTHER-SKU"])
    def test_refuses_another_product_by_its_name(self, order, scan, code):
        other = VariantFactory(barcode="4609999999997", sku="OTHER-SKU")
        receive(other, 5, code="OTHER-1")

        refusal = refused(whole_state, order, errors.WrongProduct, scan, code)

        assert refusal.facts["name"] == other.product.name_ru

    def test_refuses_a_code_that_two_ordered_products_share(self, step, scan, variant, boss):
        twin = VariantFactory()
        receive(twin, 9, days=60, code="SOON-1")
        order = placed_order(wanted={variant: 1, twin: 1})
        for target in ("confirmed", "picking"):
            step(order, target)

        refused(whole_state, order, errors.AmbiguousCode, scan, "SOON-1", of=order)

        # Once one of them is complete, the code can only mean the other.
        scan(BARCODE, of=order)
        scan("SOON-1", of=order)
        assert set(Pick.objects.values_list("lot__variant", flat=True)) == {variant.pk, twin.pk}

    @pytest.mark.parametrize(
        ("spoil", "cause"),
        [
            (lambda pk: inventory.quarantine_lot(lot_id=pk, reason="x", actor_id=None),
             Unusable.BLOCKED),
            (lambda pk: inventory.recall_lot(lot_id=pk, reason="x", actor_id=None),
             Unusable.RECALLED),
            (lambda pk: Lot.objects.filter(pk=pk).update(
                sell_by=shop_date(present()) - timedelta(days=1)), Unusable.EXPIRED),
        ],
    )  # fmt: skip
    def test_refuses_a_lot_that_may_not_leave(self, order, scan, spoil, cause):
        spoil(lot("SOON-1").pk)

        refusal = refused(whole_state, order, LotUnusable, scan, "SOON-1")

        assert refusal.facts["cause"] == cause

    def test_refuses_more_than_was_ordered(self, order, scan):
        refusal = refused(whole_state, order, errors.MoreThanOrdered, scan, BARCODE, quantity=4)
        assert (refusal.facts["ordered"], refusal.facts["in_box"]) == (3, 0)

        scan(BARCODE, quantity=3)

        for code in (BARCODE, "SOON-1"):
            refused(whole_state, order, errors.MoreThanOrdered, scan, code)

    def test_refuses_more_than_the_lot_holds(self, step, variant, scan):
        order = placed_order(wanted={variant: 8})
        for target in ("confirmed", "picking"):
            step(order, target)

        refusal = refused(
            whole_state, order, LotUnusable, scan, "SOON-1", of=order, quantity=5
        )  # fmt: skip

        assert refusal.facts["cause"] == Unusable.TOO_FEW

    def test_refuses_units_that_are_promised_to_others(self, order, scan, variant, order_at):
        late = order_at("picking", variant=variant)
        # Four are left: three of the older order's, one of this one's.
        inventory.write_off(lot_id=lot("LATER-1").pk, quantity=20, reason="x", actor_id=None)
        listed = selectors.pick_list(order_id=late.pk, now=present())

        refusal = refused(whole_state, late, OutOfStock, scan, "SOON-1", of=late, quantity=2)
        scan("SOON-1", of=late)

        assert listed.lines[0].missing == 2
        assert refusal.facts["available"] == {variant.sku: 1}

    @pytest.mark.parametrize("status", ["confirmed", "packed", "delivered"])
    def test_refuses_an_order_that_is_not_being_picked(self, order_at, scan, variant, status):
        order = order_at(status, variant=variant)

        refused(whole_state, order, OrderMoveRefused, scan, BARCODE, of=order)

    @pytest.mark.parametrize("role", ["courier", "support", "marketing", None])
    def test_is_not_for_who_does_not_pack(self, order, scan, role):
        stranger = StaffFactory(role=role)

        refused(whole_state, order, NotAllowed, scan, BARCODE, by=stranger)

    @pytest.mark.parametrize("quantity", [0, -1, 2**40])
    def test_refuses_an_absurd_quantity(self, order, scan, quantity):
        refused(
            whole_state, order, (InvalidQuantity, errors.MoreThanOrdered), scan, BARCODE,
            quantity=quantity,
        )  # fmt: skip


class TestSetUnits:
    def test_sets_up_and_down_and_away(self, order, put):
        for quantity, in_hand in ((2, 2), (3, 3), (1, 1), (1, 1), (0, 0), (0, 0)):
            put(lot("SOON-1"), quantity)

            assert lot("SOON-1").in_hand == in_hand
            assert sum(Pick.objects.values_list("quantity", flat=True)) == in_hand
            assert services.check_books() == []

    @pytest.mark.parametrize("quantity", [-1, 4, 2**40])
    def test_refuses_an_impossible_number(self, order, put, quantity):
        refused(
            whole_state, order, (InvalidQuantity, errors.MoreThanOrdered), put, lot("SOON-1"),
            quantity,
        )  # fmt: skip

    def test_refuses_another_products_lot(self, order, put):
        other = receive(VariantFactory(), 5)

        refused(whole_state, order, errors.WrongProduct, put, other, 1)

    def test_refuses_another_orders_line(self, order, put, order_at, variant):
        stray = order_at("picking", variant=variant).lines.get()

        refused(whole_state, order, errors.LineNotFound, put, lot("SOON-1"), 1, line=stray.pk)

    def test_refuses_a_lot_that_is_not_there(self, order, put):
        refused(whole_state, order, LotUnusable, put, Lot(pk=2**40), 1)


class TestUndoPick:
    def test_puts_the_units_back_on_the_shelf(self, order, scan, picker):
        scan(BARCODE, quantity=2)
        before = lot("SOON-1").remaining

        services.undo_pick(
            order_id=order.pk, pick_id=Pick.objects.get().pk, actor_id=picker.pk, now=present()
        )

        assert not Pick.objects.exists()
        assert (lot("SOON-1").remaining, lot("SOON-1").in_hand) == (before, 0)
        assert services.check_books() == []

    def test_refuses_what_is_not_in_this_box(self, order, scan, picker, order_at, variant):
        other = order_at("picking", variant=variant)
        scan(BARCODE)
        undo = partial(
            services.undo_pick, order_id=other.pk, pick_id=Pick.objects.get().pk,
            actor_id=picker.pk, now=present(),
        )  # fmt: skip

        refused(whole_state, order, errors.PickNotFound, undo)

    def test_refuses_a_closed_box_and_so_does_postgresql(self, order_at, picker):
        order = order_at("packed")
        pick = Pick.objects.get()
        undo = partial(
            services.undo_pick, order_id=order.pk, pick_id=pick.pk, actor_id=picker.pk,
            now=present(),
        )  # fmt: skip

        refused(whole_state, order, OrderMoveRefused, undo)
        for change in (pick.delete, lambda: Pick.objects.update(quantity=9)):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()


class TestMarkShort:
    def mark(self, order, picker, cause=ShortCause.NONE_LEFT, line=None):
        return services.mark_short(
            order_id=order.pk, order_line_id=line or order.lines.get().pk, cause=cause,
            actor_id=picker.pk, now=present(),
        )  # fmt: skip

    def test_lets_the_box_be_closed_without_the_rest(self, order, scan, picker):
        scan(BARCODE, quantity=2)
        listed = self.mark(order, picker, ShortCause.DAMAGED)
        assert listed.is_done

        packed = services.pack_picked(order_id=order.pk, actor_id=picker.pk, now=present())

        packed.refresh_from_db()
        line = order.lines.get()
        assert (line.picked_quantity, line.shortage.cause) == (2, "damaged")
        assert line.shortage.noted_by == picker
        assert packed.total == order.total - line.unit_price
        assert packed.payments.get().amount == packed.total
        assert services.check_books() == []

    def test_writes_the_damaged_units_off_with_the_box(self, order, variant, scan, picker, boss):
        scan(BARCODE)
        self.mark(order, picker, ShortCause.DAMAGED)
        assert not StockMovement.objects.filter(kind="waste").exists()

        services.pack_picked(order_id=order.pk, actor_id=boss.pk, now=present())

        waste = StockMovement.objects.get(kind="waste")
        assert (waste.lot.code, waste.quantity, waste.reason_code) == ("SOON-1", -2, "damaged")
        assert (waste.actor, order.number in waste.reason) == (picker, True)
        assert Lot.objects.get(code="SOON-1").remaining == 1
        level = StockLevel.objects.get(variant=variant)
        assert (level.on_hand, level.reserved) == (21, 0)
        assert [*services.check_books(), *inventory.check_books()] == []

    def test_writes_nothing_off_that_is_only_missing_or_was_found_after_all(
        self, order, scan, picker
    ):
        self.mark(order, picker, ShortCause.DAMAGED)
        scan(BARCODE, quantity=2)
        self.mark(order, picker)

        services.pack_picked(order_id=order.pk, actor_id=picker.pk, now=present())

        assert not StockMovement.objects.filter(kind="waste").exists()

    def test_throws_away_no_more_than_the_box_lacks(self, order, picker):
        self.mark(order, picker, ShortCause.DAMAGED)
        lot = Lot.objects.get(code="SOON-1")
        picks = [LotPick(order.lines.get().pk, lot.pk, 2)]

        services.pack_order(order_id=order.pk, actor_id=picker.pk, now=present(), picks=picks)

        assert StockMovement.objects.get(kind="waste").quantity == -1
        lot.refresh_from_db()
        assert lot.remaining == 1

    def test_is_forgotten_when_the_rest_is_found(self, order, scan, picker):
        self.mark(order, picker)

        scan(BARCODE, quantity=3)

        assert not LineShortage.objects.exists()

    def test_can_be_taken_back(self, order, picker):
        self.mark(order, picker)

        listed = services.unmark_short(
            order_id=order.pk, order_line_id=order.lines.get().pk, actor_id=picker.pk,
            now=present(),
        )  # fmt: skip

        assert listed.lines[0].short == ""
        assert not LineShortage.objects.exists()

    def test_replaces_the_cause(self, order, picker):
        self.mark(order, picker)
        self.mark(order, picker, ShortCause.DAMAGED)

        assert LineShortage.objects.get().cause == "damaged"

    def test_refuses_a_complete_line(self, order, scan, picker):
        scan(BARCODE, quantity=3)

        refused(whole_state, order, errors.LineComplete, self.mark, order, picker)

    def test_refuses_a_strangers_line(self, order, picker, order_at):
        stray = order_at("picking").lines.get().pk

        refused(whole_state, order, errors.LineNotFound, self.mark, order, picker, line=stray)

    def test_refuses_whoever_does_not_pack(self, order):
        courier = StaffFactory(role="courier")

        refused(whole_state, order, NotAllowed, self.mark, order, courier)


class TestPackPicked:
    def pack(self, order, picker, **fields):
        return services.pack_picked(order_id=order.pk, actor_id=picker.pk, now=present(), **fields)

    def test_closes_the_box_as_it_is(self, order, scan, picker, boss):
        scan("LATER-1", reason="frozen in")
        scan(BARCODE, quantity=2)

        packed = self.pack(order, boss)

        assert packed.status == OrderStatus.PACKED
        picks = Pick.objects.order_by("pk").values_list("lot__code", "quantity", "picked_by")
        assert list(picks) == [("LATER-1", 1, picker.pk), ("SOON-1", 2, picker.pk)]
        assert not Pick.objects.in_hand().exists()
        assert Pick.objects.get(lot__code="LATER-1").reason == "frozen in"
        assert (lot("SOON-1").remaining, lot("SOON-1").in_hand) == (2, 0)
        assert StockLevel.objects.get().on_hand == 21
        assert services.check_books() == []

    def test_refuses_an_open_line(self, order, scan, picker):
        scan(BARCODE)

        refusal = refused(whole_state, order, errors.LinesOpen, self.pack, order, picker)

        assert order.lines.get().name in refusal.facts["names"]

    def test_refuses_an_untouched_box(self, order, picker):
        refused(whole_state, order, errors.LinesOpen, self.pack, order, picker)

    def test_refuses_a_box_of_which_everything_was_given_up(self, order, picker):
        TestMarkShort().mark(order, picker)

        refused(whole_state, order, errors.NothingPicked, self.pack, order, picker)

    @pytest.mark.parametrize("block", ["quarantine_lot", "recall_lot"])
    def test_refuses_a_lot_that_was_blocked_after_the_scan(self, order, scan, picker, block):
        scan(BARCODE, quantity=3)
        getattr(inventory, block)(lot_id=lot("SOON-1").pk, reason="smell", actor_id=None)

        listed = selectors.pick_list(order_id=order.pk, now=present())
        refused(whole_state, order, LotUnusable, self.pack, order, picker)

        assert not listed.is_done
        assert listed.lines[0].picked[0].problem
        assert services.check_books() == []

    def test_is_how_an_order_goes_on_whose_picking_has_begun(self, order, scan, step):
        scan(BARCODE)
        refused(whole_state, order, errors.LinesOpen, step, order, "packed")
        scan(BARCODE, quantity=2)

        step(order, "packed")

        assert Pick.objects.get().quantity == 3

    def test_gives_way_to_a_box_that_is_told_whole(self, order, scan, step):
        scan(BARCODE, quantity=2)
        line = order.lines.get()

        step(order, "packed", picks=(LotPick(line.pk, lot("LATER-1").pk, 2),
                                     LotPick(line.pk, lot("LATER-1").pk, 1)))  # fmt: skip

        pick = Pick.objects.get()
        assert (pick.lot.code, pick.quantity) == ("LATER-1", 3)
        assert lot("SOON-1").in_hand == 0
        assert services.check_books() == []

    def test_leaves_units_in_other_boxes_alone(self, order, scan, step, variant, boss):
        scan(BARCODE, quantity=3)
        other = placed_order(wanted={variant: 2})
        for target in ("confirmed", "picking"):
            step(other, target)

        line = other.lines.get()
        told = partial(
            services.pack_order, order_id=other.pk, actor_id=boss.pk, now=present(),
            picks=[LotPick(line.pk, lot("SOON-1").pk, 2)],
        )  # fmt: skip
        refused(whole_state, other, LotUnusable, told)
        step(other, "packed")

        by_fefo = Pick.objects.filter(order_line=line).values_list("lot__code", "quantity")
        assert sorted(by_fefo) == [("LATER-1", 1), ("SOON-1", 1)]
        assert services.check_books() == []


class TestCancelPicking:
    def test_puts_the_box_back_on_the_shelf(self, order, scan, step):
        scan(BARCODE, quantity=2)

        step(order, "cancelled", reason="changed her mind")

        order.refresh_from_db()
        assert order.status == OrderStatus.CANCELLED
        assert not Pick.objects.exists()
        assert (lot("SOON-1").in_hand, StockLevel.objects.get().reserved) == (0, 0)
        assert services.check_books() == []

    def test_throws_away_what_was_found_damaged(self, order, scan, step, picker):
        scan(BARCODE)
        services.mark_short(
            order_id=order.pk, order_line_id=order.lines.get().pk, cause=ShortCause.DAMAGED,
            actor_id=picker.pk, now=present(),
        )  # fmt: skip

        step(order, "cancelled", reason="changed her mind")

        waste = StockMovement.objects.get(kind="waste")
        assert (waste.lot.code, waste.quantity, waste.actor) == ("SOON-1", -2, picker)
        assert (lot("SOON-1").remaining, lot("SOON-1").in_hand) == (2, 0)
        level = StockLevel.objects.get()
        assert (level.on_hand, level.reserved) == (22, 0)
        assert not LineShortage.objects.exists()
        assert [*services.check_books(), *inventory.check_books()] == []

    def test_refuses_an_order_whose_box_is_not_open_and_changes_nothing(self, order_at, boss):
        order = order_at("confirmed")

        refused(
            whole_state, order, OrderMoveRefused, services.cancel_picking, order_id=order.pk,
            reason="flood", actor_id=boss.pk, now=present(),
        )  # fmt: skip


class TestWalk:
    def test_goes_from_shelf_to_shelf_and_last_to_what_stands_nowhere(self, step, boss):
        places = ("B-1", "", "A-10", "A-2")
        wanted = {}
        for days, shelf in enumerate(places, 60):
            wanted[VariantFactory()] = 1
            lot = receive(list(wanted)[-1], 5, days=days)
            inventory.move_lot(lot_id=lot.pk, shelf=shelf, actor_id=None)
        order = placed_order(wanted=wanted)

        listed = selectors.pick_list(order_id=order.pk, now=present())

        assert [line.lots[0].shelf for line in listed.lines] == ["A-2", "A-10", "B-1", ""]


class TestStocktakeBesideOpenBoxes:
    @pytest.mark.parametrize("when", ["before the count", "after the count"])
    def test_finds_no_difference_where_there_is_none(self, order, scan, step, boss, when):
        """Three lie in a box: one is left on the shelf, and that is right."""
        counted = lot("SOON-1")
        inventory.move_lot(lot_id=counted.pk, shelf="A-1", actor_id=None)
        running = inventory.start_stocktake(shelf="A-1", actor_id=boss.pk, now=present())
        count = partial(
            inventory.count_lot, stocktake_id=running.pk, lot_id=counted.pk, seen=None,
            actor_id=boss.pk, now=present(),
        )  # fmt: skip
        if when == "before the count":
            scan(BARCODE, quantity=3)
            count(counted=1)
        else:
            count(counted=4)
            scan(BARCODE, quantity=3)

        inventory.confirm_stocktake(stocktake_id=running.pk, actor_id=boss.pk, now=present())
        step(order, "packed")

        assert lot("SOON-1").remaining == 1
        assert services.check_books() == []

    def test_counts_what_stands_on_the_shelf(self, scan):
        scan(BARCODE, quantity=3)

        inventory.adjust_lot(lot_id=lot("SOON-1").pk, counted=1, reason="count", actor_id=None)

        assert lot("SOON-1").remaining == 4
        assert services.check_books() == []

    def test_throws_away_nothing_that_lies_in_a_box(self, order, scan):
        scan(BARCODE, quantity=3)
        waste = partial(
            inventory.write_off, lot_id=lot("SOON-1").pk, reason="x", actor_id=None
        )  # fmt: skip

        refused(whole_state, order, InvalidQuantity, waste, quantity=2)
        waste(quantity=1)

        assert lot("SOON-1").remaining == 3

    def test_is_guarded_by_postgresql_too(self, scan):
        scan(BARCODE, quantity=3)

        with pytest.raises(IntegrityError), transaction.atomic():
            Lot.objects.filter(code="SOON-1").update(remaining=2)


class TestCheckBooks:
    def test_finds_a_box_that_a_lot_does_not_know(self, scan):
        scan(BARCODE)
        Lot.objects.filter(code="SOON-1").update(in_hand=0)

        (found,) = services.check_books()

        assert (found.counter, found.expected, found.found) == ("in hand", "1", "0")


class TestStartNext:
    def test_takes_the_order_that_leaves_first(self, order_at, picker):
        late, soon = order_at("confirmed"), order_at("confirmed")
        for order, hours in ((late, 9), (soon, 5)):
            slot = order.slot
            slot.starts_at = present() + timedelta(hours=hours)
            slot.save()

        started = [services.start_next(actor_id=picker.pk, now=present()).pk for _ in range(2)]

        assert started == [soon.pk, late.pk]
        with pytest.raises(errors.NothingToPick):
            services.start_next(actor_id=picker.pk, now=present())

    def test_refuses_whoever_does_not_pick_and_starts_nothing(self, order_at):
        order = order_at("confirmed")
        courier = StaffFactory(role="courier")

        refused(
            whole_state, order, NotAllowed, services.start_next, actor_id=courier.pk, now=present()
        )

    @pytest.mark.django_db(transaction=True)
    def test_gives_two_pickers_two_orders(self, order_at):
        orders = {order_at("confirmed").pk for _ in range(3)}
        pickers = [StaffFactory(role="warehouse") for _ in range(3)]

        started = together(
            [partial(services.start_next, actor_id=one.pk, now=present()) for one in pickers]
        )

        assert raised(started) == []
        assert {order.pk for order in started} == orders


class TestToPick:
    def test_shows_ones_own_first_and_how_far_each_is(self, order, scan, picker, order_at, boss):
        waiting, theirs = order_at("confirmed"), order_at("picking")
        scan(BARCODE, quantity=2)

        found = selectors.to_pick(picker_id=picker.pk)

        assert [row.number for row in found] == [order.number, theirs.number, waiting.number]
        assert (found[0].in_box, found[0].units, found[0].picker_id) == (2, 3, picker.pk)
        assert (found[1].picker_id, found[2].picker) == (boss.pk, "")

    def test_asks_the_same_number_of_questions_for_any_length(self, django_assert_max_num_queries):
        for status in ("confirmed", "picking") * 4:
            OrderFactory(status=status, lines=2)

        with django_assert_max_num_queries(5):
            found = selectors.to_pick()

        assert len(found) == 8


class TestTwoPickersOfOneLot:
    @pytest.mark.django_db(transaction=True)
    def test_never_take_the_same_unit(self, variant, order_at, boss):
        orders = [order_at("picking", variant=variant) for _ in range(4)]
        later = lot("LATER-1")
        inventory.write_off(lot_id=later.pk, quantity=8, reason="x", actor_id=None)
        calls = [
            partial(
                services.scan_unit, order_id=order.pk, code="SOON-1", actor_id=boss.pk,
                now=present(),
            )
            for order in orders
            for _ in range(3)
        ]  # fmt: skip

        refusals = raised(together(calls))

        assert {type(refusal) for refusal in refusals} == {LotUnusable}
        assert len(refusals) == 8
        assert sum(Pick.objects.values_list("quantity", flat=True)) == lot("SOON-1").in_hand == 4
        assert services.check_books() == []

    @pytest.mark.django_db(transaction=True)
    def test_would_lose_count_without_the_guard(self, variant, order_at, boss, monkeypatch):
        """The negative control: read, compare, then write."""
        orders = [order_at("picking", variant=variant) for _ in range(4)]

        def check_then_write(*, lot_id, quantity, now):
            row = Lot.objects.get(pk=lot_id)
            if row.remaining - row.in_hand < quantity:
                raise LotUnusable(lot=row.code, cause=Unusable.TOO_FEW)
            row.in_hand += quantity
            row.save(update_fields=["in_hand"])

        monkeypatch.setattr(inventory, "take_in_hand", check_then_write)
        for _ in range(10):
            calls = [
                partial(
                    services.scan_unit, order_id=order.pk, code="SOON-1", actor_id=boss.pk,
                    now=present(),
                )
                for order in orders
            ]  # fmt: skip
            together(calls)
            if services.check_books():
                break

        assert services.check_books() != []
