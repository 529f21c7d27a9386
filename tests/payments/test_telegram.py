"""Invoices for the chat as the Bot API gets them: receipts for YooKassa behind it (54-FZ)."""

import json
from decimal import Decimal

import pytest
from django.conf import settings as shop_settings

from apps.core.money import to_minor
from apps.core.time import now
from apps.orders import services as orders
from apps.payments.dto import Receipt, ReceiptLine
from apps.payments.gateways import telegram
from tests.factories import placed_order, stocked_variant

GATEWAY = telegram.TelegramGateway()
LINES = (
    ReceiptLine("Лосось, 500 г", 3, Decimal("700.00")),
    ReceiptLine("Доставка", 1, Decimal("399.00"), is_service=True),
)


@pytest.fixture
def told(monkeypatch, settings):
    """What the Bot API is told."""
    settings.TELEGRAM_ACQUIRER = "yookassa"
    calls = []
    monkeypatch.setattr(
        telegram, "_bot_api", lambda method, told: calls.append((method, told)) or "https://t.me/$x"
    )
    return calls


def summed(invoice):
    """Return what the receipt's items sum to; each must have a price and a VAT code."""
    items = json.loads(invoice["provider_data"])["receipt"]["items"]
    assert all(item["vat_code"] == shop_settings.YOOKASSA_VAT_CODE for item in items)
    return sum(Decimal(item["amount"]["value"]) * Decimal(item["quantity"]) for item in items)


class TestCreate:
    def test_tells_yookassa_what_the_receipt_lists(self, told, new_payment):
        GATEWAY.create(new_payment(receipt=Receipt(LINES, phone="+79160000000")))

        method, invoice = told[-1]
        assert method == "createInvoiceLink"
        assert summed(invoice) == Decimal("1099.00")
        assert to_minor(summed(invoice), "RUB") == sum(row["amount"] for row in invoice["prices"])
        # Telegram hands on the phone of whoever pays.
        assert invoice["need_phone_number"]
        assert invoice["send_phone_number_to_provider"]

    @pytest.mark.parametrize("acquirer", ["", "stripe"])
    def test_tells_others_nothing(self, told, new_payment, settings, acquirer):
        settings.TELEGRAM_ACQUIRER = acquirer

        GATEWAY.create(new_payment(receipt=Receipt(LINES, phone="+79160000000")))

        assert not {"provider_data", "need_phone_number"} & set(told[-1][1])

    @pytest.mark.django_db
    def test_lists_an_order_to_the_kopeck(self, told, settings):
        settings.PAYMENT_GATEWAYS = {"telegram": "apps.payments.gateways.telegram.TelegramGateway"}
        wanted = {stocked_variant(20, price="233.33"): 3, stocked_variant(9, price="99.99"): 2}
        order = placed_order(payment="telegram", wanted=wanted)

        orders.start_payment(customer_id=order.customer_id, order_id=order.pk, now=now())

        assert summed(told[-1][1]) == order.total
