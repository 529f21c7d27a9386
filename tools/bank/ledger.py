"""What the bank knows: payments, refunds, and the answers that belong to keys."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
ZERO = Decimal("0.00")


class Refusal(Exception):
    """A clear no, with an HTTP status and the provider's own code."""

    def __init__(self, status: int, code: str, description: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.description = status, code, description or code


@dataclass
class Payment:
    """One payment. Its status is pending, waiting_for_capture, succeeded or canceled."""

    amount: Decimal
    currency: str
    description: str
    return_url: str
    metadata: Json
    is_held: bool
    # With data for a receipt (54-FZ): then each part of the money wants a receipt, too.
    with_receipt: bool = False
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "pending"
    refunded: Decimal = ZERO
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    asked: Decimal = field(init=False)
    was_paid: bool = False

    def __post_init__(self) -> None:
        """Remember the first sum: a partial capture changes `amount`."""
        self.asked = self.amount

    def pay(self) -> None:
        """The payer agrees.

        Raises:
            Refusal: It was paid or let go before.
        """
        self._must_be("pending")
        self.status = "waiting_for_capture" if self.is_held else "succeeded"
        self.was_paid = True

    def decline(self) -> None:
        """The payer's bank says no.

        Raises:
            Refusal: It was paid or let go before.
        """
        self._must_be("pending")
        self.status = "canceled"

    def capture(self, amount: Decimal) -> None:
        """Take a part; afterwards the payment is worth that part.

        Raises:
            Refusal: Nothing is set aside, or less than is asked for.
        """
        self._must_be("waiting_for_capture")
        if not ZERO < amount <= self.amount:
            raise Refusal(400, "invalid_request", "amount")
        self.amount, self.status = amount, "succeeded"

    def cancel(self) -> None:
        """Let go.

        Raises:
            Refusal: Nothing is set aside.
        """
        self._must_be("waiting_for_capture")
        self.status = "canceled"

    def refund(self, amount: Decimal) -> None:
        """Give a part back.

        Raises:
            Refusal: Nothing was taken, or less is left of it.
        """
        self._must_be("succeeded")
        if not ZERO < amount <= self.amount - self.refunded:
            raise Refusal(400, "invalid_request", "amount")
        self.refunded += amount

    def _must_be(self, status: str) -> None:
        if self.status != status:
            raise Refusal(400, "invalid_request", f"the payment is {self.status}")


@dataclass
class Ledger:
    """All of it, for as long as the process lives."""

    payments: dict[str, Payment] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    answers: dict[str, tuple[Json, Json]] = field(default_factory=dict)
    receipts: list[Json] = field(default_factory=list)

    def find(self, payment_id: str) -> Payment:
        """Return a payment.

        Raises:
            Refusal: There is none.
        """
        if payment_id not in self.payments:
            raise Refusal(404, "not_found")
        return self.payments[payment_id]

    def made(self, since: datetime, until: datetime) -> list[Payment]:
        """Return the payments opened in a time, the newest first, as providers list them."""
        made = [p for p in self.payments.values() if since <= p.created_at < until]
        return sorted(made, key=lambda p: p.created_at, reverse=True)

    def add(self, payment: Payment) -> Payment:
        """Keep a new payment."""
        self.payments[payment.id] = payment
        return payment
