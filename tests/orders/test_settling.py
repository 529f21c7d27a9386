"""Money from a provider: placed, late, twice, wrong, given back; nothing lost, nothing twice."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from django.db import transaction

from apps.core.time import now
from apps.delivery.models import DeliverySlot
from apps.fulfilment import services as fulfilment
from apps.fulfilment.dto import StepDetails
from apps.inventory.dto import ReservationState
from apps.inventory.models import Reservation, StockLevel
from apps.notifications.buttons import pack
from apps.notifications.models import Message
from apps.orders import errors, services
from apps.orders.dto import OrderStatus
from apps.orders.models import Order
from apps.payments import selectors as money
from apps.payments import services as payments
from apps.payments.dto import OddityKind, PaymentState, RefundState
from apps.payments.errors import ProviderRefused, ProviderUnavailable, RefundTooLarge
from apps.payments.models import MoneyEntry, Oddity, Payment, ProviderCall, Refund
from tests.factories import StaffFactory, placed_order, stocked_variant
from tests.gateway import FakeGateway, silence

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(gateway):
    return placed_order(payment="yookassa")


@pytest.fixture
def started(order):
    return services.start_payment(
        customer_id=order.customer_id, order_id=order.pk, now=order.created_at
    )


@pytest.fixture
def payment(started):
    return Payment.objects.get(pk=started.payment_id)


@pytest.fixture
def packed(order, payment, gateway):
    """An order whose money is set aside and whose box is closed; the money waits to be taken."""
    gateway.pay("pay-1")
    tell(payment)
    do = {"order_id": order.pk, "actor_id": StaffFactory(role="manager").pk, "now": now()}
    for step in (services.confirm_order, fulfilment.start_picking, fulfilment.pack_order):
        step(**do)
    return order


def let_go(order, way):
    """Let the box come back from the shelf, or from the road."""
    do = {"order_id": order.pk, "actor_id": StaffFactory(role="manager").pk, "now": now()}
    if way == "cancelled":
        fulfilment.cancel_packed(reason="x", **do)
        return
    for target in (OrderStatus.OUT_FOR_DELIVERY, OrderStatus.DELIVERY_FAILED):
        fulfilment.take_step(target=target, details=StepDetails(reason="nobody"), **do)
    fulfilment.return_order(reason="x", put_back=True, **do)


def tell(payment, moment=None):
    """Ask the provider, as an event or the clock makes us do."""
    payments.ask(payment_id=payment.pk, now=moment or now())


def send_calls(moment=None):
    """Send what is to be sent and ask how it stands, as the worker does."""
    moment = moment or now()
    for payment_id in payments.send_due_calls(now=moment):
        payments.ask_quietly(payment_id=payment_id, now=moment)


def status_of(order):
    order.refresh_from_db()
    return order.status


def expire(order):
    assert services.expire_holds(now=order.hold_expires_at) == 1
    send_calls(order.hold_expires_at)


class TestStartPayment:
    def test_sends_the_customer_to_the_provider(self, started, gateway):
        assert started.confirmation_url == "https://pay.example/pay-1"

    def test_is_the_same_payment_again(self, order, started, gateway):
        again = services.start_payment(
            customer_id=order.customer_id, order_id=order.pk, now=order.created_at
        )

        assert again == started
        assert gateway.asked == [("create", str(Payment.objects.get().public_id))]

    def test_finds_what_a_cut_connection_hid(self, order, gateway):
        gateway.trouble = silence()
        with pytest.raises(ProviderUnavailable):
            services.start_payment(customer_id=order.customer_id, order_id=order.pk, now=now())

        way = services.start_payment(customer_id=order.customer_id, order_id=order.pk, now=now())

        assert list(gateway.facts) == ["pay-1"]
        assert way.confirmation_url.endswith("pay-1")

    def test_refuses_after_the_hold_and_asks_nobody(self, order, gateway):
        with pytest.raises(errors.OrderNotAwaitingPayment):
            services.start_payment(
                customer_id=order.customer_id, order_id=order.pk, now=order.hold_expires_at
            )

        assert gateway.asked == []

    def test_refuses_a_stranger(self, order, customer, gateway):
        with pytest.raises(errors.OrderNotFound):
            services.start_payment(customer_id=customer.pk, order_id=order.pk, now=now())

        assert gateway.asked == []


class TestSettleFact:
    def test_places_the_order_once(self, order, payment, gateway):
        gateway.pay("pay-1")

        for _ in range(3):
            tell(payment)

        assert status_of(order) == OrderStatus.PLACED
        assert Reservation.objects.get().state == ReservationState.COMMITTED
        assert order.events.filter(to_status=OrderStatus.PLACED).count() == 1
        assert money.check_books() == []

    def test_takes_what_the_box_is_worth(self, packed, order, payment):
        send_calls()

        payment.refresh_from_db()
        assert (payment.state, payment.captured) == (PaymentState.CAPTURED, order.total)
        assert MoneyEntry.objects.get().amount == order.total
        assert money.check_books() == []

    @pytest.mark.parametrize("way", ["cancelled", "returned"])
    def test_takes_nothing_after_the_order_was_let_go(self, packed, payment, gateway, way):
        let_go(packed, way)

        for _ in range(2):
            send_calls()

        payment.refresh_from_db()
        assert (payment.state, payment.captured) == (PaymentState.CANCELLED, Decimal("0.00"))
        assert "capture" not in {what for what, _about in gateway.asked}
        calls = dict(ProviderCall.objects.values_list("kind", "state"))
        assert calls == {"capture": "withdrawn", "cancel": "done"}
        assert not Oddity.objects.exists()
        assert fulfilment.check_books() == []

    def test_gives_back_what_was_taken_before_it_was_let_go(self, packed, payment, gateway):
        # The provider takes it, and the answer is cut off.
        gateway.trouble = silence()
        payments.send_due_calls(now=now())
        let_go(packed, "cancelled")

        for _ in range(2):
            send_calls()

        payment.refresh_from_db()
        assert (payment.captured, payment.refunded) == (packed.total, packed.total)
        assert not Oddity.objects.exists()
        assert fulfilment.check_books() == []

    @pytest.mark.parametrize(("is_let_go", "questions"), [(True, 0), (False, 1)])
    def test_asks_nobody_about_a_refusal_that_is_wanted(
        self, packed, payment, gateway, monkeypatch, is_let_go, questions
    ):
        def refuse(self, provider_payment_id, **_details):
            if is_let_go:
                let_go(packed, "cancelled")
                gateway.change(provider_payment_id, state=PaymentState.CANCELLED)
            raise ProviderRefused(reason="not_authorized")

        monkeypatch.setattr(FakeGateway, "capture", refuse)

        send_calls()

        assert Oddity.objects.count() == questions
        payment.refresh_from_db()
        assert payment.captured == 0

    def test_gives_back_what_a_second_payment_brought(self, order, payment, gateway):
        other = services.start_payment(
            customer_id=order.customer_id, order_id=order.pk, provider="stripe", now=now()
        )
        gateway.pay("pay-1")
        gateway.pay("pay-2", capture=True)
        tell(payment)

        tell(Payment.objects.get(pk=other.payment_id))
        send_calls()

        second = Payment.objects.get(pk=other.payment_id)
        assert (second.captured, second.refunded) == (order.total, order.total)
        assert Payment.objects.get(pk=payment.pk).state == PaymentState.AUTHORIZED
        assert Message.objects.filter(dedupe_key=f"payment-back:{second.pk}").count() == 1
        assert money.check_books() == []

    def test_revives_an_order_whose_payment_came_late(self, order, payment, gateway):
        gateway.trouble = silence()
        services.expire_holds(now=order.hold_expires_at + timedelta(minutes=16))
        assert status_of(order) == OrderStatus.EXPIRED
        gateway.pay("pay-1")

        tell(payment)

        assert status_of(order) == OrderStatus.PLACED
        assert Reservation.objects.get().state == ReservationState.COMMITTED
        assert DeliverySlot.objects.get(pk=order.slot_id).booked_orders == 1
        # The card is edited where it stands, above the words that the order was let go.
        said = Message.objects.filter(dedupe_key=f"payment-revives:{payment.pk}")
        assert order.number in said.get().body["text"]

    def test_offers_the_cart_again_with_one_press(self, order, payment, gateway):
        expire(order)

        notice = Message.objects.get(dedupe_key__startswith="order-event:")
        keys = [key["data"] for row in notice.body["buttons"] for key in row]
        assert keys[0] == pack("repeat", order.pk)

    def test_gives_a_late_payment_back_when_the_goods_are_gone(self, gateway):
        variant = stocked_variant(5)
        order = placed_order(payment="yookassa", wanted={variant: 5})
        services.start_payment(customer_id=order.customer_id, order_id=order.pk, now=now())
        payment = Payment.objects.get()
        gateway.trouble = silence()
        services.expire_holds(now=order.hold_expires_at + timedelta(minutes=16))
        placed_order(wanted={variant: 2})
        gateway.pay("pay-1", capture=True)

        tell(payment)
        send_calls()

        payment.refresh_from_db()
        assert status_of(order) == OrderStatus.EXPIRED
        assert payment.refunded == order.total
        assert StockLevel.objects.get(variant=variant).reserved == 2
        assert money.check_books() == []

    def test_lets_money_of_a_cancelled_order_go(self, order, payment, gateway):
        services.cancel_own_order(customer_id=order.customer_id, order_id=order.pk, now=now())
        gateway.pay("pay-1")

        tell(payment)
        send_calls()

        payment.refresh_from_db()
        assert payment.state == PaymentState.CANCELLED
        assert status_of(order) == OrderStatus.CANCELLED
        assert not MoneyEntry.objects.exists()

    def test_lets_go_again_of_what_came_back_to_life(self, order, payment, gateway, monkeypatch):
        """Paid while the provider is asked to let go of a page that nobody had paid."""
        cancel = FakeGateway.cancel

        def pay_meanwhile(self, provider_payment_id, *, key):
            monkeypatch.setattr(FakeGateway, "cancel", cancel)
            gateway.pay("pay-1")
            tell(payment)

        monkeypatch.setattr(FakeGateway, "cancel", pay_meanwhile)
        services.cancel_own_order(customer_id=order.customer_id, order_id=order.pk, now=now())
        send_calls()
        send_calls(now() + timedelta(minutes=1))

        assert gateway.facts["pay-1"].state == PaymentState.CANCELLED
        assert Payment.objects.get().state == PaymentState.CANCELLED

    @pytest.mark.parametrize(
        ("lie", "kind"),
        [
            ({"amount": Decimal("1.00")}, OddityKind.WRONG_AMOUNT),
            ({"currency": "USD"}, OddityKind.WRONG_CURRENCY),
            ({"reference": "another"}, OddityKind.WRONG_REFERENCE),
        ],
    )
    def test_asks_a_person_about_what_was_not_asked_for(self, order, payment, gateway, lie, kind):
        gateway.pay("pay-1")
        gateway.change("pay-1", **lie)

        tell(payment)
        tell(payment)

        assert status_of(order) == OrderStatus.AWAITING_PAYMENT
        assert [oddity.kind for oddity in Oddity.objects.all()] == [kind]
        assert Payment.objects.get().state == PaymentState.PENDING

    @pytest.mark.parametrize("step", [23, pytest.param(1, marks=pytest.mark.deep)])
    def test_ends_the_same_whatever_comes_first(self, order, payment, gateway, step):
        """Older facts that overtake newer ones change nothing."""
        pending = gateway.facts["pay-1"]
        held = replace(pending, state=PaymentState.AUTHORIZED)
        taken = replace(held, state=PaymentState.CAPTURED, captured=pending.amount)
        part = replace(taken, refunded=Decimal("100.00"))

        for facts in list(permutations((pending, held, taken, part, part)))[::step]:
            with transaction.atomic():
                for fact in facts:
                    services.settle_fact(payment_id=payment.pk, fact=fact, now=now())

                payment.refresh_from_db()
                assert status_of(order) == OrderStatus.PLACED
                assert (payment.captured, payment.refunded) == (pending.amount, Decimal("100.00"))
                assert Oddity.objects.get().kind == OddityKind.FOREIGN_REFUND
                assert money.check_books() == []
                transaction.set_rollback(True)


class TestExpireHolds:
    def test_asks_first_and_finds_the_money(self, order, payment, gateway):
        gateway.pay("pay-1")

        services.expire_holds(now=order.hold_expires_at)

        assert status_of(order) == OrderStatus.PLACED

    def test_leaves_who_was_given_more_time_meanwhile(self, order, payment, gateway, monkeypatch):
        due, ask = order.hold_expires_at, payments.Round.ask

        def slow(self, payment, *, now):
            Order.objects.filter(pk=order.pk).update(hold_expires_at=now + timedelta(minutes=2))
            return ask(self, payment, now=now)

        monkeypatch.setattr(payments.Round, "ask", slow)

        assert services.expire_holds(now=due) == 0

        assert status_of(order) == OrderStatus.AWAITING_PAYMENT
        assert Reservation.objects.get().state == ReservationState.HELD

    def test_lets_the_provider_let_go_too(self, order, payment, gateway):
        expire(order)

        payment.refresh_from_db()
        assert status_of(order) == OrderStatus.EXPIRED
        assert payment.state == PaymentState.CANCELLED
        assert gateway.facts["pay-1"].state == PaymentState.CANCELLED

    def test_waits_for_a_silent_provider_but_not_for_ever(self, order, payment, gateway):
        gateway.trouble = silence()
        assert services.expire_holds(now=order.hold_expires_at) == 0

        gateway.trouble = silence()
        assert services.expire_holds(now=order.hold_expires_at + timedelta(minutes=16)) == 1


class TestRefunds:
    @pytest.fixture
    def taken(self, payment, gateway):
        gateway.pay("pay-1", capture=True)
        tell(payment)
        payment.refresh_from_db()
        return payment

    def test_never_gives_back_more_than_was_taken(self, taken):
        payments.request_refund(payment_id=taken.pk, amount=taken.captured, reason="all", now=now())

        with pytest.raises(RefundTooLarge):
            payments.request_refund(
                payment_id=taken.pk, amount=Decimal("0.01"), reason="more", now=now()
            )

        assert Refund.objects.count() == 1

    def test_sends_one_refund_however_often_the_line_is_cut(self, taken, gateway):
        payments.request_refund(
            payment_id=taken.pk, amount=Decimal("50.00"), reason="part", now=now()
        )
        gateway.trouble = silence()
        payments.send_due_calls(now=now())

        for _ in range(2):
            for payment_id in payments.send_due_calls(now=now() + timedelta(minutes=2)):
                payments.ask_quietly(payment_id=payment_id, now=now())

        taken.refresh_from_db()
        assert gateway.facts["pay-1"].refunded == Decimal("50.00")
        assert (taken.refunding, taken.refunded) == (Decimal("0.00"), Decimal("50.00"))
        assert Refund.objects.get().state == RefundState.DONE
        assert money.check_books() == []
