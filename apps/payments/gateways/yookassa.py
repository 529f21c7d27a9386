"""YooKassa by its API v3 (yookassa.ru/developers/api): two stages, receipts by 54-FZ."""

import ipaddress
import json
import logging
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import httpx
from django.conf import settings

from apps.core.money import ZERO
from apps.payments.dto import (
    Created,
    NewPayment,
    Notice,
    PaymentFact,
    PaymentState,
    Receipt,
    ReceiptLine,
)
from apps.payments.errors import (
    EventRefused,
    ForeignAddress,
    ProviderRefused,
    ProviderUnavailable,
)
from apps.payments.gateways.reading import are_names

logger = logging.getLogger(__name__)

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_MOST_EVENT_BYTES = 64 * 1024
_DESCRIPTION, _ITEM_NAME = 128, 128
# At most 100 to a page (yookassa.ru/developers/api#get_payments_list).
_PAGE = 100
_STATES = {
    "pending": PaymentState.PENDING,
    "waiting_for_capture": PaymentState.AUTHORIZED,
    "succeeded": PaymentState.CAPTURED,
    "canceled": PaymentState.CANCELLED,
}
_local = threading.local()


class YooKassaGateway:
    """The port in YooKassa's words. Every key of ours is its Idempotence-Key."""

    is_two_stage = True

    def create(self, payment: NewPayment) -> Created:
        """Expect a payment (POST /payments) and return the page where the customer makes it."""
        body: dict[str, Any] = {
            "amount": _amount(payment.amount, payment.currency),
            "capture": False,
            "confirmation": {"type": "redirect", "return_url": payment.return_url},
            "description": payment.description[:_DESCRIPTION],
            "metadata": {"reference": payment.reference},
        }
        if payment.receipt is not None:
            body["receipt"] = _receipt(payment.receipt, payment.currency)
        answer = _post("/payments", body, key=payment.key)
        confirmation = answer.get("confirmation") or {}
        return Created(_text(answer, "id"), str(confirmation.get("confirmation_url", "")))

    def fetch(self, provider_payment_id: str) -> PaymentFact:
        """Return what YooKassa knows (GET /payments/{id}).

        After a partial capture `amount` is what was captured; before, what was asked for.
        """
        return fact_of(_call("GET", f"/payments/{_safe(provider_payment_id)}"))

    def capture(
        self, provider_payment_id: str, *, amount: Decimal, key: str, receipt: Receipt | None
    ) -> None:
        """Take what was set aside, or a part of it (POST /payments/{id}/capture)."""
        currency = str(settings.SHOP_CURRENCY)
        body: dict[str, Any] = {"amount": _amount(amount, currency)}
        if receipt is not None:
            body["receipt"] = _receipt(receipt, currency)
        _post(f"/payments/{_safe(provider_payment_id)}/capture", body, key=key)

    def cancel(self, provider_payment_id: str, *, key: str) -> None:
        """Let go of what was set aside (POST /payments/{id}/cancel).

        A payment that nobody has made yet can't be cancelled there: it runs out by itself.
        """
        path = f"/payments/{_safe(provider_payment_id)}"
        if _STATES.get(_text(_call("GET", path), "status")) == PaymentState.PENDING:
            return
        _post(f"{path}/cancel", {}, key=key)

    def refund(
        self, provider_payment_id: str, *, amount: Decimal, key: str, receipt: Receipt | None
    ) -> None:
        """Give taken money back (POST /refunds)."""
        currency = str(settings.SHOP_CURRENCY)
        body: dict[str, Any] = {
            "payment_id": provider_payment_id,
            "amount": _amount(amount, currency),
        }
        if receipt is not None:
            body["receipt"] = _receipt(receipt, currency)
        _post("/refunds", body, key=key)

    def list_payments(self, start: datetime, end: datetime) -> Iterator[PaymentFact]:
        """Return the payments opened in a time (GET /payments, by its cursor)."""
        asked: dict[str, str | int] = {
            "created_at.gte": _moment(start), "created_at.lt": _moment(end), "limit": _PAGE,
        }  # fmt: skip
        while True:
            answer = _call("GET", "/payments", params=asked)
            items = answer.get("items")
            if not isinstance(items, list):
                raise ProviderUnavailable
            yield from map(fact_of, items)
            cursor = answer.get("next_cursor")
            if not cursor:
                return
            asked["cursor"] = str(cursor)

    def parse_event(self, *, body: bytes, headers: Mapping[str, str], address: str) -> Notice:
        """Read a notification: unsigned, so it counts as a hint from the provider's networks.

        It has no id of its own: the object's id and the event's name stand for it.
        """
        if not _is_theirs(address):
            raise ForeignAddress
        if len(body) > _MOST_EVENT_BYTES:
            raise EventRefused
        try:
            event = json.loads(body)
            kind, about = event["event"], event["object"]
            payment_id = about["payment_id"] if kind.startswith("refund.") else about["id"]
            key = f"{about['id']}/{kind}"
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise EventRefused from error
        if not are_names(payment_id, about["id"], kind):
            raise EventRefused
        return Notice(key, kind, payment_id, {"event": kind, "id": about["id"]})


def fact_of(answer: dict[str, Any]) -> PaymentFact:
    """Return the fact that YooKassa's payment object states.

    Raises:
        ProviderUnavailable: It is not a payment as the API describes it.
    """
    try:
        state = _STATES[answer["status"]]
        amount = Decimal(answer["amount"]["value"])
        refunded = Decimal((answer.get("refunded_amount") or {"value": "0"})["value"])
        return PaymentFact(
            provider_payment_id=str(answer["id"]),
            reference=str((answer.get("metadata") or {}).get("reference", "")),
            state=state,
            amount=amount,
            currency=str(answer["amount"]["currency"]),
            captured=amount if state == PaymentState.CAPTURED else ZERO,
            refunded=refunded,
        )
    except (KeyError, TypeError, InvalidOperation) as error:
        logger.error("YooKassa answered something that is no payment")
        raise ProviderUnavailable from error


def _post(path: str, body: dict[str, Any], *, key: str) -> dict[str, Any]:
    return _call("POST", path, json=body, headers={"Idempotence-Key": key})


def _call(method: str, path: str, **request: Any) -> dict[str, Any]:
    """Ask YooKassa.

    Raises:
        ProviderUnavailable: No answer, 429, 5xx, or one that is still being worked on (202).
        ProviderRefused: A clear no.
    """
    try:
        answer = _client().request(method, f"{settings.YOOKASSA_API_URL}{path}", **request)
    except httpx.HTTPError as error:
        # Its text may carry the address, never the secret; the cause is enough.
        logger.warning("YooKassa did not answer: %s", type(error).__name__)
        raise ProviderUnavailable from error
    if answer.status_code in {202, 408, 429} or answer.status_code >= 500:
        logger.warning("YooKassa asks to come again: %s", answer.status_code)
        raise ProviderUnavailable
    content = _json(answer)
    if answer.is_success:
        return content
    if answer.status_code in {401, 403}:
        logger.error("YooKassa does not know this shop: check its id and secret key")
    raise ProviderRefused(reason=str(content.get("code") or answer.status_code))


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError as error:
        if answer.is_success:
            raise ProviderUnavailable from error
        return {}
    return content if isinstance(content, dict) else {}


def _client() -> httpx.Client:
    """Return this thread's client, with the shop's id and key of now."""
    who = (settings.YOOKASSA_SHOP_ID, settings.YOOKASSA_SECRET_KEY)
    if getattr(_local, "who", None) != who:
        _local.who, _local.client = who, httpx.Client(auth=who, timeout=_TIMEOUT)
    client: httpx.Client = _local.client
    return client


def _amount(amount: Decimal, currency: str) -> dict[str, str]:
    return {"value": f"{amount:.2f}", "currency": currency}


def _receipt(receipt: Receipt, currency: str) -> dict[str, Any]:
    """Return the receipt's data (54-FZ): who gets it, and each item with its VAT code.

    It is made for a forgotten person, too: the shop's own mailbox gets it then.
    """
    customer = {"email": receipt.email or settings.RECEIPT_EMAIL}
    if receipt.phone and not receipt.email:
        customer = {"phone": receipt.phone.lstrip("+")}
    return {"customer": customer, "items": receipt_items(receipt, currency)}


def receipt_items(receipt: Receipt, currency: str) -> list[dict[str, Any]]:
    """Return a receipt's items as YooKassa reads them (yookassa.ru/developers/api, `receipt`).

    An item's price times its quantity must be its sum, so that a line whose sum does not divide
    into kopecks is split in two.
    """
    return [item for line in receipt.lines for item in _items(line, currency)]


def _items(line: ReceiptLine, currency: str) -> list[dict[str, Any]]:
    cents = int(line.total * 100)
    low, dearer = divmod(cents, line.quantity)
    parts = ((line.quantity - dearer, low), (dearer, low + 1))
    return [
        {
            "description": line.name[:_ITEM_NAME],
            "quantity": f"{quantity}.00",
            "amount": _amount(Decimal(price) / 100, currency),
            "vat_code": settings.YOOKASSA_VAT_CODE,
            "payment_mode": "full_prepayment",
            "payment_subject": "service" if line.is_service else "commodity",
        }
        for quantity, price in parts
        # Units that cost nothing are no item: the price of one must be above zero.
        if quantity and price
    ]


def _is_theirs(address: str) -> bool:
    """Tell whether an address, or the /64 that stands for an IPv6 one, is in their networks."""
    try:
        network = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return False
    return any(
        network.version == theirs.version and network.subnet_of(theirs)  # type: ignore[arg-type]
        for theirs in map(ipaddress.ip_network, settings.YOOKASSA_NETWORKS)
    )


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _safe(provider_payment_id: str) -> str:
    """Return an id that can't leave its place in a path."""
    return "".join(c for c in provider_payment_id if c.isalnum() or c in "-_")


def _text(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise ProviderUnavailable
    return value
