"""Receiving, counting, writing off, and lots past their time."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from apps.catalog.dto import Availability
from apps.catalog.errors import VariantNotFound
from apps.core.time import now as present
from apps.core.time import shop_date
from apps.inventory import errors, services
from apps.inventory.dto import Demand, LotStatus, MovementKind, WasteReason
from apps.inventory.models import Lot, Reservation, StockLevel, StockMovement
from tests.factories import OrderFactory, OrderLineFactory, StaffFactory, VariantFactory
from tests.factories.inventory import receive, snapshot

pytestmark = pytest.mark.django_db


def promised_line(variant, quantity):
    line = OrderLineFactory(order=OrderFactory(lines=0), variant=variant, quantity=quantity)
    services.reserve(demands=[Demand(line.pk, variant.pk, quantity)])
    return line


class TestReceiveLot:
    def test_puts_units_on_hand_and_writes_the_ledger(self):
        variant, member = VariantFactory(availability=Availability.NONE), StaffFactory()

        lot = receive(variant, 12, actor_id=member.pk, reason="delivery 7")

        level = StockLevel.objects.get(variant=variant)
        assert (level.on_hand, level.blocked, level.reserved) == (12, 0, 0)
        assert (lot.received, lot.remaining, lot.is_blocked) == (12, 12, False)
        movement = StockMovement.objects.get()
        assert (movement.kind, movement.quantity, movement.blocked) == (MovementKind.RECEIVE, 12, 0)
        assert (movement.actor_id, movement.reason) == (member.pk, "delivery 7")
        variant.refresh_from_db()
        assert variant.availability == Availability.IN_STOCK

    def test_sells_until_every_bookable_slot_is_served_with_life_left(self, settings):
        settings.SELLABLE_HORIZON_DAYS = 7
        variant = VariantFactory(product__minimum_remaining_days=14)
        expires_on = shop_date(present()) + timedelta(days=100)

        lot = receive(variant, 1, expires_on=expires_on)

        assert lot.sell_by == expires_on - timedelta(days=21)

    def test_blocks_at_once_what_comes_too_late(self, settings):
        settings.SELLABLE_HORIZON_DAYS = 7
        variant = VariantFactory(product__minimum_remaining_days=14, availability=Availability.NONE)

        lot = receive(variant, 5, expires_on=shop_date(present()) + timedelta(days=20))

        level = StockLevel.objects.get(variant=variant)
        assert lot.is_blocked
        assert (level.on_hand, level.blocked, level.available) == (5, 5, 0)
        variant.refresh_from_db()
        assert variant.availability == Availability.NONE
        assert services.check_books() == []

    def test_sells_on_the_last_day_itself(self, settings):
        settings.SELLABLE_HORIZON_DAYS = 0
        variant = VariantFactory(product__minimum_remaining_days=10)

        lot = receive(variant, 1, expires_on=shop_date(present()) + timedelta(days=10))

        assert not lot.is_blocked

    @pytest.mark.parametrize("quantity", [0, -1, 10**9, 2**63])
    def test_refuses_an_absurd_quantity_and_changes_nothing(self, quantity):
        variant = VariantFactory()

        with pytest.raises(errors.InvalidQuantity):
            receive(variant, quantity)

        assert snapshot(variant) == {}

    @pytest.mark.parametrize(
        "changes",
        [
            {"code": "  "},
            {"code": "\0"},
            {"made_on": date(2999, 1, 1), "expires_on": date(2999, 2, 1)},
            {"expires_on": date(2001, 1, 1)},
            {"cost": -1},
        ],
    )
    def test_refuses_an_impossible_lot_and_changes_nothing(self, changes):
        variant = VariantFactory()

        with pytest.raises(errors.InvalidLot):
            receive(variant, 1, **changes)

        assert snapshot(variant) == {}

    def test_refuses_a_lot_that_came_before_and_changes_nothing(self):
        variant = VariantFactory()
        receive(variant, 3, code="L-1")
        before = snapshot(variant)

        with pytest.raises(errors.LotCodeTaken):
            receive(variant, 3, code="L-1")

        assert snapshot(variant) == before

    def test_refuses_an_unknown_variant(self):
        with pytest.raises(VariantNotFound):
            services.receive_lot(
                variant_id=10**9, code="L", made_on=date(2020, 1, 1),
                expires_on=date(2030, 1, 1), quantity=1, now=present(),
            )  # fmt: skip

        assert not StockLevel.objects.exists()


class TestAdjustLot:
    @pytest.mark.parametrize(("counted", "difference"), [(7, -3), (14, 4), (0, -10)])
    def test_follows_the_count(self, counted, difference):
        variant = VariantFactory()
        lot = receive(variant, 10)

        services.adjust_lot(lot_id=lot.pk, counted=counted, reason="stocktake", actor_id=None)

        assert StockLevel.objects.get().on_hand == counted
        last = StockMovement.objects.latest("pk")
        assert (last.kind, last.quantity) == (MovementKind.ADJUST, difference)
        assert services.check_books() == []

    def test_writes_nothing_where_nothing_differs(self):
        lot = receive(VariantFactory(), 10)

        services.adjust_lot(lot_id=lot.pk, counted=10, reason="stocktake", actor_id=None)

        assert StockMovement.objects.count() == 1

    @pytest.mark.parametrize("counted", [-1, 10**9])
    def test_refuses_an_absurd_count_and_changes_nothing(self, counted):
        variant = VariantFactory()
        lot = receive(variant, 10)
        before = snapshot(variant)

        with pytest.raises(errors.InvalidQuantity):
            services.adjust_lot(lot_id=lot.pk, counted=counted, reason="x", actor_id=None)

        assert snapshot(variant) == before

    def test_asks_for_a_reason_and_changes_nothing_without(self):
        variant = VariantFactory()
        lot = receive(variant, 10)
        before = snapshot(variant)

        with pytest.raises(errors.ReasonMissing):
            services.adjust_lot(lot_id=lot.pk, counted=3, reason=" ", actor_id=None)

        assert snapshot(variant) == before

    def test_refuses_an_unknown_lot(self):
        with pytest.raises(errors.LotNotFound):
            services.adjust_lot(lot_id=10**9, counted=3, reason="x", actor_id=None)


class TestWriteOff:
    def test_throws_units_away(self):
        lot = receive(VariantFactory(), 10)

        services.write_off(lot_id=lot.pk, quantity=4, reason="thawed", actor_id=None)

        assert StockLevel.objects.get().on_hand == 6
        last = StockMovement.objects.latest("pk")
        assert (last.kind, last.quantity, last.reason) == (MovementKind.WASTE, -4, "thawed")

    def test_takes_blocked_units_out_of_the_blocked_ones(self):
        lot = receive(VariantFactory(), 10)
        services.quarantine_lot(lot_id=lot.pk, reason="smell", actor_id=None)

        services.write_off(lot_id=lot.pk, quantity=10, reason="spoiled", actor_id=None)

        level = StockLevel.objects.get()
        assert (level.on_hand, level.blocked) == (0, 0)
        assert services.check_books() == []

    @pytest.mark.parametrize("cause", [WasteReason.EXPIRED, WasteReason.LOST])
    def test_keeps_the_cause_and_needs_no_words_then(self, cause):
        lot = receive(VariantFactory(), 10)

        services.write_off(lot_id=lot.pk, quantity=1, reason_code=cause, actor_id=None)

        last = StockMovement.objects.latest("pk")
        assert (last.reason_code, last.reason) == (cause, "")

    def test_asks_for_words_where_the_cause_is_another_one(self):
        variant = VariantFactory()
        lot = receive(variant, 10)
        before = snapshot(variant)

        with pytest.raises(errors.ReasonMissing):
            services.write_off(lot_id=lot.pk, quantity=1, reason=" ", actor_id=None)

        assert snapshot(variant) == before

    @pytest.mark.parametrize("quantity", [0, -2, 11])
    def test_refuses_more_than_there_is_and_changes_nothing(self, quantity):
        variant = VariantFactory()
        lot = receive(variant, 10)
        before = snapshot(variant)

        with pytest.raises(errors.InvalidQuantity):
            services.write_off(lot_id=lot.pk, quantity=quantity, reason="x", actor_id=None)

        assert snapshot(variant) == before


class TestWriteOffFound:
    def write_off(self, units):
        services.write_off_found(
            units=units, reason_code=WasteReason.DAMAGED, reason="box", actor_id=None
        )

    def test_takes_what_stands_on_the_shelf_and_nothing_out_of_boxes(self):
        first, second, empty = (receive(VariantFactory(), count) for count in (10, 3, 2))
        services.take_in_hand(lot_id=first.pk, quantity=8, now=present())
        services.write_off(lot_id=empty.pk, quantity=2, reason="gone", actor_id=None)
        before = StockMovement.objects.count()

        self.write_off({first.pk: 5, second.pk: 2, empty.pk: 1})

        wasted = StockMovement.objects.order_by("pk")[before:].values_list("lot_id", "quantity")
        assert list(wasted) == [(first.pk, -2), (second.pk, -2)]
        assert services.check_books() == []


class TestMoveLot:
    def test_notes_where_it_stands_and_by_whom(self):
        member, lot = StaffFactory(), receive(VariantFactory(), 10)

        services.move_lot(lot_id=lot.pk, shelf="б 03", actor_id=member.pk)
        services.move_lot(lot_id=lot.pk, shelf="Б-03", actor_id=member.pk)

        lot.refresh_from_db()
        assert lot.shelf == "Б-03"
        # Received, and moved once: the second time nothing was new.
        assert [entry.history_user for entry in lot.history.all()] == [member, None]
        assert StockMovement.objects.count() == 1

    def test_refuses_what_is_no_shelf_and_changes_nothing(self):
        variant = VariantFactory()
        lot = receive(variant, 10, shelf="A-1")
        before = snapshot(variant)

        with pytest.raises(errors.InvalidShelf):
            services.move_lot(lot_id=lot.pk, shelf="<A>", actor_id=None)

        assert snapshot(variant) == before

    def test_refuses_an_unknown_lot(self):
        with pytest.raises(errors.LotNotFound):
            services.move_lot(lot_id=10**9, shelf="A-1", actor_id=None)


class TestLossOfPromisedUnits:
    def test_shortens_the_newest_promises_in_the_same_transaction(self):
        variant = VariantFactory()
        lot = receive(variant, 10)
        first, second, third = (promised_line(variant, 3) for _ in range(3))

        services.write_off(lot_id=lot.pk, quantity=5, reason="thawed", actor_id=None)

        left = dict(Reservation.objects.values_list("order_line_id", "quantity"))
        assert left == {first.pk: 3, second.pk: 2, third.pk: 0}
        level = StockLevel.objects.get()
        assert (level.on_hand, level.reserved, level.available) == (5, 5, 0)
        assert services.check_books() == []

    def test_remembers_what_the_orders_must_be_told(self):
        variant = VariantFactory()
        lot = receive(variant, 4)
        line = promised_line(variant, 4)

        services.write_off(lot_id=lot.pk, quantity=1, reason="thawed", actor_id=None)
        services.quarantine_lot(lot_id=lot.pk, reason="smell", actor_id=None)

        assert Reservation.objects.get(order_line=line).unreported == 4

    def test_leaves_promises_alone_while_free_units_suffice(self):
        variant = VariantFactory()
        lot = receive(variant, 10)
        line = promised_line(variant, 3)

        services.write_off(lot_id=lot.pk, quantity=7, reason="thawed", actor_id=None)

        promise = Reservation.objects.get(order_line=line)
        assert (promise.quantity, promise.unreported) == (3, 0)


class TestQuarantine:
    def test_blocks_a_lot_and_lets_it_back(self):
        variant = VariantFactory()
        lot = receive(variant, 10)

        services.quarantine_lot(lot_id=lot.pk, reason="smell", actor_id=None)
        blocked = StockLevel.objects.get()
        services.release_quarantine(lot_id=lot.pk, reason="fine", actor_id=None, now=present())
        released = StockLevel.objects.get()

        assert (blocked.on_hand, blocked.available) == (10, 0)
        assert (released.on_hand, released.available) == (10, 10)
        assert services.check_books() == []
        variant.refresh_from_db()
        assert variant.availability == Availability.FEW

    def test_keeps_a_released_lot_blocked_when_its_time_has_passed(self):
        lot = receive(VariantFactory(), 10)
        services.quarantine_lot(lot_id=lot.pk, reason="smell", actor_id=None)

        later = present() + timedelta(days=400)
        services.release_quarantine(lot_id=lot.pk, reason="fine", actor_id=None, now=later)

        lot.refresh_from_db()
        assert (lot.status, lot.is_blocked) == (LotStatus.OK, True)
        assert StockLevel.objects.get().available == 0
        assert services.check_books() == []

    def test_refuses_twice_and_changes_nothing(self):
        variant = VariantFactory()
        lot = receive(variant, 10)
        services.quarantine_lot(lot_id=lot.pk, reason="smell", actor_id=None)
        before = snapshot(variant)

        with pytest.raises(errors.LotStateWrong):
            services.quarantine_lot(lot_id=lot.pk, reason="smell", actor_id=None)

        assert snapshot(variant) == before

    def test_refuses_to_release_a_good_lot(self):
        lot = receive(VariantFactory(), 10)

        with pytest.raises(errors.LotStateWrong):
            services.release_quarantine(lot_id=lot.pk, reason="x", actor_id=None, now=present())


class TestBlockExpiredLots:
    def test_takes_lots_past_their_day_off_sale_once(self):
        variant = VariantFactory()
        lot, fresh = receive(variant, 10), receive(variant, 3, days=900)
        the_day = present() + timedelta(days=(lot.sell_by - shop_date(present())).days)

        on_the_day = services.block_expired_lots(now=the_day)
        after_it = services.block_expired_lots(now=the_day + timedelta(days=1))
        again = services.block_expired_lots(now=the_day + timedelta(days=1))

        assert (on_the_day, after_it, again) == (0, 1, 0)
        level = StockLevel.objects.get()
        assert (level.on_hand, level.blocked, level.available) == (13, 10, 3)
        fresh.refresh_from_db()
        assert not fresh.is_blocked
        assert services.check_books() == []

    def test_shortens_promises_that_it_breaks(self):
        variant = VariantFactory()
        receive(variant, 10)
        line = promised_line(variant, 10)

        services.block_expired_lots(now=present() + timedelta(days=400))

        assert Reservation.objects.get(order_line=line).unreported == 10
        assert services.check_books() == []


class TestSetLowThreshold:
    def test_publishes_the_band_that_follows(self):
        variant = VariantFactory(availability=Availability.NONE)
        receive(variant, 15)

        services.set_low_threshold(variant_id=variant.pk, low_threshold=15)

        variant.refresh_from_db()
        assert variant.availability == Availability.FEW
        assert services.check_books() == []

    def test_refuses_a_negative_number_and_changes_nothing(self):
        variant = VariantFactory()
        receive(variant, 15)

        with pytest.raises(errors.InvalidQuantity):
            services.set_low_threshold(variant_id=variant.pk, low_threshold=-1)

        assert StockLevel.objects.get().low_threshold == 10

    def test_refuses_a_variant_that_never_came(self):
        with pytest.raises(errors.StockLevelNotFound):
            services.set_low_threshold(variant_id=VariantFactory().pk, low_threshold=3)


class TestLedger:
    def test_knows_a_cause_of_losses_only(self):
        lot = receive(VariantFactory(), 10)

        with pytest.raises(IntegrityError), transaction.atomic():
            StockMovement.objects.create(
                variant=lot.variant, lot=lot, kind=MovementKind.ADJUST, quantity=-1,
                reason_code=WasteReason.LOST,
            )  # fmt: skip

    @pytest.mark.parametrize("change", ["UPDATE {t} SET quantity = 99", "DELETE FROM {t}"])
    def test_is_never_rewritten(self, change):
        receive(VariantFactory(), 10)

        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change.format(t="inventory_stockmovement"))

        assert StockMovement.objects.get().quantity == 10


class TestCheckBooks:
    def test_names_every_counter_that_lies(self):
        variant = VariantFactory()
        receive(variant, 20)
        StockLevel.objects.update(on_hand=21, blocked=1, reserved=2)
        Lot.objects.update(remaining=19)

        wrong = services.check_books()

        assert {(row.subject, row.counter, row.found, row.expected) for row in wrong} == {
            (variant.sku, "on hand, by lots", "21", "19"),
            (variant.sku, "on hand, by movements", "21", "20"),
            (variant.sku, "blocked, by lots", "1", "0"),
            (variant.sku, "blocked, by movements", "1", "0"),
            (variant.sku, "reserved", "2", "0"),
        }
