"""The road and the counter."""

from datetime import timedelta
from functools import partial

import pytest

from apps.core.errors import NotAllowed
from apps.core.time import now as present
from apps.delivery.errors import SlotClosed, SlotFull
from apps.fulfilment import errors, services
from apps.inventory.models import StockLevel
from apps.orders.dto import Method, OrderStatus
from apps.orders.errors import OrderMoveRefused, ReasonMissing, SlotElsewhere, SlotMissing
from apps.payments import selectors as money
from apps.payments.models import MoneyEntry, Payment
from tests.factories import SlotFactory, StaffFactory, ZoneFactory
from tests.fulfilment.state import whole_state
from tests.races import raised, together

pytestmark = pytest.mark.django_db


class TestDeliver:
    def test_takes_the_cash(self, order_at, step):
        order = order_at("out_for_delivery")
        courier = StaffFactory(role="courier")

        step(order, "delivered", by=courier)

        entry = MoneyEntry.objects.get()
        assert (entry.amount, entry.actor_id) == (order.total, courier.pk)
        assert Payment.objects.get().state == "captured"
        assert order.events.latest("pk").actor_kind == "courier"
        assert services.check_books() == []

    def test_refuses_whoever_does_not_drive_and_changes_nothing(self, order_at, step):
        order = order_at("out_for_delivery")
        before = whole_state(order)

        with pytest.raises(NotAllowed):
            step(order, "delivered", by=StaffFactory(role="warehouse"))

        assert whole_state(order) == before

    @pytest.mark.parametrize("status", ["packed", "delivered", "delivery_failed"])
    def test_refuses_an_order_that_is_not_on_its_way(self, order_at, boss, status):
        order = order_at(status)
        before = whole_state(order)

        with pytest.raises(OrderMoveRefused):
            services.deliver(order_id=order.pk, actor_id=boss.pk, now=present())

        assert whole_state(order) == before

    @pytest.mark.django_db(transaction=True)
    def test_happens_once_for_two_presses(self, order_at, boss):
        order = order_at("out_for_delivery")
        press = partial(services.deliver, order_id=order.pk, actor_id=boss.pk, now=present())

        refusals = raised(together([press] * 4))

        assert [type(refusal) for refusal in refusals] == [OrderMoveRefused] * 3
        assert MoneyEntry.objects.count() == 1


class TestHandOver:
    def test_takes_the_cash_from_whoever_shows_the_code(self, order_at, step):
        order = order_at("ready_for_pickup", method=Method.PICKUP)

        step(order, "delivered", code=f" {order.pickup_code} ")

        assert money.captured(order_id=order.pk) == order.total
        assert services.check_books() == []

    @pytest.mark.parametrize("code", ["", "00000", "код"])
    def test_refuses_another_code_and_changes_nothing(self, order_at, step, code):
        order = order_at("ready_for_pickup", method=Method.PICKUP)
        before = whole_state(order)

        with pytest.raises(errors.WrongPickupCode):
            step(order, "delivered", code=code)

        assert whole_state(order) == before

    def test_a_pickup_is_never_sent_out(self, order_at, step):
        order = order_at("packed", method=Method.PICKUP)
        before = whole_state(order)

        with pytest.raises(OrderMoveRefused):
            step(order, "out_for_delivery")

        assert whole_state(order) == before


class TestFailDelivery:
    def test_keeps_goods_money_and_place_as_they_are(self, order_at, step):
        order = order_at("out_for_delivery")
        before = whole_state(order)

        step(order, "delivery_failed", reason="nobody home")

        after = whole_state(order)
        assert order.events.latest("pk").reason == "nobody home"
        for name in ("payments", "slots", "stock", "picks"):
            assert after[name] == before[name]

    def test_asks_for_a_reason_and_changes_nothing_without(self, order_at, step):
        order = order_at("out_for_delivery")
        before = whole_state(order)

        with pytest.raises(ReasonMissing):
            step(order, "delivery_failed")

        assert whole_state(order) == before


class TestReschedule:
    def test_moves_the_place_to_the_new_window(self, order_at, step):
        order = order_at("delivery_failed")
        old, new = order.slot, SlotFactory()

        step(order, "packed", slot_id=new.pk)

        order.refresh_from_db()
        assert (order.status, order.slot_id) == (OrderStatus.PACKED, new.pk)
        old.refresh_from_db()
        new.refresh_from_db()
        assert (old.booked_orders, new.booked_orders) == (0, 1)
        assert new.booked_ml == order.volume_ml
        assert services.check_books() == []

    def test_can_be_delivered_after_all(self, order_at, step):
        order = order_at("delivery_failed")
        step(order, "packed", slot_id=SlotFactory().pk)

        for target in ("out_for_delivery", "delivered"):
            step(order, target)

        assert money.captured(order_id=order.pk) == order.total
        assert services.check_books() == []

    @pytest.mark.parametrize(
        ("slot", "refusal"),
        [
            (lambda: SlotFactory(capacity_orders=1, booked_orders=1), SlotFull),
            (lambda: SlotFactory(cutoff_at=present() - timedelta(minutes=1)), SlotClosed),
            (lambda: SlotFactory(zone=ZoneFactory(slug="elsewhere")), SlotElsewhere),
            (lambda: None, SlotMissing),
        ],
    )
    def test_refuses_an_unfit_window_and_changes_nothing(self, order_at, step, slot, refusal):
        order = order_at("delivery_failed")
        chosen = slot()
        before = whole_state(order)

        with pytest.raises(refusal):
            step(order, "packed", slot_id=chosen.pk if chosen else None)

        assert whole_state(order) == before

    def test_is_not_the_couriers_to_decide(self, order_at, step):
        order = order_at("delivery_failed")
        slot = SlotFactory()
        before = whole_state(order)

        with pytest.raises(NotAllowed):
            step(order, "packed", slot_id=slot.pk, by=StaffFactory(role="courier"))

        assert whole_state(order) == before


class TestReturnOrder:
    @pytest.mark.parametrize(("put_back", "on_hand"), [(True, 20), (False, 17)])
    def test_takes_undelivered_goods_back(self, order_at, step, put_back, on_hand):
        order = order_at("delivery_failed")

        step(order, "returned", reason="refused at the door", put_back=put_back)

        assert StockLevel.objects.get().on_hand == on_hand
        assert Payment.objects.get().state == "cancelled"
        assert not MoneyEntry.objects.exists()
        assert services.check_books() == []

    def test_gives_the_cash_back_after_the_delivery(self, order_at, step):
        order = order_at("delivered")

        step(order, "returned", reason="thawed", put_back=False)

        assert money.captured(order_id=order.pk) == 0
        assert [entry.amount for entry in MoneyEntry.objects.order_by("pk")] == [
            order.total,
            -order.total,
        ]
        assert services.check_books() == []

    def test_takes_back_what_nobody_fetched(self, order_at, step):
        order = order_at("ready_for_pickup", method=Method.PICKUP)

        step(order, "returned", reason="never came", put_back=True)

        assert StockLevel.objects.get().on_hand == 20
        assert services.check_books() == []

    def test_asks_for_a_reason_and_changes_nothing_without(self, order_at, step):
        order = order_at("delivered")
        before = whole_state(order)

        with pytest.raises(ReasonMissing):
            step(order, "returned", put_back=True)

        assert whole_state(order) == before

    @pytest.mark.django_db(transaction=True)
    def test_refunds_once_for_two_presses(self, order_at, step):
        order = order_at("delivered")

        refusals = raised(together([partial(step, order, "returned", reason="thawed")] * 4))

        assert [type(refusal) for refusal in refusals] == [OrderMoveRefused] * 3
        assert MoneyEntry.objects.count() == 2
        assert services.check_books() == []


class TestTakeStep:
    def test_cancels_while_the_goods_are_in_the_freezer(self, order_at, step):
        order = order_at("picking")

        step(order, "cancelled", reason="double order")

        assert StockLevel.objects.get().reserved == 0
        assert services.check_books() == []

    @pytest.mark.parametrize("target", ["awaiting_payment", "expired", "placed", "delivered"])
    def test_refuses_steps_that_do_not_exist(self, order_at, step, target):
        order = order_at("confirmed")
        before = whole_state(order)

        with pytest.raises(OrderMoveRefused):
            step(order, target)

        assert whole_state(order) == before
