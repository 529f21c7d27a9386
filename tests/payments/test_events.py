"""Events in any order, and many at once: what the provider's GET says is what stands."""

import json
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import permutations
from threading import Barrier
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.db.models import Sum
from django.test import Client

from apps.core.errors import ShopError
from apps.core.time import now
from apps.delivery.models import DeliverySlot
from apps.inventory.models import Reservation
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
from apps.orders.models import Order, OrderEvent
from apps.payments import selectors, services
from apps.payments.dto import PaymentFact, PaymentState, Receipt, ReceiptLine
from apps.payments.models import (
    MoneyEntry,
    Oddity,
    Payment,
    ProviderEvent,
    Refund,
)
from apps.payments.services import facts
from tests.bank_support import SECRET, SHOP_ID, Bank
from tests.conftest import scaled
from tests.factories import placed_order, stocked_variant
from tests.factories.money import started
from tests.payments.test_stripe import event as stripe_event
from tests.payments.test_stripe import signed
from tests.races import together

THEIRS = "185.71.76.5"
OURS, FOREIGN = Decimal("100.00"), Decimal("50.00")
RECEIPT = Receipt((ReceiptLine("Пельмени", 1, FOREIGN),), phone="+79160000000")
Step = Callable[[], object]


def nothing() -> None:
    """The provider does nothing meanwhile."""


def tell_yookassa(kind: str, about: dict[str, Any], address: str = THEIRS) -> int:
    body = json.dumps({"type": "notification", "event": kind, "object": about})
    return post("yookassa", body.encode(), REMOTE_ADDR=address)


def tell_stripe(kind: str, about: dict[str, Any]) -> int:
    body = stripe_event(type=kind, data={"object": about})
    return post("stripe", body, HTTP_STRIPE_SIGNATURE=signed(body))


def post(provider: str, body: bytes, **headers: str) -> int:
    url = f"/webhooks/{provider}/"
    return Client().generic("POST", url, body, "application/json", **headers).status_code


@dataclass(frozen=True)
class Story:
    """An order, what its provider does step by step, and five events that tell of it."""

    order: Order
    moves: tuple[Step, ...]
    events: tuple[Step, ...]


def refund_ours(payment: Payment) -> None:
    """Staff give a part back, and the worker asks the provider to."""
    services.request_refund(payment_id=payment.pk, amount=OURS, reason="part", now=now())
    services.send_due_calls(now=now())


def at_a_page(bank: Bank, provider: str, variant: Any) -> Story:
    """A payment made on the provider's page, taken in its cabinet, given back from both sides."""
    order = placed_order(payment=provider, wanted={variant: 3})
    payment = started(order)
    gateway, about = services.gateway_of(provider), str(payment.provider_payment_id)
    take = partial(gateway.capture, about, amount=order.total, key=str(uuid4()), receipt=None)
    give = partial(gateway.refund, about, amount=FOREIGN, key=str(uuid4()), receipt=RECEIPT)
    events: tuple[Step, ...]
    if provider == "yookassa":
        events = (
            partial(tell_yookassa, "payment.waiting_for_capture", {"id": about}),
            partial(tell_yookassa, "payment.succeeded", {"id": about}),
            partial(tell_yookassa, "refund.succeeded", {"id": str(uuid4()), "payment_id": about}),
            partial(tell_yookassa, "refund.succeeded", {"id": str(uuid4()), "payment_id": about}),
            # A lie: it never was.
            partial(tell_yookassa, "payment.canceled", {"id": about, "status": "canceled"}),
        )
    else:
        known = {"metadata": {"reference": str(payment.public_id)}}
        events = (
            partial(tell_stripe, "checkout.session.completed", {"id": about}),
            partial(tell_stripe, "payment_intent.amount_capturable_updated", {"id": "pi", **known}),
            partial(tell_stripe, "payment_intent.succeeded", {"id": "pi", **known}),
            partial(tell_stripe, "charge.refunded", {"id": "ch", **known}),
            partial(tell_stripe, "checkout.session.expired", {"id": about}),
        )
    moves = (partial(bank.pay, about), take, partial(refund_ours, payment), give, nothing)
    return Story(order, moves, events)


def in_the_chat(bank: Bank, provider: str, variant: Any) -> Story:
    """A payment made in the chat; YooKassa acquires it, and a part goes back in its cabinet."""
    order = placed_order(payment="telegram", wanted={variant: 3})
    charge = charge_at(bank, order.total)
    paid = orders.ChatPayment(
        str(Payment.objects.get(order=order).public_id), order.customer.telegram_id,
        order.total, "RUB",
    )  # fmt: skip
    settle = partial(orders.settle_chat_payment, paid=paid, charge_id=charge, now=now())
    give = partial(
        services.gateway_of("yookassa").refund, charge, amount=FOREIGN, key=str(uuid4()),
        receipt=None,
    )  # fmt: skip

    def approve() -> None:
        with suppress(ShopError):
            orders.approve_chat_payment(paid=paid, now=now())

    events = (
        approve,
        settle,
        settle,
        partial(tell_yookassa, "payment.succeeded", {"id": charge}),
        partial(tell_yookassa, "refund.succeeded", {"id": str(uuid4()), "payment_id": charge}),
    )
    return Story(order, (nothing, nothing, give, nothing, nothing), events)


def charge_at(bank: Bank, amount: Decimal) -> str:
    """Let Telegram charge a card at the acquirer: without any reference of ours."""
    answer = httpx.post(
        f"{bank.url}/yookassa/v3/payments",
        json={"amount": {"value": str(amount), "currency": "RUB"}, "capture": True},
        headers={"Idempotence-Key": str(uuid4())},
        auth=(SHOP_ID, SECRET),
    )
    charge = str(answer.json()["id"])
    bank.pay(charge)
    return charge


STORIES = {"yookassa": at_a_page, "stripe": at_a_page, "telegram": in_the_chat}


def play(story: Story, sequence: tuple[int, ...]) -> None:
    """Let the provider go on while its events arrive in another order, each with a copy."""
    for move, which in zip(story.moves, sequence, strict=True):
        move()
        for _ in range(2):
            story.events[which]()
        services.look_into_events(now=now())
    # What was about a payment that nobody knew yet is looked into once more.
    services.look_into_events(now=now() + timedelta(minutes=1))


def ending(order: Order) -> dict[str, Any]:
    """Return all that an order, its money and its goods came to."""
    order.refresh_from_db()
    payments = Payment.objects.filter(order=order)
    entries = MoneyEntry.objects.filter(payment__order=order)
    summed = entries.order_by("kind").values_list("kind").annotate(sum=Sum("amount"))
    oddities = Oddity.objects.filter(payment__order=order).order_by("pk")
    return {
        "order": order.status,
        "placed": order.events.filter(to_status=OrderStatus.PLACED).count(),
        "payments": list(payments.values_list("state", "captured", "refunding", "refunded")),
        "entries": list(summed),
        "refunds": list(Refund.objects.filter(payment__order=order).values_list("amount", "state")),
        "odd": list(oddities.values_list("kind", "details__amount")),
        "goods": list(Reservation.objects.filter(order_line__order=order).values_list("state")),
        "window": DeliverySlot.objects.get(pk=order.slot_id).booked_orders,
        "waiting": ProviderEvent.objects.filter(done_at__isnull=True).count(),
    }


def sequences(count: int) -> list[tuple[int, ...]]:
    """Return so many of the 120 orders of five events: as they were, backwards, then others."""
    every = list(permutations(range(5)))
    first, *others, last = every
    return [first, last, *random.Random(7).sample(others, len(others))][:count]


@pytest.mark.django_db
class TestAnyOrder:
    @pytest.mark.parametrize("provider", list(STORIES))
    @pytest.mark.parametrize("count", [2, pytest.param(120, marks=pytest.mark.deep)])
    def test_ends_as_the_provider_says(self, chat_bank, provider, count):
        variant = stocked_variant(1000)
        ends = []
        for sequence in sequences(scaled(count) if count == 120 else count):
            story = STORIES[provider](chat_bank, provider, variant)
            play(story, sequence)
            ends.append(ending(story.order))

        ours = Decimal(0) if provider == "telegram" else OURS
        (_state, captured, refunding, refunded) = ends[0]["payments"][0]
        assert ends[0]["order"] == OrderStatus.PLACED
        assert (captured, refunding, refunded) == (story.order.total, 0, ours + FOREIGN)
        assert ends == [ends[0]] * len(ends)
        assert selectors.check_books() == []


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_has_one_effect(self, gateway):
        order = placed_order(payment="yookassa", wanted={stocked_variant(20): 3})
        payment = started(order)
        about = str(payment.provider_payment_id)
        gateway.pay(about, capture=True)
        body = json.dumps({"key": "event-1", "kind": "paid", "payment": about}).encode()

        answers = together([partial(post, "yookassa", body, HTTP_X_SIGN="true")] * 20)
        together([partial(services.look_into_events, now=now())] * 4)
        together([partial(services.ask, payment_id=payment.pk, now=now())] * 16)

        assert answers == [200] * 20
        assert ProviderEvent.objects.filter(done_at__isnull=False).count() == 1
        assert OrderEvent.objects.filter(to_status=OrderStatus.PLACED).count() == 1
        assert list(MoneyEntry.objects.values_list("amount", flat=True)) == [order.total]
        assert selectors.check_books() == []

    def test_books_twice_without_the_lock(self, gateway, monkeypatch):
        """The negative control: two who read an unlocked payment both book what came."""
        payment = started(placed_order(payment="yookassa"))
        fact = PaymentFact(
            str(payment.provider_payment_id), str(payment.public_id), PaymentState.CAPTURED,
            payment.amount, "RUB", payment.amount, Decimal(0),
        )  # fmt: skip
        have_read, compare = Barrier(2, timeout=30), facts._what_is_wrong

        def compare_together(*told: Any) -> Any:
            have_read.wait()
            return compare(*told)

        monkeypatch.setattr(facts, "_what_is_wrong", compare_together)
        monkeypatch.setattr(facts, "Payment", Unlocked(Payment))

        together([partial(services.apply_fact, payment_id=payment.pk, fact=fact, now=now())] * 2)

        assert MoneyEntry.objects.count() == 2
        assert [wrong.counter for wrong in selectors.check_books()] == ["captured"]


class Unlocked:
    """A model whose rows nobody locks."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.objects = self

    def select_for_update(self, **_: Any) -> Any:
        return self._model.objects.all()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model.objects, name)
