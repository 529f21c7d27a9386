"""Telegram Payments (core.telegram.org/bots/payments): an invoice's link; the bot hears who paid.

Telegram itself tells nothing afterwards and gives nothing back: the acquirer behind the provider
token does, by the `provider_payment_charge_id` that came with the payment.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx
from django.conf import settings

from apps.core.money import to_minor
from apps.payments import selectors, services
from apps.payments.dto import Created, NewPayment, Notice, PaymentFact, Receipt
from apps.payments.errors import EventRefused, NoAcquirer, ProviderRefused, ProviderUnavailable
from apps.payments.gateways.yookassa import receipt_items
from apps.payments.ports import Gateway

logger = logging.getLogger(__name__)

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_TITLE, _DESCRIPTION = 32, 255


class TelegramGateway:
    """The port in the Bot API's words; money is taken at once."""

    is_two_stage = False

    def create(self, payment: NewPayment) -> Created:
        """Return an invoice's link. Nothing is charged by making it, so it needs no key."""
        invoice = {
            "title": payment.description[:_TITLE],
            "description": payment.description[:_DESCRIPTION],
            "payload": payment.reference,
            "provider_token": settings.TELEGRAM_PROVIDER_TOKEN,
            "currency": payment.currency,
            "prices": [
                {
                    "label": payment.description[:_TITLE],
                    "amount": to_minor(payment.amount, payment.currency),
                }
            ],
        }
        return Created("", str(_bot_api("createInvoiceLink", invoice | _receipt(payment))))

    def fetch(self, provider_payment_id: str) -> PaymentFact:
        """Return what the acquirer knows of a payment that was made in the chat."""
        fact = _acquirer().fetch(provider_payment_id)
        payment = selectors.payment_at_provider(
            provider="telegram", provider_payment_id=provider_payment_id
        )
        return replace(fact, reference=str(payment.public_id))

    def capture(
        self, provider_payment_id: str, *, amount: Decimal, key: str, receipt: Receipt | None
    ) -> None:
        """Do nothing: the money was taken when it was paid."""

    def cancel(self, provider_payment_id: str, *, key: str) -> None:
        """Refuse: what was paid in the chat is given back, never cancelled.

        Raises:
            ProviderRefused: Always.
        """
        raise ProviderRefused(reason="already_captured")

    def refund(
        self, provider_payment_id: str, *, amount: Decimal, key: str, receipt: Receipt | None
    ) -> None:
        """Give money back through the acquirer.

        Raises:
            NoAcquirer: None is connected; staff do it by hand.
        """
        _acquirer().refund(provider_payment_id, amount=amount, key=key, receipt=receipt)

    def list_payments(self, start: datetime, end: datetime) -> Iterator[PaymentFact]:
        """Return what the acquirer knows, whether it was made in the chat or not.

        Raises:
            NoAcquirer: None is connected.
        """
        return _acquirer().list_payments(start, end)

    def parse_event(self, *, body: bytes, headers: Mapping[str, str], address: str) -> Notice:
        """Refuse: Telegram's updates come through the bot's inbox.

        Raises:
            EventRefused: Always.
        """
        raise EventRefused


def _receipt(payment: NewPayment) -> dict[str, Any]:
    """Return what YooKassa needs behind the chat for the receipt (54-FZ); others need nothing.

    Its items go by `provider_data`; Telegram adds the phone of whoever pays, if it is asked to
    (core.telegram.org/bots/api#createinvoicelink): without it YooKassa takes no payment.
    """
    if settings.TELEGRAM_ACQUIRER != "yookassa" or payment.receipt is None:
        return {}
    receipt = {"items": receipt_items(payment.receipt, payment.currency)}
    return {
        "provider_data": json.dumps({"receipt": receipt}, ensure_ascii=False),
        "need_phone_number": True,
        "send_phone_number_to_provider": True,
    }


def _acquirer() -> Gateway:
    if settings.TELEGRAM_ACQUIRER not in settings.PAYMENT_GATEWAYS:
        raise NoAcquirer(reason="no_acquirer")
    return services.gateway_of(settings.TELEGRAM_ACQUIRER)


def _bot_api(method: str, arguments: dict[str, Any]) -> Any:
    """Ask the Bot API.

    Raises:
        ProviderUnavailable: No answer, 429 or 5xx.
        ProviderRefused: It won't have the invoice.
    """
    url = f"{settings.TELEGRAM_API_URL}/bot{settings.TELEGRAM_BOT_TOKEN}/{method}"
    try:
        answer = httpx.post(url, json=arguments, timeout=_TIMEOUT)
        content = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        # The address holds the bot's token: only the kind of failure is told.
        logger.warning("The Bot API did not answer: %s", type(error).__name__)
        raise ProviderUnavailable from None
    if answer.status_code == 429 or answer.status_code >= 500:
        raise ProviderUnavailable
    if not content.get("ok"):
        logger.error("The Bot API refuses an invoice: %s", content.get("description"))
        raise ProviderRefused(reason=str(content.get("error_code", "")))
    return content["result"]
