"""Plain values of keys and webhooks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# How often it is noted that a key is in use.
USE_NOTED_EVERY = timedelta(minutes=1)


class Scope(TextChoices):
    """What a key opens; a door names the one that it wants."""

    READ_ORDERS = "orders:read", _("read orders, without their customers")
    READ_STOCK = "stock:read", _("read stock levels")
    MANAGE_WEBHOOKS = "webhooks:manage", _("manage its own webhooks")


class EventType(TextChoices):
    """What webhooks tell of."""

    ORDER_PLACED = "order.placed", _("an order was placed")
    ORDER_STATUS_CHANGED = "order.status_changed", _("an order took a step")
    ORDER_CANCELLED = "order.cancelled", _("an order was cancelled")
    ORDER_REFUNDED = "order.refunded", _("money for an order went back")
    STOCK_CHANGED = "stock.changed", _("a pack's availability changed")
    STOCK_LOW = "stock.low", _("a pack fell to its threshold")
    PING = "ping", _("a test")


# What an endpoint may subscribe to: a test comes to whoever asks for it.
SUBSCRIBABLE = tuple(choice for choice in EventType.choices if choice[0] != EventType.PING)


class DeliveryState(TextChoices):
    """How far a delivery has come."""

    WAITING = "waiting", _("waiting")
    DONE = "done", _("delivered")
    DEAD = "dead", _("given up")


class Silence(TextChoices):
    """Why an endpoint is sent nothing."""

    SWITCHED_OFF = "switched_off", _("switched off")
    FAILING = "failing", _("failed for days")
    GONE = "gone", _("answered 410 Gone")


@dataclass(frozen=True)
class Integration:
    """The program behind a key, and what the key opens."""

    key_id: int
    name: str
    scopes: frozenset[str]
    last_used_at: datetime | None

    def is_use_to_be_noted(self, now: datetime) -> bool:
        """Tell whether the last use that was noted lies back far enough."""
        return self.last_used_at is None or self.last_used_at <= now - USE_NOTED_EVERY


@dataclass(frozen=True)
class Made:
    """What was made, with the secret that is shown once and never again."""

    id: int
    secret: str


@dataclass(frozen=True)
class Answer:
    """What became of one POST: a status and the beginning of the body, or else why there is none.

    `elapsed_ms` is the whole time that it took, in milliseconds.
    """

    elapsed_ms: int
    code: int | None = None
    body: str = ""
    error: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the receiver has it: any 2xx."""
        return self.code is not None and 200 <= self.code < 300
