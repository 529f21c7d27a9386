"""A payment provider at the port: `world` holds what it knows and what it was asked."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from apps.core.money import ZERO
from apps.payments.dto import Created, NewPayment, Notice, PaymentFact, PaymentState, Receipt
from apps.payments.errors import EventRefused, ProviderRefused, ProviderUnavailable


@dataclass
class World:
    """What the provider knows; `trouble` is raised once by the next call, after it has acted."""

    facts: dict[str, PaymentFact] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    trouble: Exception | None = None
    # What went along with sums that were taken or given back.
    receipts: list[tuple[str, Decimal, Receipt | None]] = field(default_factory=list)
    ids: Any = field(default_factory=lambda: count(1))

    def change(self, payment_id: str, **changes: Any) -> None:
        self.facts[payment_id] = replace(self.facts[payment_id], **changes)

    def pay(self, payment_id: str, *, capture: bool = False) -> None:
        """Let the customer pay."""
        state = PaymentState.CAPTURED if capture else PaymentState.AUTHORIZED
        captured = self.facts[payment_id].amount if capture else ZERO
        self.change(payment_id, state=state, captured=captured)


world = World()


class FakeGateway:
    """Two-stage, with keys that make each request happen once."""

    is_two_stage = True

    def create(self, payment: NewPayment) -> Created:
        def act() -> Created:
            payment_id = f"pay-{next(world.ids)}"
            world.facts[payment_id] = PaymentFact(
                payment_id, payment.reference, PaymentState.PENDING, payment.amount,
                payment.currency, ZERO, ZERO,
            )  # fmt: skip
            return Created(payment_id, f"https://pay.example/{payment_id}")

        return self._once("create", payment.reference, payment.key, act)

    def fetch(self, provider_payment_id: str) -> PaymentFact:
        world.asked.append(("fetch", provider_payment_id))
        self._stumble()
        if provider_payment_id not in world.facts:
            raise ProviderRefused(reason="not_found")
        return world.facts[provider_payment_id]

    def capture(
        self, provider_payment_id: str, *, amount: Decimal, key: str, receipt: Receipt | None
    ) -> None:
        def act() -> None:
            if world.facts[provider_payment_id].state != PaymentState.AUTHORIZED:
                raise ProviderRefused(reason="not_authorized")
            world.receipts.append(("capture", amount, receipt))
            world.change(provider_payment_id, state=PaymentState.CAPTURED, captured=amount)

        self._once("capture", provider_payment_id, key, act)

    def cancel(self, provider_payment_id: str, *, key: str) -> None:
        def act() -> None:
            if world.facts[provider_payment_id].captured:
                raise ProviderRefused(reason="already_captured")
            world.change(provider_payment_id, state=PaymentState.CANCELLED)

        self._once("cancel", provider_payment_id, key, act)

    def refund(
        self, provider_payment_id: str, *, amount: Decimal, key: str, receipt: Receipt | None
    ) -> None:
        def act() -> None:
            fact = world.facts[provider_payment_id]
            if fact.refunded + amount > fact.captured:
                raise ProviderRefused(reason="too_much")
            world.receipts.append(("refund", amount, receipt))
            world.change(provider_payment_id, refunded=fact.refunded + amount)

        self._once("refund", provider_payment_id, key, act)

    def list_payments(self, start: datetime, end: datetime) -> Iterator[PaymentFact]:
        world.asked.append(("list", f"{start.isoformat()} {end.isoformat()}"))
        self._stumble()
        yield from world.facts.values()

    def parse_event(self, *, body: bytes, headers: Mapping[str, str], address: str) -> Notice:
        if headers.get("x-sign") != "true":
            raise EventRefused
        event = json.loads(body)
        return Notice(event["key"], event["kind"], event["payment"], event)

    def _once(self, what: str, about: str, key: str, act: Any) -> Any:
        world.asked.append((what, about))
        if key not in world.keys:
            world.keys[key] = act()
        self._stumble()
        return world.keys[key]

    def _stumble(self) -> None:
        trouble, world.trouble = world.trouble, None
        if trouble is not None:
            raise trouble


def silence() -> ProviderUnavailable:
    """The connection is cut after the provider acted."""
    return ProviderUnavailable()
