from decimal import Decimal
from uuid import uuid4

import pytest

from apps.payments.dto import NewPayment
from tests.bank_support import SECRET, SHOP_ID, STRIPE_KEY, STRIPE_SIGNING, running_bank

SUM = Decimal("1099.00")


@pytest.fixture(scope="session")
def _running_bank():
    with running_bank() as bank:
        yield bank


@pytest.fixture
def bank(_running_bank, settings):
    """The trial bank, without mischief; the shop is connected to both its counters."""
    settings.YOOKASSA_API_URL = f"{_running_bank.url}/yookassa/v3"
    settings.YOOKASSA_SHOP_ID, settings.YOOKASSA_SECRET_KEY = SHOP_ID, SECRET
    settings.YOOKASSA_NETWORKS = ["185.71.76.0/27", "2a02:5180::/32"]
    settings.STRIPE_API_URL = _running_bank.url
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = STRIPE_KEY, STRIPE_SIGNING
    gateways = "apps.payments.gateways"
    settings.PAYMENT_GATEWAYS = {
        "yookassa": f"{gateways}.yookassa.YooKassaGateway",
        "stripe": f"{gateways}.stripe.StripeGateway",
    }
    _running_bank.plan()
    return _running_bank


@pytest.fixture
def new_payment():
    """Return what a provider is asked to take, with a key of its own."""

    def make(**fields) -> NewPayment:
        told = {
            "reference": str(uuid4()), "key": str(uuid4()), "amount": SUM, "currency": "RUB",
            "description": "Заказ T-1", "return_url": "http://127.0.0.1:9/back",
        }  # fmt: skip
        return NewPayment(**(told | fields))

    return make


@pytest.fixture
def chat_bank(bank, settings):
    """The bank; it acquires for payments in the chat, too."""
    settings.TELEGRAM_ACQUIRER = "yookassa"
    gateway = "apps.payments.gateways.telegram.TelegramGateway"
    settings.PAYMENT_GATEWAYS = settings.PAYMENT_GATEWAYS | {"telegram": gateway}
    return bank
