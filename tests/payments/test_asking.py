"""Providers are asked by the clock; one that stays silent keeps nobody else waiting."""

from datetime import timedelta

import pytest

from apps.core.time import now
from apps.orders import services as orders
from apps.payments import services
from apps.payments.errors import ProviderUnavailable
from apps.payments.models import Payment
from apps.payments.services import asking
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
