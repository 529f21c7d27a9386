"""Forged and mutated events: whatever a liar sends, nothing changes, and nothing breaks."""

import json
import random
from typing import Any
from uuid import uuid4

import pytest

from apps.core.time import now
from apps.inventory.models import Reservation, StockLevel
from apps.orders.models import Order, OrderEvent
from apps.payments import services
from apps.payments.models import MoneyEntry, Payment, ProviderCall, Refund
from bot.models import InboxUpdate
from tests.conftest import scaled
from tests.factories import placed_order, stocked_variant
from tests.factories.money import started
from tests.payments.test_events import THEIRS, post
from tests.payments.test_stripe import event as stripe_event
from tests.payments.test_stripe import signed

BOMBS: list[Any] = [
    None, True, -1, 1.5, [], {}, "", "\0", "\ud800", "x" * 300, "../../payments", 10**30, "${id}",
    {"id": {"id": 1}},
]  # fmt: skip


def mutated(body: bytes, dice: random.Random) -> bytes:
    """Return a genuine body with a value replaced, a lie added, or a few bytes spoiled."""
    kind = dice.randrange(3)
    if kind == 0:
        spoiled = bytearray(body)
        for _ in range(dice.randint(1, 4)):
            spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
        return bytes(spoiled)
    told = json.loads(body)
    about = told["data"]["object"] if "data" in told else told["object"]
    where = dice.choice([told, about])
    if kind == 1:
        where[dice.choice(list(where))] = dice.choice(BOMBS)
    else:
        about |= {
            "status": dice.choice(["succeeded", "canceled", "complete"]), "paid": True,
            "amount": {"value": dice.choice(["0.01", "1e9", "NaN"]), "currency": "USD"},
            "metadata": {"reference": str(uuid4())}, "payment_id": about.get("id"),
        }  # fmt: skip
    return json.dumps(told).encode()


def forged_yookassa(payment: Payment, dice: random.Random) -> int:
    about = {"id": payment.provider_payment_id, "status": "succeeded", "paid": True}
    kind = dice.choice(["payment.succeeded", "payment.canceled", "refund.succeeded"])
    body = json.dumps({"type": "notification", "event": kind, "object": about}).encode()
    if dice.random() < 0.3:
        stranger = f"{dice.randint(1, 184)}.{dice.randrange(256)}.{dice.randrange(256)}.7"
        return post("yookassa", body, REMOTE_ADDR=stranger, HTTP_X_FORWARDED_FOR=THEIRS)
    return post("yookassa", mutated(body, dice), REMOTE_ADDR=THEIRS)


def forged_stripe(payment: Payment, dice: random.Random) -> int:
    about = {
        "id": payment.provider_payment_id, "status": "complete",
        "metadata": {"reference": str(payment.public_id)},
    }  # fmt: skip
    kind = dice.choice(["checkout.session.completed", "charge.refunded", "payment_intent.canceled"])
    body = stripe_event(type=kind, data={"object": about})
    age, secret = dice.choice([(0, "whsec_another"), (301, None), (86_400, None), (-3, "")])
    header = signed(body, age=age) if secret is None else signed(body, age=age, secret=secret)
    if dice.random() < 0.5:
        # Signed as it was, sent as it was not; or signed for once, and telling nonsense.
        spoiled = mutated(body, dice)
        header = signed(dice.choice([body, spoiled]))
        body = spoiled
    return post("stripe", body, HTTP_STRIPE_SIGNATURE=header)


def forged_telegram(payment: Payment, dice: random.Random) -> int:
    paid = {
        "currency": "RUB", "total_amount": int(payment.amount * 100),
        "invoice_payload": str(payment.public_id), "telegram_payment_charge_id": "t",
        "provider_payment_charge_id": f"c-{dice.random()}",
    }  # fmt: skip
    update = {"update_id": dice.randrange(10**9), "message": {"successful_payment": paid}}
    secret = dice.choice(["", "webhook-secret-for-test", "WEBHOOK-SECRET-FOR-TESTS", "ключ"])
    return post(
        "telegram", json.dumps(update).encode(), HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN=secret
    )


FORGERS = {
    "yookassa": forged_yookassa, "stripe": forged_stripe, "telegram": forged_telegram,
}  # fmt: skip


def everything() -> list[Any]:
    """Return all that a liar could want to change."""
    return [
        list(Order.objects.values_list("status", "payment", "total", "hold_expires_at")),
        list(Payment.objects.values_list("state", "amount", "captured", "refunding", "refunded")),
        list(Payment.objects.values_list("provider_payment_id", "currency")),
        list(StockLevel.objects.values_list("on_hand", "reserved")),
        list(Reservation.objects.values_list("state", "quantity")),
        [model.objects.count() for model in (MoneyEntry, Refund, ProviderCall, OrderEvent)],
        InboxUpdate.objects.count(),
    ]


@pytest.mark.django_db
class TestForged:
    @pytest.mark.parametrize("provider", list(FORGERS))
    @pytest.mark.parametrize("count", [40, pytest.param(1000, marks=pytest.mark.deep)])
    def test_changes_nothing(self, chat_bank, provider, count):
        dice = random.Random(count)
        order = placed_order(payment=provider, wanted={stocked_variant(20): 3})
        payment = started(order) if provider != "telegram" else Payment.objects.get()
        before = everything()

        answers = {}
        for number in range(scaled(count) if count == 1000 else count):
            status = FORGERS[provider](payment, dice)
            answers[status] = answers.get(status, 0) + 1
            if number % 20 == 19:
                services.look_into_events(now=now())

        assert everything() == before
        assert set(answers) <= {200, 400, 403}, answers
        assert answers.keys() - {200}, "nothing was refused"
