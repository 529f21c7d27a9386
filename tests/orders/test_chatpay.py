"""Paid in the chat: who may, for what, until when; once, and never for a stranger."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from apps.core.errors import ShopError
from apps.core.time import now
from apps.orders import errors, services
from apps.orders.dto import OrderStatus
from apps.orders.models import Order
from apps.payments import selectors as money
from apps.payments.dto import OddityKind, PaymentState, Provider
from apps.payments.errors import PaymentNotFound
from apps.payments.models import MoneyEntry, Oddity, Payment, Refund
from tests.factories import CustomerFactory, placed_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(gateway, settings):
    settings.PAYMENT_GATEWAYS = settings.PAYMENT_GATEWAYS | {
        "telegram": "tests.gateway.FakeGateway"
    }
    return placed_order(payment=Provider.TELEGRAM)


@pytest.fixture
def paid(order):
    """What Telegram says of the right person paying the right sum."""
    payment = Payment.objects.get()
    return services.ChatPayment(
        str(payment.public_id), order.customer.telegram_id, order.total, "RUB"
    )


def settle(paid, charge="charge-1"):
    services.settle_chat_payment(paid=paid, charge_id=charge, now=now())


def everything():
    return (
        list(Order.objects.values_list("status", "hold_expires_at")),
        list(Payment.objects.values_list("state", "captured")),
        MoneyEntry.objects.count(),
    )


class TestApproveChatPayment:
    def test_keeps_the_goods_until_the_money_can_be_here(self, order, paid):
        moment = order.hold_expires_at - timedelta(seconds=5)

        services.approve_chat_payment(paid=paid, now=moment)

        order.refresh_from_db()
        assert order.hold_expires_at == moment + timedelta(minutes=2)

    def test_never_shortens_the_hold(self, order, paid):
        services.approve_chat_payment(paid=paid, now=order.created_at)

        assert Order.objects.get().hold_expires_at == order.hold_expires_at

    @pytest.mark.parametrize(
        ("wrong", "refusal"),
        [
            ({"telegram_id": 1}, errors.OrderNotFound),
            ({"reference": str(uuid4())}, PaymentNotFound),
            ({"reference": "'; drop"}, PaymentNotFound),
            ({"amount": Decimal("1.00")}, errors.PriceChanged),
            ({"currency": "USD"}, errors.PriceChanged),
        ],
    )
    def test_refuses_another_invoice_and_changes_nothing(self, order, paid, wrong, refusal):
        before = everything()

        with pytest.raises(refusal):
            services.approve_chat_payment(paid=replace(paid, **wrong), now=now())

        assert everything() == before

    def test_refuses_after_the_hold(self, order, paid):
        with pytest.raises(errors.OrderNotAwaitingPayment):
            services.approve_chat_payment(paid=paid, now=order.hold_expires_at)

    def test_refuses_what_is_paid_or_cancelled(self, order, paid):
        settle(paid)

        with pytest.raises(ShopError):
            services.approve_chat_payment(paid=paid, now=now())


class TestSettleChatPayment:
    def test_places_the_order_however_often_it_is_told(self, order, paid):
        for _ in range(20):
            settle(paid)

        payment = Payment.objects.get()
        order.refresh_from_db()
        assert order.status == OrderStatus.PLACED
        assert (payment.state, payment.provider_payment_id) == (PaymentState.CAPTURED, "charge-1")
        assert MoneyEntry.objects.count() == 1
        assert money.check_books() == []

    def test_gives_a_second_charge_back(self, order, paid):
        settle(paid)

        settle(paid, charge="charge-2")
        settle(paid, charge="charge-2")

        second = Payment.objects.get(provider_payment_id="charge-2")
        assert Refund.objects.get().payment == second
        assert second.refunding == order.total
        assert money.check_books() == []

    def test_gives_money_of_a_cancelled_order_back(self, order, paid):
        services.cancel_own_order(customer_id=order.customer_id, order_id=order.pk, now=now())

        settle(paid)

        assert Order.objects.get().status == OrderStatus.CANCELLED
        assert Refund.objects.get().amount == order.total

    @pytest.mark.parametrize("reference", ["8d6e2c1e-8f5b-4d06-9d3f-3f1b7f6f9a10", "'; drop", ""])
    def test_asks_a_person_once_about_an_invoice_of_nobody(self, order, paid, reference):
        before = everything()
        stray = replace(paid, reference=reference, amount=Decimal("1.00"), currency="XTR")

        for _ in range(2):
            assert not services.settle_chat_payment(paid=stray, charge_id="stray", now=now())

        assert everything() == before
        question = Oddity.objects.get()
        assert (question.kind, question.payment) == (OddityKind.UNKNOWN_PAYMENT, None)
        assert question.details == {
            "payment_at_provider": "stray", "invoice": reference,
            "payer": str(order.customer_id), "amount": "1.00", "currency": "XTR",
        }  # fmt: skip

    def test_asks_a_person_about_an_invoice_of_another_provider(self, order, paid):
        Payment.objects.update(provider=Provider.YOOKASSA)
        before = everything()

        assert not services.settle_chat_payment(paid=paid, charge_id="stray", now=now())

        assert everything() == before
        assert Payment.objects.get().provider_payment_id is None
        assert Oddity.objects.get().kind == OddityKind.UNKNOWN_PAYMENT

    @pytest.mark.parametrize("is_known", [True, False])
    def test_takes_a_strangers_money_and_asks_a_person_about_it(self, order, paid, is_known):
        stranger = CustomerFactory() if is_known else None
        theirs = replace(paid, telegram_id=stranger.telegram_id if stranger else 987654)

        for _ in range(2):
            assert not services.settle_chat_payment(paid=theirs, charge_id="charge-1", now=now())

        order.refresh_from_db()
        question = Oddity.objects.get()
        assert order.status == OrderStatus.PLACED
        assert (question.kind, question.payment) == (
            OddityKind.FOREIGN_PAYER, Payment.objects.get(),
        )  # fmt: skip
        assert question.details["payer"] == (str(stranger.pk) if stranger else "—")
        assert money.check_books() == []

    def test_asks_nobody_about_the_customers_own_money(self, order, paid):
        settle(paid)

        assert not Oddity.objects.exists()

    def test_asks_a_person_about_another_sum(self, order, paid):
        settle(replace(paid, amount=Decimal("1.00")))

        assert Order.objects.get().status == OrderStatus.AWAITING_PAYMENT
        assert Oddity.objects.get().details["amount"] == "1.00"
