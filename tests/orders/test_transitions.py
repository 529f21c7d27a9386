from datetime import timedelta

import pytest
from django.conf import settings

from apps.core.errors import NotAllowed
from apps.core.time import now
from apps.inventory.dto import ReservationState
from apps.inventory.models import Reservation
from apps.notifications.models import Message
from apps.orders import errors, selectors, services
from apps.orders.dto import OrderStatus
from apps.orders.lifecycle import MOVES, Actor
from apps.payments.dto import PaymentState
from apps.payments.models import Payment
from tests.factories import CustomerFactory, OrderFactory, StaffFactory, placed_order

pytestmark = pytest.mark.django_db


def move(order, target, **fields):
    return services.move_order(order_id=order.pk, target=target, now=now(), **fields)


def status_of(order):
    order.refresh_from_db()
    return order.status


class TestMoveOrder:
    @pytest.mark.parametrize("step", MOVES, ids=lambda step: f"{step.source}-{step.target}")
    @pytest.mark.parametrize("role", ["owner", "manager", "warehouse", "courier", "support"])
    def test_lets_exactly_the_roles_of_the_table(self, step, role):
        method = step.method or (
            "pickup" if OrderStatus.READY_FOR_PICKUP in {step.source, step.target} else "delivery"
        )
        order = OrderFactory(status=step.source, method=method, lines=0)
        staff = StaffFactory(role=role)
        fields = {"actor_id": staff.pk, "reason": "because"}

        if Actor(role) in step.actors:
            move(order, step.target, **fields)
            event = order.events.get()
            assert status_of(order) == step.target
            assert (event.actor_kind, event.actor, event.reason) == (role, staff, "because")
        else:
            with pytest.raises(NotAllowed):
                move(order, step.target, **fields)
            assert status_of(order) == step.source
            assert not order.events.exists()
            assert not Message.objects.exists()

    @pytest.mark.parametrize("role", [None, "marketing"])
    def test_refuses_whoever_has_no_part(self, role):
        order = OrderFactory()

        with pytest.raises(NotAllowed):
            move(order, OrderStatus.CONFIRMED, actor_id=StaffFactory(role=role).pk)
        with pytest.raises(NotAllowed):
            move(order, OrderStatus.CONFIRMED)

        assert status_of(order) == OrderStatus.PLACED

    def test_asks_the_roles_and_not_what_the_caller_claims(self):
        order = OrderFactory()
        courier = StaffFactory(role="courier")

        with pytest.raises(NotAllowed):
            move(order, OrderStatus.CONFIRMED, actor=Actor.OWNER, actor_id=courier.pk)

        assert status_of(order) == OrderStatus.PLACED

    def test_refuses_an_illegal_step_in_words(self, manager):
        order = OrderFactory()

        with pytest.raises(errors.OrderMoveRefused) as refusal:
            move(order, OrderStatus.DELIVERED, actor_id=manager.pk)

        assert refusal.value.facts["number"] == order.number
        assert status_of(order) == OrderStatus.PLACED

    def test_refuses_a_step_without_its_reason(self, manager):
        order = OrderFactory(status=OrderStatus.PICKING)

        with pytest.raises(errors.ReasonMissing):
            move(order, OrderStatus.CANCELLED, actor_id=manager.pk, reason="  ")

        assert status_of(order) == OrderStatus.PICKING

    def test_does_not_find_a_strangers_order_for_a_customer(self):
        order = OrderFactory()

        with pytest.raises(errors.OrderNotFound):
            move(
                order,
                OrderStatus.CANCELLED,
                actor=Actor.CUSTOMER,
                actor_id=CustomerFactory().pk,
            )

        assert status_of(order) == OrderStatus.PLACED

    def test_tells_the_customer_and_the_staff_group(self, manager):
        order = OrderFactory(customer__language="en")

        services.confirm_order(order_id=order.pk, actor_id=manager.pk, now=now())

        card, notice, staff = Message.objects.order_by("pk")
        assert (card.chat_id, card.card_key) == (order.customer.telegram_id, f"order:{order.pk}")
        assert "confirmed" in card.body["text"]
        assert (notice.card_key, notice.chat_id) == ("", order.customer.telegram_id)
        assert staff.chat_id == settings.TELEGRAM_STAFF_CHAT_ID
        assert staff.card_key == f"staff-order:{order.pk}"
        assert "staff-confirm" not in str(staff.body["buttons"])
        assert str(manager) in staff.body["text"]

    def test_leaves_out_the_notice_of_what_the_customer_did(self):
        order = placed_order()
        Message.objects.all().delete()

        services.cancel_own_order(customer_id=order.customer_id, order_id=order.pk, now=now())

        assert {m.card_key for m in Message.objects.all()} == {
            f"order:{order.pk}",
            f"staff-order:{order.pk}",
        }


class TestCancelOwnOrder:
    def test_gives_everything_back(self):
        order = placed_order()

        services.cancel_own_order(customer_id=order.customer_id, order_id=order.pk, now=now())

        order.slot.refresh_from_db()
        assert status_of(order) == OrderStatus.CANCELLED
        assert (order.slot.booked_orders, order.slot.booked_ml) == (0, 0)
        assert Payment.objects.get(order=order).state == PaymentState.CANCELLED
        assert Reservation.objects.get().state == ReservationState.RELEASED

    def test_does_not_find_a_strangers_order(self):
        order = placed_order()

        with pytest.raises(errors.OrderNotFound):
            services.cancel_own_order(
                customer_id=CustomerFactory().pk, order_id=order.pk, now=now()
            )

        assert status_of(order) == OrderStatus.PLACED

    def test_is_too_late_from_the_cut_off_on(self):
        order = placed_order()
        cutoff = order.slot.cutoff_at
        customer = {"customer_id": order.customer_id, "order_id": order.pk}

        with pytest.raises(errors.CancelTooLate):
            services.cancel_own_order(**customer, now=cutoff)

        assert status_of(order) == OrderStatus.PLACED
        services.cancel_own_order(**customer, now=cutoff - timedelta(seconds=1))
        assert status_of(order) == OrderStatus.CANCELLED

    def test_says_that_it_was_done_before(self):
        order = OrderFactory(status="cancelled")

        with pytest.raises(errors.CancelledAlready):
            services.cancel_own_order(customer_id=order.customer_id, order_id=order.pk, now=now())

        assert status_of(order) == OrderStatus.CANCELLED

    @pytest.mark.parametrize(
        "status",
        [
            status
            for status in OrderStatus
            if status not in {"awaiting_payment", "placed", "confirmed", "cancelled"}
        ],
    )
    def test_is_too_late_once_it_is_picked(self, status):
        method = "pickup" if status == OrderStatus.READY_FOR_PICKUP else "delivery"
        order = OrderFactory(status=status, method=method)

        with pytest.raises(errors.CancelTooLate):
            services.cancel_own_order(customer_id=order.customer_id, order_id=order.pk, now=now())

        assert status_of(order) == status


class TestCancelOrder:
    def test_tells_the_customer_why(self, manager):
        order = placed_order(customer=CustomerFactory(language="en"))

        services.cancel_order(
            order_id=order.pk, actor_id=manager.pk, reason="freezer <broke> & more", now=now()
        )

        notice = Message.objects.get(dedupe_key__startswith="order-event:")
        assert "freezer &lt;broke&gt; &amp; more" in notice.body["text"]
        assert Reservation.objects.get().state == ReservationState.RELEASED

    def test_leaves_packed_goods_to_fulfilment(self, manager):
        order = OrderFactory(status=OrderStatus.PACKED)

        with pytest.raises(errors.OrderMoveRefused):
            services.cancel_order(order_id=order.pk, actor_id=manager.pk, reason="no", now=now())

        assert status_of(order) == OrderStatus.PACKED


class TestExpireHolds:
    def test_lets_go_of_what_was_not_paid_in_time(self):
        moment = now()
        late = OrderFactory(status="awaiting_payment", hold_expires_at=moment)
        early = OrderFactory(
            status="awaiting_payment", hold_expires_at=moment + timedelta(seconds=1)
        )

        assert services.expire_holds(now=moment) == 1

        assert status_of(late) == OrderStatus.EXPIRED
        assert late.hold_expires_at is None
        assert late.events.get().actor_kind == Actor.SYSTEM
        assert status_of(early) == OrderStatus.AWAITING_PAYMENT
        assert services.expire_holds(now=moment) == 0


class TestAttention:
    def test_is_asked_for_once_and_settled(self):
        order, closed = OrderFactory(), OrderFactory(status=OrderStatus.CANCELLED)
        ids = [order.pk, closed.pk]

        assert services.flag_attention(order_ids=ids, reason="2 packs lost", now=now()) == 1
        assert services.flag_attention(order_ids=ids, reason="again", now=now()) == 0

        order.refresh_from_db()
        assert order.attention == "2 packs lost"
        assert "2 packs lost" in Message.objects.get().body["text"]
        services.clear_attention(order_id=order.pk, now=now())
        order.refresh_from_db()
        assert order.attention == ""


class TestApplyShortage:
    def test_takes_what_is_missing_off_the_total_once(self):
        order = placed_order()
        line = order.lines.get()

        for _ in range(2):
            services.apply_shortage(order_id=order.pk, picked={line.pk: 1}, now=now())

        order.refresh_from_db()
        card = selectors.order_card(customer_id=order.customer_id, order_id=order.pk)
        assert (order.total, card.shortage) == (499, 600)
        assert order.items_total + sum(a.amount for a in order.adjustments.all()) == order.total
        assert Payment.objects.get(order=order).amount == 499

    @pytest.mark.parametrize("quantity", [-1, 4])
    def test_refuses_what_can_not_be(self, quantity):
        order = placed_order()
        line = order.lines.get()

        with pytest.raises(errors.InvalidShortage):
            services.apply_shortage(order_id=order.pk, picked={line.pk: quantity}, now=now())

        line.refresh_from_db()
        assert line.picked_quantity is None

    def test_refuses_a_line_of_another_order(self):
        order, other = placed_order(), placed_order()

        with pytest.raises(errors.InvalidShortage):
            services.apply_shortage(order_id=order.pk, picked={other.lines.get().pk: 1}, now=now())


class TestRepeatOrder:
    def test_fills_the_cart_again(self):
        order = placed_order()

        refill = services.repeat_order(customer_id=order.customer_id, order_id=order.pk, now=now())

        assert [(line.sku, line.quantity) for line in refill.cart.lines] == [
            (order.lines.get().sku, 3)
        ]
        assert refill.changes == ()

    def test_does_not_find_a_strangers_order(self):
        order = placed_order()

        with pytest.raises(errors.OrderNotFound):
            services.repeat_order(customer_id=CustomerFactory().pk, order_id=order.pk, now=now())
