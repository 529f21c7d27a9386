"""Providers are asked by the clock; one that stays silent keeps nobody else waiting."""

import time
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from apps.core.time import now
from apps.orders import services as orders
from apps.payments import services
from apps.payments.dto import Notice
from apps.payments.errors import ProviderUnavailable
from apps.payments.models import Payment, ProviderCall, ProviderEvent
from apps.payments.services import asking, calls, patience
from tests.factories import placed_order, stocked_variant
from tests.factories.money import started
from tests.gateway import FakeGateway

pytestmark = pytest.mark.django_db


class Silent(FakeGateway):
    """A provider that takes all the time there is, and says nothing."""

    asked = 0

    def fetch(self, provider_payment_id):
        Silent.asked += 1
        raise ProviderUnavailable


@pytest.fixture
def due(gateway, monkeypatch):
    """Five payments at YooKassa, which is silent, and two at Stripe, made and due; the moment."""
    variant = stocked_variant(100)
    for provider in ["yookassa"] * 5 + ["stripe"] * 2:
        payment = started(placed_order(payment=provider, wanted={variant: 2}))
        gateway.pay(payment.provider_payment_id)
    Silent.asked = 0
    monkeypatch.setattr(
        asking, "gateway_of", lambda name: Silent() if name == "yookassa" else FakeGateway()
    )
    return now() + timedelta(minutes=1)


class Slow(FakeGateway):
    """One that lets wait as long as it may, whatever it is asked, and then says nothing."""

    waits: list[str] = []

    def fetch(self, provider_payment_id):
        self._wait("fetch")

    def refund(self, provider_payment_id, **_details):
        self._wait("refund")

    def _wait(self, what):
        Slow.waits.append(what)
        time.sleep(patience._SLOW_SECONDS + 0.02)
        raise ProviderUnavailable


@pytest.fixture
def slow(gateway, monkeypatch, settings):
    """Give money back of four payments: three at YooKassa, which hangs, then one at Stripe."""
    monkeypatch.setattr(patience, "_SLOW_SECONDS", 0.03)
    variant = stocked_variant(100)
    for provider in ["yookassa"] * 3 + ["stripe"]:
        payment = started(placed_order(payment=provider, wanted={variant: 2}))
        gateway.pay(payment.provider_payment_id, capture=True)
        services.ask(payment_id=payment.pk, now=now())
        services.request_refund(
            payment_id=payment.pk, amount=Decimal("1.00"), reason="x", now=now()
        )
    Slow.waits = []
    for module in (asking, calls):
        monkeypatch.setattr(
            module, "gateway_of", lambda name: Slow() if name == "yookassa" else FakeGateway()
        )


def states(provider):
    return set(Payment.objects.filter(provider=provider).values_list("state", flat=True))


class TestAskDue:
    def test_asks_a_silent_provider_twice_and_the_others_all_the_same(self, due):
        services.ask_due(now=due)

        assert Silent.asked == 2
        assert states("stripe") == {"authorized"}
        assert Payment.objects.due_for_a_look(due).count() == 3

    def test_comes_to_all_of_them_when_it_speaks_again(self, due, monkeypatch):
        services.ask_due(now=due)
        monkeypatch.setattr(asking, "gateway_of", lambda name: FakeGateway())

        services.ask_due(now=due + timedelta(minutes=1))

        assert states("yookassa") == {"authorized"}


class TestExpireHolds:
    def test_asks_a_silent_provider_twice_and_lets_nobody_go(self, due):
        over = due + timedelta(minutes=15)

        assert orders.expire_holds(now=over) == 0

        assert Silent.asked == 2
        assert states("stripe") == {"authorized"}
        assert states("yookassa") == {"pending"}


class TestSendAndAsk:
    def test_waits_once_for_a_slow_provider_and_comes_to_the_others(self, slow):
        services.send_and_ask(now=now())

        assert Slow.waits == ["refund"]
        done = ProviderCall.objects.filter(state="done").values_list("payment__provider", flat=True)
        assert list(done) == ["stripe"]
        assert Payment.objects.get(provider="stripe").refunded == Decimal("1.00")
        left = ProviderCall.objects.filter(state="waiting", next_attempt_at__lte=now())
        assert left.count() == 2

    def test_would_wait_for_each_without_the_patience(self, slow, monkeypatch):
        """The negative control."""
        monkeypatch.setattr(patience.Patience, "silent", frozenset())

        services.send_and_ask(now=now())

        assert Slow.waits.count("refund") == 3

    def test_leaves_the_chat_alone_with_the_one_who_acquires_for_it(self, slow, settings):
        settings.TELEGRAM_ACQUIRER = "yookassa"
        mine = Payment.objects.filter(provider="yookassa").order_by("-pk").first()
        Payment.objects.filter(pk=mine.pk).update(provider="telegram")

        services.send_and_ask(now=now())

        assert Slow.waits == ["refund"]
        assert ProviderCall.objects.get(payment=mine).attempts == 0


class TestLookIntoEvents:
    def test_waits_once_for_a_slow_provider_and_comes_to_the_others(self, slow):
        tell = partial(services.keep_event, now=now())
        for payment in Payment.objects.order_by("pk"):
            notice = Notice(f"event-{payment.pk}", "paid", payment.provider_payment_id, {})
            tell(provider=payment.provider, notice=notice)

        assert services.look_into_events(now=now()) == 2

        assert Slow.waits == ["fetch"]
        waiting = ProviderEvent.objects.filter(done_at__isnull=True)
        assert set(waiting.values_list("provider", flat=True)) == {"yookassa"}
        assert waiting.filter(next_attempt_at__lte=now(), leased_until__isnull=True).count() == 2


class TestManyHolds:
    def test_are_all_let_go_in_one_tick(self, due):
        over = due + timedelta(hours=2)
        Payment.objects.update(state="cancelled")

        assert orders.expire_holds(now=over) == 7

    def test_wait_for_the_next_tick_when_its_time_is_over(self, due, monkeypatch):
        monkeypatch.setattr("apps.orders.services.cancelling._LONGEST_SECONDS", -1.0)

        assert orders.expire_holds(now=due + timedelta(hours=2)) == 0

        assert Silent.asked == 0
