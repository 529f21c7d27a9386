"""Plain values of the warehouse."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LotStatus(TextChoices):
    """Whether a lot may be sold."""

    OK = "ok", _("good")
    QUARANTINED = "quarantined", _("quarantined")
    RECALLED = "recalled", _("recalled")


class MovementKind(TextChoices):
    """Why a number of units changed."""

    RECEIVE = "receive", _("received")
    PICK = "pick", _("picked")
    RETURN = "return", _("returned")
    WASTE = "waste", _("written off")
    ADJUST = "adjust", _("adjusted")
    QUARANTINE = "quarantine", _("quarantine")


class ReservationState(TextChoices):
    """How far a promise to an order has come."""

    HELD = "held", _("held")
    COMMITTED = "committed", _("committed")
    CONSUMED = "consumed", _("consumed")
    RELEASED = "released", _("released")


class Unusable(TextChoices):
    """Why units of a lot can't be taken."""

    UNKNOWN = "unknown", _("there is no such lot")
    WRONG_VARIANT = "wrong_variant", _("it is another pack")
    BLOCKED = "blocked", _("it is blocked")
    EXPIRED = "expired", _("it is past its date")
    TOO_FEW = "too_few", _("it does not hold so many")


@dataclass(frozen=True)
class Demand:
    """Units of a variant that an order line asks for."""

    order_line_id: int
    variant_id: int
    quantity: int


@dataclass(frozen=True)
class LotPick:
    """Units taken out of one lot for an order line."""

    order_line_id: int
    lot_id: int
    quantity: int


@dataclass(frozen=True)
class LotSuggestion:
    """A lot to pick from, in FEFO order."""

    lot_id: int
    code: str
    expires_on: date
    quantity: int


@dataclass(frozen=True)
class StockCard:
    """How much of a variant there is, as a list of the warehouse shows it."""

    variant_id: int
    sku: str
    name: str
    available: int
    low_threshold: int


@dataclass(frozen=True)
class LotCard:
    """A lot by the time that is left to sell it; `free` units are needed by no promise."""

    lot_id: int
    code: str
    variant_id: int
    expires_on: date
    sell_by: date
    days_left: int
    remaining: int
    free: int
    cost: Decimal | None
    is_on_sale: bool
    is_clearance: bool


@dataclass(frozen=True)
class Cleared:
    """Units that went to a lot on clearance, or came back from it."""

    lot_id: int
    variant_id: int
    quantity: int


@dataclass(frozen=True)
class ShortLine:
    """Units that were promised to an order line and then lost, not told to its order yet."""

    order_id: int
    order_line_id: int
    missing: int
