"""What the shop asks of a payment provider. Gateways translate it into each one's HTTP.

Every method goes over the network: never call one inside a transaction. All of them raise
`ProviderUnavailable` when the outcome is unknown (no answer, 429, 5xx, cut off): the same call with
the same key is then repeated later; and `ProviderRefused` when the provider said a clear no.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from apps.payments.dto import Created, NewPayment, Notice, PaymentFact, Receipt


class Gateway(Protocol):
    """One provider. Keys make a request happen once; sums are decimals in the shop's currency."""

    # Whether money is first set aside and taken later (otherwise it is taken at once).
    is_two_stage: bool

    def create(self, payment: NewPayment) -> Created:
        """Ask the provider to expect a payment."""
        ...

    def fetch(self, provider_payment_id: str) -> PaymentFact:
        """Return what the provider knows of a payment now."""
        ...

    def capture(
        self, provider_payment_id: str, *, amount: Decimal, key: str, receipt: Receipt | None
    ) -> None:
        """Take (a part of) the money that was set aside; the rest is let go."""
        ...

    def cancel(self, provider_payment_id: str, *, key: str) -> None:
        """Let go of money that was set aside, or of a payment that nobody made yet."""
        ...

    def refund(
        self, provider_payment_id: str, *, amount: Decimal, key: str, receipt: Receipt | None
    ) -> None:
        """Give taken money back."""
        ...

    def list_payments(self, start: datetime, end: datetime) -> Iterator[PaymentFact]:
        """Return every payment that was opened there in [start, end), fetched page by page."""
        ...

    def parse_event(self, *, body: bytes, headers: Mapping[str, str], address: str) -> Notice:
        """Return the hint that a webhook's request carries; `address` is whom trusted hops name.

        Headers' names are lower-case.

        Raises:
            EventRefused: It is not from the provider, or can't be read.
        """
        ...
