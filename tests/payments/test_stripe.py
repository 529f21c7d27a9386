"""Stripe over real HTTP by its own SDK, against the trial bank that speaks its API."""

import hashlib
import hmac
import json
import time
from decimal import Decimal
from uuid import uuid4

import pytest

from apps.core.time import now
from apps.payments import services
from apps.payments.dto import PaymentState
from apps.payments.errors import ProviderRefused, ProviderUnavailable
from apps.payments.gateways.stripe import StripeGateway
from apps.payments.models import Payment, ProviderEvent
from tests.bank_support import STRIPE_SIGNING
from tests.factories import OrderFactory

GATEWAY = StripeGateway()
SUM = Decimal("1099.00")


@pytest.fixture
def request_(new_payment):
    return new_payment()


@pytest.fixture
def paid_id(bank, request_):
    """A payment that the customer made."""
    created = GATEWAY.create(request_)
    bank.pay(created.provider_payment_id)
    return created.provider_payment_id


class TestCreate:
    def test_happens_once_however_often_the_line_is_cut(self, bank, request_):
        before = len(bank.payments())
        bank.plan(calls=[["create", "cut"], ["create", "fail"]])

        for _ in range(2):
            with pytest.raises(ProviderUnavailable):
                GATEWAY.create(request_)
        created = GATEWAY.create(request_)

        assert len(bank.payments()) == before + 1
        assert created.confirmation_url == f"{bank.url}/pay/{created.provider_payment_id}"

    def test_refuses_the_key_for_something_else(self, bank, request_, new_payment):
        GATEWAY.create(request_)

        with pytest.raises(ProviderRefused):
            GATEWAY.create(new_payment(key=request_.key, amount=Decimal("1.00")))

    def test_is_refused_with_another_secret(self, bank, request_, settings):
        settings.STRIPE_SECRET_KEY = "sk_test_another"

        with pytest.raises(ProviderRefused):
            GATEWAY.create(request_)

    def test_asks_to_come_again_when_there_are_too_many(self, bank, request_):
        bank.plan(calls=[["create", "refuse"]])

        with pytest.raises(ProviderUnavailable):
            GATEWAY.create(request_)


class TestMoney:
    def test_is_set_aside_taken_in_part_and_given_back(self, bank, request_):
        payment_id = GATEWAY.create(request_).provider_payment_id
        states = [GATEWAY.fetch(payment_id).state]
        bank.pay(payment_id)
        states.append(GATEWAY.fetch(payment_id).state)

        GATEWAY.capture(payment_id, amount=Decimal("1000.00"), key=str(uuid4()), receipt=None)
        GATEWAY.refund(payment_id, amount=Decimal("0.01"), key=str(uuid4()), receipt=None)

        fact = GATEWAY.fetch(payment_id)
        assert states == [PaymentState.PENDING, PaymentState.AUTHORIZED]
        assert (fact.amount, fact.captured, fact.refunded) == (
            SUM, Decimal("1000.00"), Decimal("0.01")
        )  # fmt: skip
        assert fact.reference == request_.reference

    def test_is_refunded_once_for_a_key(self, bank, paid_id):
        key = str(uuid4())
        GATEWAY.capture(paid_id, amount=SUM, key=str(uuid4()), receipt=None)

        for _ in range(3):
            GATEWAY.refund(paid_id, amount=Decimal("100.00"), key=key, receipt=None)

        assert GATEWAY.fetch(paid_id).refunded == Decimal("100.00")

    @pytest.mark.parametrize("is_paid", [True, False])
    def test_is_let_go(self, bank, request_, is_paid):
        payment_id = GATEWAY.create(request_).provider_payment_id
        if is_paid:
            bank.pay(payment_id)

        GATEWAY.cancel(payment_id, key=str(uuid4()))

        assert GATEWAY.fetch(payment_id).state == PaymentState.CANCELLED

    def test_can_be_unknown(self, bank):
        with pytest.raises(ProviderRefused):
            GATEWAY.fetch("cs_test_nothing")


def event(**fields) -> bytes:
    about = {"id": "cs_test_1", "metadata": {"reference": str(uuid4())}}
    told = {"id": f"evt_{uuid4().hex}", "type": "checkout.session.completed",
            "data": {"object": about}}  # fmt: skip
    return json.dumps(told | fields).encode()


def signed(body: bytes, *, secret: str = STRIPE_SIGNING, age: int = 0) -> str:
    stamp = int(time.time()) - age
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


@pytest.mark.django_db
class TestWebhook:
    URL = "/webhooks/stripe/"

    def post(self, client, body, signature):
        headers = {"HTTP_STRIPE_SIGNATURE": signature} if signature is not None else {}
        return client.generic("POST", self.URL, body, "application/json", **headers)

    def test_keeps_an_event_once_and_acknowledges_every_copy(self, bank, client):
        body = event()

        answers = [self.post(client, body, signed(body)).status_code for _ in range(20)]

        assert answers == [200] * 20
        assert ProviderEvent.objects.count() == 1

    @pytest.mark.parametrize(
        "forge",
        [
            lambda body: (body, None),
            lambda body: (body, ""),
            lambda body: (body, signed(body, secret="another")),
            lambda body: (body, signed(body, age=301)),
            lambda body: (json.dumps(json.loads(body), indent=1).encode(), signed(body)),
            lambda body: (body.replace(b"completed", b"expired"), signed(body)),
            lambda body: (b"{", signed(b"{")),
            lambda body: (b"[1]", signed(b"[1]")),
            lambda body: (b"\xff", signed(b"\xff")),
        ],
    )
    def test_refuses_forgeries_and_keeps_nothing(self, bank, client, forge):
        body, signature = forge(event())

        assert self.post(client, body, signature).status_code == 400
        assert not ProviderEvent.objects.exists()

    def test_finds_the_payment_by_our_reference(self, bank, client, new_payment):
        payment = services.open_payment(order_id=OrderFactory().pk, provider="stripe", amount=SUM)
        request = new_payment(reference=str(payment.public_id), key=str(payment.idempotency_key))
        services.start_payment(payment_id=payment.pk, request=request, now=now())
        payment.refresh_from_db()
        bank.pay(payment.provider_payment_id)
        about = {"id": "pi_of_it", "metadata": {"reference": str(payment.public_id)}}
        body = event(type="payment_intent.amount_capturable_updated", data={"object": about})

        self.post(client, body, signed(body))
        services.look_into_events(now=now())

        assert Payment.objects.get().state == PaymentState.AUTHORIZED
