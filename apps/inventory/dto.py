"""Plain values of the warehouse."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.core.models import in_language


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
    RECALLED = "recalled", _("it is recalled")
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
class ShortLine:
    """Units that were promised to an order line and then lost, not told to its order yet."""

    order_id: int
    order_line_id: int
    missing: int


@dataclass(frozen=True)
class LotCard:
    """A lot as labels, pickers and recalls know it; `label` is what its barcode says."""

    id: int
    code: str
    label: str
    variant_id: int
    sku: str
    name_ru: str
    name_en: str
    pack_weight_g: int
    storage_class: str
    made_on: date
    expires_on: date
    remaining: int
    in_hand: int
    status: str
    supplier: str

    @property
    def name(self) -> str:
        """The product's name in the reader's language."""
        return in_language(self, "name")
