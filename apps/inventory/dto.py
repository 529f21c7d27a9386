"""Plain values of the warehouse."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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


class WasteReason(TextChoices):
    """What made units unfit or took them away, for those who count losses."""

    EXPIRED = "expired", pgettext_lazy("waste", "expired")
    THAWED = "thawed", pgettext_lazy("waste", "thawed")
    DAMAGED = "damaged", pgettext_lazy("waste", "damaged")
    LOST = "lost", pgettext_lazy("waste", "lost")
    SAMPLE = "sample", pgettext_lazy("waste", "sample")
    RETURNED = "returned", pgettext_lazy("waste", "came back from an order")
    OTHER = "other", pgettext_lazy("waste", "other")


class DeliveryState(TextChoices):
    """How far a delivery note has come."""

    DRAFT = "draft", pgettext_lazy("delivery", "being received")
    BOOKED = "booked", pgettext_lazy("delivery", "booked")
    REFUSED = "refused", pgettext_lazy("delivery", "refused")


class LineOutcome(TextChoices):
    """What became of a line of a delivery note, or would if it were booked now."""

    RECEIVED = "received", pgettext_lazy("goods", "received")
    TOPPED_UP = "topped_up", pgettext_lazy("goods", "added to the lot")
    QUARANTINED = "quarantined", pgettext_lazy("goods", "quarantined")
    RETURNED = "returned", pgettext_lazy("goods", "goes back")

    @classmethod
    def on_the_shelf(cls) -> "tuple[LineOutcome, ...]":
        """Return the outcomes that leave units in the warehouse."""
        return (cls.RECEIVED, cls.TOPPED_UP, cls.QUARANTINED)


class StocktakeState(TextChoices):
    """How far a stocktake has come."""

    COUNTING = "counting", pgettext_lazy("stocktake", "being counted")
    CONFIRMED = "confirmed", pgettext_lazy("stocktake", "confirmed")
    CANCELLED = "cancelled", pgettext_lazy("stocktake", "cancelled")


class Uncounted(TextChoices):
    """What becomes of lots that nobody counted when a stocktake is confirmed."""

    KEEP = "keep", _("leave as they are")
    GONE = "gone", _("they are not there: set to 0")


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
    shelf: str = ""


@dataclass(frozen=True)
class Arrival:
    """Units of one lot that come in; `quarantine` says why they are put aside at once."""

    variant_id: int
    code: str
    made_on: date
    expires_on: date
    quantity: int
    supplier: str = ""
    cost: Decimal | None = None
    shelf: str = ""
    quarantine: str = ""


@dataclass(frozen=True)
class LineValues:
    """What a line of a delivery note says, as far as it is known; `cost` is of one unit."""

    code: str = ""
    made_on: date | None = None
    expires_on: date | None = None
    quantity: int = 0
    cost: Decimal | None = None
    temperature: Decimal | None = None
    shelf: str = ""


class RowState(TextChoices):
    """What an import would make of a row."""

    NEW = "new", pgettext_lazy("row", "new")
    KNOWN = "known", pgettext_lazy("row", "here already")
    WRONG = "wrong", pgettext_lazy("row", "can't be used")


@dataclass(frozen=True)
class RowReport:
    """What an import makes of one row of a table; `number` is the row's own in the file."""

    number: int
    state: RowState
    title: str
    detail: str = ""


@dataclass(frozen=True)
class StockCard:
    """How much of a variant there is, as a list of the warehouse shows it."""

    variant_id: int
    sku: str
    name: str
    available: int
    low_threshold: int


@dataclass(frozen=True)
class StockFacts:
    """What there is of a variant; `expires_on` is the date of what can be sold and ends first."""

    variant_id: int
    on_hand: int
    blocked: int
    reserved: int
    available: int
    expires_on: date | None


@dataclass(frozen=True)
class LeavingLot:
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
