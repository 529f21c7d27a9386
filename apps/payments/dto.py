"""Plain values of payments."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Provider(TextChoices):
    """Through whom money comes."""

    CASH = "cash", _("cash to the courier")
    CARD = "card", _("card to the courier")
    TELEGRAM = "telegram", _("in the chat")
    YOOKASSA = "yookassa", _("online: card, SBP, wallet")
    STRIPE = "stripe", _("online: card")


# Taken at the door, so that an order may be placed before it is paid.
ON_DELIVERY: frozenset[str] = frozenset({Provider.CASH, Provider.CARD})


class PaymentState(TextChoices):
    """How far a payment has come."""

    PENDING = "pending", _("expected")
    AUTHORIZED = "authorized", _("authorized")
    CAPTURED = "captured", _("paid")
    CANCELLED = "cancelled", _("cancelled")


class EntryKind(TextChoices):
    """Which way money went."""

    CAPTURE = "capture", _("taken")
    REFUND = "refund", _("given back")


class CallKind(TextChoices):
    """What a provider is asked to do after a commit."""

    CAPTURE = "capture", _("take the money")
    CANCEL = "cancel", _("let it go")
    REFUND = "refund", _("give back")


class CallState(TextChoices):
    """How far such a request has come."""

    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    FAILED = "failed", _("refused")
    WITHDRAWN = "withdrawn", _("no longer wanted")


class RefundState(TextChoices):
    """How far a refund has come."""

    WAITING = "waiting", _("on its way")
    DONE = "done", _("given back")
    FAILED = "failed", _("refused")


class OddityKind(TextChoices):
    """What about money a person must decide."""

    UNKNOWN_PAYMENT = "unknown_payment", _("the provider knows a payment that we don't")
    WRONG_AMOUNT = "wrong_amount", _("another sum than was asked for")
    WRONG_CURRENCY = "wrong_currency", _("another currency")
    WRONG_REFERENCE = "wrong_reference", _("paid for something else")
    FOREIGN_PAYER = "foreign_payer", _("paid by somebody else than the customer")
    FOREIGN_REFUND = "foreign_refund", _("given back past the shop")
    IMPOSSIBLE = "impossible", _("a state that can't follow ours")
    CALL_FAILED = "call_failed", _("the provider refused")
    NO_ACQUIRER = "no_acquirer", _("to be given back by hand")
    DIFFERENCE = "difference", _("our books and the provider's differ")


# So long may the name of goods on a receipt be.
RECEIPT_NAME = 128


@dataclass(frozen=True)
class ReceiptLine:
    """One line of a receipt (54-FZ): `total` is what was paid for all of it."""

    name: str
    quantity: int
    total: Decimal
    is_service: bool = False


@dataclass(frozen=True)
class Receipt:
    """For whom and for what a receipt is made; neither phone nor e-mail: for a forgotten person."""

    lines: tuple[ReceiptLine, ...]
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class NewPayment:
    """What a provider is asked to take. `key` makes the request happen once."""

    reference: str
    key: str
    amount: Decimal
    currency: str
    description: str
    return_url: str
    expires_at: datetime | None = None
    receipt: Receipt | None = None


@dataclass(frozen=True)
class Created:
    """What the provider made of it: its id, and where the customer pays (empty: in the chat)."""

    provider_payment_id: str
    confirmation_url: str = ""


@dataclass(frozen=True)
class PaymentFact:
    """What the provider itself answers when asked about a payment: the only truth there is.

    `amount` is what was asked for, `captured` and `refunded` what moved so far; `reference` is our
    payment's public id, as the provider kept it.
    """

    provider_payment_id: str
    reference: str
    state: PaymentState
    amount: Decimal
    currency: str
    captured: Decimal
    refunded: Decimal


@dataclass(frozen=True)
class Notice:
    """A provider's message that something happened: a hint to ask, never believed.

    `key` is the same for the same event, however often it comes. `reference` is our payment's
    public id, where the event tells it.
    """

    key: str
    kind: str
    provider_payment_id: str
    body: dict[str, Any]
    reference: str = ""


class Outcome(StrEnum):
    """What a fact changed."""

    NOTHING = "nothing"
    PAID = "paid"
    # What was set aside before was taken now.
    TAKEN = "taken"
    CANCELLED = "cancelled"
    MOVED = "moved"
    ODD = "odd"


@dataclass(frozen=True)
class PayWay:
    """How a payment goes on: where the customer pays, and until when; `slug` opens an invoice."""

    payment_id: int
    provider: str
    state: str
    confirmation_url: str
    amount: Decimal
    expires_at: datetime | None
