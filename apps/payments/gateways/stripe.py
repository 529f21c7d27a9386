"""Stripe by its own SDK: a Checkout page per payment, manual capture, signed webhooks.

A payment of ours is a Checkout Session; its PaymentIntent appears when the customer pays. Both
carry our reference, by which events about either find the payment.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

import stripe
from django.conf import settings

from apps.core.money import ZERO, from_minor, to_minor
from apps.payments.dto import Created, NewPayment, Notice, PaymentFact, PaymentState, Receipt
from apps.payments.errors import EventRefused, ProviderRefused, ProviderUnavailable
from apps.payments.gateways.reading import are_names

logger = logging.getLogger(__name__)

T = TypeVar("T")

_TIMEOUT_SECONDS = 10.0
_TOLERANCE_SECONDS = 300
_MOST_EVENT_BYTES = 256 * 1024
_EXPANDED = "payment_intent.latest_charge"
# At most 100 to a page (docs.stripe.com/api/pagination).
_PAGE = 100


class StripeGateway:
    """The port in Stripe's words; every key of ours is its idempotency key."""

    is_two_stage = True

    def create(self, payment: NewPayment) -> Created:
        """Open a Checkout page. Stripe keeps it open for a day; our hold ends it before."""
        amount = to_minor(payment.amount, payment.currency)
        params: Any = {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": payment.currency.lower(),
                        "unit_amount": amount,
                        "product_data": {"name": payment.description[:250]},
                    },
                }
            ],
            "payment_intent_data": {
                "capture_method": "manual",
                "metadata": {"reference": payment.reference},
            },
            "metadata": {"reference": payment.reference},
            "success_url": payment.return_url,
            "cancel_url": payment.return_url,
        }
        session = _ask(
            lambda client: client.v1.checkout.sessions.create(params, _keyed(payment.key))
        )
        return Created(session.id, session.url or "")

    def fetch(self, provider_payment_id: str) -> PaymentFact:
        """Return what Stripe knows of a session and of the money behind it.

        A charge (of a payment made in the chat) has no session and no reference of ours.
        """
        if _is_charge(provider_payment_id):
            charge = _ask(lambda client: client.v1.charges.retrieve(provider_payment_id))
            return fact_of_charge(charge)
        return fact_of(_session(provider_payment_id))

    def capture(
        self, provider_payment_id: str, *, amount: Decimal, key: str, receipt: Receipt | None
    ) -> None:
        """Take what was set aside, or a part of it; the rest is let go."""
        intent = _intent_id(provider_payment_id)
        minor = to_minor(amount, str(settings.SHOP_CURRENCY))
        _ask(
            lambda client: client.v1.payment_intents.capture(
                intent, {"amount_to_capture": minor}, _keyed(key)
            )
        )

    def cancel(self, provider_payment_id: str, *, key: str) -> None:
        """Close the page, or let go of what was set aside."""
        session = _session(provider_payment_id)
        if session.status == "open":
            _ask(
                lambda client: client.v1.checkout.sessions.expire(
                    provider_payment_id, {}, _keyed(key)
                )
            )
        elif session.payment_intent is not None:
            intent = _id_of(session.payment_intent)
            _ask(lambda client: client.v1.payment_intents.cancel(intent, {}, _keyed(key)))

    def refund(
        self, provider_payment_id: str, *, amount: Decimal, key: str, receipt: Receipt | None
    ) -> None:
        """Give taken money back."""
        params: Any = {"amount": to_minor(amount, str(settings.SHOP_CURRENCY))}
        if _is_charge(provider_payment_id):
            params["charge"] = provider_payment_id
        else:
            params["payment_intent"] = _intent_id(provider_payment_id)
        _ask(lambda client: client.v1.refunds.create(params, _keyed(key)))

    def list_payments(self, start: datetime, end: datetime) -> Iterator[PaymentFact]:
        """Return the sessions opened in a time, and the charges that no session of ours made."""
        created = {"gte": int(start.timestamp()), "lt": int(end.timestamp())}
        sessions: Any = {"created": created, "limit": _PAGE, "expand": [f"data.{_EXPANDED}"]}
        yield from map(fact_of, _pages(lambda client: client.v1.checkout.sessions.list(sessions)))
        if settings.TELEGRAM_ACQUIRER == "stripe":
            charges: Any = {"created": created, "limit": _PAGE}
            for charge in _pages(lambda client: client.v1.charges.list(charges)):
                if not _reference(charge):
                    yield fact_of_charge(charge)

    def parse_event(self, *, body: bytes, headers: Mapping[str, str], address: str) -> Notice:
        """Read a signed event (docs.stripe.com/webhooks#verify-manually), 300 s old at most."""
        if len(body) > _MOST_EVENT_BYTES:
            raise EventRefused
        try:
            stripe.WebhookSignature.verify_header(
                body.decode(),
                headers.get("stripe-signature", ""),
                settings.STRIPE_WEBHOOK_SECRET,
                _TOLERANCE_SECONDS,
            )
            event = json.loads(body)
            about = event["data"]["object"]
            key, kind, about_id = event["id"], event["type"], about["id"]
            reference = (about.get("metadata") or {}).get("reference", "")
            if not reference and kind.startswith("payment_intent."):
                # Made in the chat: what is known of it is its charge.
                about_id = about.get("latest_charge") or about_id
        except (
            stripe.SignatureVerificationError, ValueError, TypeError, KeyError, AttributeError,
            RecursionError,
        ) as error:  # fmt: skip
            raise EventRefused from error
        if not are_names(key, kind, about_id, reference or "-"):
            raise EventRefused
        return Notice(key, kind, about_id, {"event": kind, "id": about_id}, reference=reference)


def fact_of(session: Any) -> PaymentFact:
    """Return the fact that a session and its PaymentIntent state."""
    currency = str(session.currency).upper()
    intent = session.payment_intent
    captured, refunded, state = ZERO, ZERO, PaymentState.PENDING
    if intent is not None and not isinstance(intent, str):
        state = _INTENT_STATES.get(intent.status, PaymentState.PENDING)
        charge = intent.latest_charge
        if state == PaymentState.CAPTURED:
            captured = from_minor(intent.amount_received, currency)
        if charge is not None and not isinstance(charge, str) and captured:
            refunded = _refunded(charge, intent, currency)
    elif session.status == "expired":
        state = PaymentState.CANCELLED
    return PaymentFact(
        provider_payment_id=session.id,
        reference=_reference(session),
        state=state,
        amount=from_minor(session.amount_total, currency),
        currency=currency,
        captured=captured,
        refunded=refunded,
    )


def fact_of_charge(charge: Any) -> PaymentFact:
    """Return the fact that a charge states."""
    currency = str(charge.currency).upper()
    return PaymentFact(
        provider_payment_id=charge.id,
        reference="",
        state=_state_of_charge(charge),
        amount=from_minor(charge.amount, currency),
        currency=currency,
        captured=from_minor(charge.amount_captured, currency),
        refunded=from_minor(charge.amount_refunded, currency) if charge.captured else ZERO,
    )


def _state_of_charge(charge: Any) -> PaymentState:
    if charge.captured:
        return PaymentState.CAPTURED
    if charge.status == "succeeded" and not charge.refunded:
        return PaymentState.AUTHORIZED
    # Declined, or set aside and let go.
    return PaymentState.PENDING if charge.status == "pending" else PaymentState.CANCELLED


_INTENT_STATES = {
    "requires_capture": PaymentState.AUTHORIZED,
    "succeeded": PaymentState.CAPTURED,
    "canceled": PaymentState.CANCELLED,
}


def _is_charge(provider_payment_id: str) -> bool:
    return provider_payment_id.startswith(("ch_", "py_"))


def _reference(session: Any) -> str:
    return str(session.metadata.to_dict().get("reference", "")) if session.metadata else ""


def _refunded(charge: Any, intent: Any, currency: str) -> Decimal:
    """Return what went back; the part that was never captured is counted by Stripe as well."""
    uncaptured = intent.amount - intent.amount_received
    return from_minor(max(0, charge.amount_refunded - uncaptured), currency)


def _session(session_id: str) -> Any:
    return _ask(
        lambda client: client.v1.checkout.sessions.retrieve(session_id, {"expand": [_EXPANDED]})
    )


def _intent_id(session_id: str) -> str:
    session = _session(session_id)
    if session.payment_intent is None:
        raise ProviderRefused(reason="not_paid")
    return _id_of(session.payment_intent)


def _id_of(intent: Any) -> str:
    return intent if isinstance(intent, str) else str(intent.id)


def _pages(call: Callable[[stripe.StripeClient], Any]) -> Iterator[Any]:
    """Return the objects of a list; its pages are fetched as they are read."""
    with _in_our_words():
        yield from call(_client()).auto_paging_iter()


def _keyed(key: str) -> Any:
    return {"idempotency_key": key}


def _ask(call: Callable[[stripe.StripeClient], T]) -> T:
    """Ask Stripe once; repeating is ours, with our key.

    Raises:
        ProviderUnavailable: No answer, 429, 5xx, or the same key is being worked on.
        ProviderRefused: A clear no.
    """
    with _in_our_words():
        return call(_client())


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        logger.warning("Stripe did not answer: %s", type(error).__name__)
        raise ProviderUnavailable from error
    except stripe.StripeError as error:
        if (error.http_status or 500) >= 500 or error.http_status == 409:
            logger.warning("Stripe asks to come again: %s", error.http_status)
            raise ProviderUnavailable from error
        if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
            logger.error("Stripe does not know this shop: check its secret key")
        raise ProviderRefused(reason=error.code or type(error).__name__) from error


def _client() -> stripe.StripeClient:
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses={"api": settings.STRIPE_API_URL},
        max_network_retries=0,
        http_client=stripe.HTTPXClient(timeout=_TIMEOUT_SECONDS, allow_sync_methods=True),
    )
