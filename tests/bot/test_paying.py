"""Paid in the chat: what could be paid a moment ago is the order's card now."""

import logging

import pytest
from asgiref.sync import async_to_sync

from apps.core.money import to_minor
from apps.orders.models import Order
from apps.payments.models import Payment
from apps.users.models import User
from bot.keyboards import Action, key
from bot.models import Dialogue
from bot.simulator.client import JOHN, shown_text
from tests import factories
from tests.bot.in_process import Somebody, Telegram

pytestmark = pytest.mark.django_db


@pytest.fixture
def john(gateway, settings, caplog):
    settings.PAYMENT_GATEWAYS = settings.PAYMENT_GATEWAYS | {
        "telegram": "tests.gateway.FakeGateway"
    }
    telegram = Telegram()
    async_to_sync(telegram.begin)()
    john = Somebody(telegram, JOHN)
    john.says("/start")
    yield john
    assert telegram.refusals() == []
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == []


@pytest.fixture
def order(john):
    return factories.placed_order(
        customer=User.objects.get(telegram_id=JOHN),
        payment="telegram",
        contact_phone="+79161234567",
    )


def pays(john, order, charge="charge-1"):
    facts = {
        "currency": "RUB", "total_amount": to_minor(order.total, "RUB"),
        "invoice_payload": str(Payment.objects.get(order=order).public_id),
        "telegram_payment_charge_id": "t-1", "provider_payment_charge_id": charge,
    }  # fmt: skip
    john.sends({"successful_payment": facts})


class TestTakePayment:
    def test_turns_the_way_to_pay_into_the_card(self, john, order):
        john.forges(key("", Action.PAY, order.pk).data)
        assert any("Pay" in label for label in john.labels())

        pays(john, order)

        assert Order.objects.get().status == "placed"
        john.sees(order.number)
        assert not any("Pay" in label for label in john.labels())
        assert Dialogue.objects.get(pk=JOHN).screen_message_id is None

    def test_shows_one_card_when_it_is_told_twice(self, john, order):
        for _ in range(2):
            pays(john, order)

        cards = [m for m in john.of_bot() if order.number in shown_text(m.message)]
        assert len(cards) == 1
        assert Payment.objects.get().captured == order.total
