"""Plain values of the warehouse."""

from dataclasses import dataclass
from datetime import date

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
