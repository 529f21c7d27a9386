"""YooKassa over real HTTP, against the trial bank that speaks its API."""

import json
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from apps.core.time import now
from apps.payments import services
from apps.payments.dto import PaymentState, Receipt, ReceiptLine
from apps.payments.errors import ProviderRefused, ProviderUnavailable
from apps.payments.gateways import yookassa
from apps.payments.models import Payment, ProviderEvent
from tests.bank_support import SECRET
from tests.factories import OrderFactory

GATEWAY = yookassa.YooKassaGateway()
SUM = Decimal("1099.00")


@pytest.fixture
def paid_id(bank, new_payment) -> str:
    """A payment that the customer made."""
    created = GATEWAY.create(new_payment())
    bank.pay(created.provider_payment_id)
    return created.provider_payment_id


class TestCreate:
    def test_names_the_page_where_the_customer_pays(self, bank, new_payment):
        created = GATEWAY.create(new_payment())

        assert created.confirmation_url == f"{bank.url}/pay/{created.provider_payment_id}"

    def test_happens_once_however_often_the_line_is_cut(self, bank, new_payment):
        before = len(bank.payments())
        bank.plan(calls=[["create", "cut"], ["create", "fail"]])
        request = new_payment()

        for _ in range(2):
            with pytest.raises(ProviderUnavailable):
                GATEWAY.create(request)
        GATEWAY.create(request)

        assert len(bank.payments()) == before + 1

    def test_sends_a_receipt_that_sums_to_the_payment(self, bank, new_payment):
        lines = (
            ReceiptLine("Пельмени", 3, Decimal("100.00")),
            ReceiptLine("Доставка", 1, Decimal("999.00"), is_service=True),
        )

        created = GATEWAY.create(new_payment(receipt=Receipt(lines, phone="+79160000000")))

        assert created.provider_payment_id

    def test_says_no_where_the_provider_does(self, bank, new_payment):
        with pytest.raises(ProviderRefused, match="invalid_request"):
            GATEWAY.create(new_payment(currency="USD"))

    def test_asks_to_come_again_when_there_are_too_many(self, bank, new_payment):
        bank.plan(calls=[["create", "refuse"]])

        with pytest.raises(ProviderUnavailable):
            GATEWAY.create(new_payment())

    def test_is_refused_with_another_secret(self, bank, settings, new_payment):
        settings.YOOKASSA_SECRET_KEY = "another"

        with pytest.raises(ProviderRefused, match="invalid_credentials"):
            GATEWAY.create(new_payment())

    def test_keeps_the_secret_out_of_what_it_logs(self, bank, settings, caplog, new_payment):
        settings.YOOKASSA_API_URL = "http://127.0.0.1:9/yookassa/v3"

        with pytest.raises(ProviderUnavailable):
            GATEWAY.create(new_payment())

        assert SECRET not in caplog.text


class TestMoney:
    def test_is_set_aside_taken_in_part_and_given_back(self, bank, new_payment):
        request = new_payment()
        payment_id = GATEWAY.create(request).provider_payment_id
        states = [GATEWAY.fetch(payment_id).state]
        bank.pay(payment_id)
        states.append(GATEWAY.fetch(payment_id).state)

        GATEWAY.capture(payment_id, amount=Decimal("1000.00"), key=str(uuid4()), receipt=None)
        GATEWAY.refund(payment_id, amount=Decimal("0.01"), key=str(uuid4()), receipt=None)

        fact = GATEWAY.fetch(payment_id)
        assert states == [PaymentState.PENDING, PaymentState.AUTHORIZED]
        assert (fact.state, fact.captured, fact.refunded) == (
            PaymentState.CAPTURED, Decimal("1000.00"), Decimal("0.01")
        )  # fmt: skip
        assert fact.reference == request.reference

    def test_is_refunded_once_for_a_key(self, bank, paid_id):
        payment_id, key = paid_id, str(uuid4())
        GATEWAY.capture(payment_id, amount=SUM, key=str(uuid4()), receipt=None)

        for _ in range(3):
            GATEWAY.refund(payment_id, amount=Decimal("100.00"), key=key, receipt=None)

        assert GATEWAY.fetch(payment_id).refunded == Decimal("100.00")

    def test_is_let_go(self, bank, paid_id):
        payment_id = paid_id

        GATEWAY.cancel(payment_id, key=str(uuid4()))

        assert GATEWAY.fetch(payment_id).state == PaymentState.CANCELLED

    def test_that_nobody_paid_runs_out_by_itself(self, bank, new_payment):
        payment_id = GATEWAY.create(new_payment()).provider_payment_id

        GATEWAY.cancel(payment_id, key=str(uuid4()))

        assert GATEWAY.fetch(payment_id).state == PaymentState.PENDING

    def test_can_be_unknown(self, bank):
        with pytest.raises(ProviderRefused, match="not_found"):
            GATEWAY.fetch("no-such-payment")


def notification(payment_id="22d6d597-000f-5000-9000-145f6df21d6f", **fields) -> bytes:
    event = {
        "type": "notification", "event": "payment.waiting_for_capture",
        "object": {"id": payment_id, "status": "succeeded"},
    }  # fmt: skip
    return json.dumps(event | fields).encode()


@pytest.mark.django_db
class TestWebhook:
    URL = "/webhooks/yookassa/"

    def post(self, client, body, **extra):
        return client.generic("POST", self.URL, body, "application/json", **extra)

    def test_keeps_an_event_once_and_acknowledges_every_copy(self, bank, client):
        answers = [
            self.post(client, notification(), REMOTE_ADDR="185.71.76.5").status_code
            for _ in range(20)
        ]

        assert answers == [200] * 20
        assert ProviderEvent.objects.count() == 1

    def test_accepts_the_networks_of_the_new_internet(self, bank, client):
        answer = self.post(client, notification(), REMOTE_ADDR="2a02:5180:0:1509::17")

        assert answer.status_code == 200

    @pytest.mark.parametrize(
        "caller",
        [
            {"REMOTE_ADDR": "8.8.8.8"},
            {"REMOTE_ADDR": "8.8.8.8", "HTTP_X_FORWARDED_FOR": "185.71.76.5"},
            {"REMOTE_ADDR": "::ffff:8.8.8.8"},
            {"REMOTE_ADDR": "2001:db8::1"},
            {"REMOTE_ADDR": ""},
        ],
    )
    def test_turns_strangers_away_and_keeps_nothing(self, bank, client, caller):
        assert self.post(client, notification(), **caller).status_code == 403
        assert not ProviderEvent.objects.exists()

    def test_knows_a_mapped_address_and_counts_trusted_hops(self, bank, client, settings):
        mapped = self.post(client, notification(), REMOTE_ADDR="::ffff:185.71.76.5")
        settings.TRUSTED_PROXY_HOPS = 1
        behind = self.post(
            client, notification(payment_id="another"), REMOTE_ADDR="10.0.0.1",
            HTTP_X_FORWARDED_FOR="8.8.8.8, 185.71.76.9",
        )  # fmt: skip

        assert (mapped.status_code, behind.status_code) == (200, 200)

    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"[]", b"null", b'{"event": 1}', b'{"event": "payment.succeeded"}',
         notification(object={"id": 7}), notification(object=[]), b"[" * 60_000,
         notification(object={"id": "x" * 70_000}), b'{"event":"refund.x","object":{"id":"1"}}'],
    )  # fmt: skip
    def test_refuses_what_it_cannot_read_and_keeps_nothing(self, bank, client, body):
        assert self.post(client, body, REMOTE_ADDR="185.71.76.5").status_code == 400
        assert not ProviderEvent.objects.exists()

    def test_believes_the_provider_and_not_the_body(self, bank, client, db, new_payment):
        payment = services.open_payment(order_id=OrderFactory().pk, provider="yookassa", amount=SUM)
        request = new_payment(reference=str(payment.public_id), key=str(payment.idempotency_key))
        services.start_payment(payment_id=payment.pk, request=request, now=now())
        payment.refresh_from_db()
        lie = notification(
            payment.provider_payment_id,
            object={
                "id": payment.provider_payment_id, "status": "succeeded", "paid": True,
                "amount": {"value": "1.00", "currency": "RUB"},
            },
        )  # fmt: skip

        self.post(client, lie, REMOTE_ADDR="185.71.76.5")
        services.look_into_events(now=now())

        assert Payment.objects.get().state == PaymentState.PENDING
        assert ProviderEvent.objects.get().done_at is not None

    def test_comes_back_to_events_while_the_provider_is_away(
        self, bank, client, settings, new_payment
    ):
        payment = services.open_payment(order_id=OrderFactory().pk, provider="yookassa", amount=SUM)
        request = new_payment(reference=str(payment.public_id), key=str(payment.idempotency_key))
        services.start_payment(payment_id=payment.pk, request=request, now=now())
        payment.refresh_from_db()
        bank.pay(payment.provider_payment_id)
        self.post(client, notification(payment.provider_payment_id), REMOTE_ADDR="185.71.76.5")
        there = settings.YOOKASSA_API_URL
        settings.YOOKASSA_API_URL = "http://127.0.0.1:9"
        services.look_into_events(now=now())
        assert ProviderEvent.objects.get().done_at is None

        settings.YOOKASSA_API_URL = there
        services.look_into_events(now=now() + timedelta(minutes=1))

        assert Payment.objects.get().state == PaymentState.AUTHORIZED
        assert ProviderEvent.objects.get().done_at is not None
