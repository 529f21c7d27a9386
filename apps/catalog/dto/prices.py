"""Prices as plain values: over time, and as they are changed."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PriceChangeKind(TextChoices):
    """Why what staff ask for a pack changed."""

    SET = "set", _("set")
    SCHEDULED = "scheduled", _("scheduled, became due")
    BULK = "bulk", _("changed in bulk")
    IMPORT = "import", _("imported")
    UNDO = "undo", _("undone")


class PriceBatchKind(TextChoices):
    """Where the prices of a batch come from."""

    BULK = "bulk", _("changed in bulk")
    IMPORT = "import", _("from a file")


class PriceBatchState(TextChoices):
    """How far a batch of prices has come."""

    DRAFT = "draft", _("preview")
    APPLIED = "applied", _("carried out")
    UNDONE = "undone", _("undone")


class PriceTarget(TextChoices):
    """Which of a pack's two prices is changed."""

    REGULAR = "regular", _("the regular price")
    SALE = "sale", _("the price asked (sale)")


class PriceMove(TextChoices):
    """How a price is changed."""

    PERCENT = "percent", _("by percent")
    AMOUNT = "amount", _("by an amount")
    RESET = "reset", _("end the sale: back to the regular price")


class PriceRounding(TextChoices):
    """What a new price looks like on its tag."""

    NONE = "none", _("as it comes")
    WHOLE = "whole", _("whole")
    NINE = "nine", _("ending in 9")


class PriceProblem(TextChoices):
    """Why an operation gives a pack no price."""

    NOT_POSITIVE = "not_positive", _("zero or less")
    ABOVE_REGULAR = "above_regular", _("above the regular price")
    TOO_LARGE = "too_large", _("too large")


@dataclass(frozen=True)
class PriceSteps:
    """A price over time: `first` holds before `edges[0]`, `steps[i]` from `edges[i]` on.

    Edges rise, and each belongs to the price that begins there: every instant has one price.
    """

    first: Decimal
    edges: tuple[datetime, ...] = ()
    steps: tuple[Decimal, ...] = ()

    def at(self, now: datetime) -> Decimal:
        """Return the price that holds at that instant."""
        passed = bisect_right(self.edges, now)
        return self.steps[passed - 1] if passed else self.first


@dataclass(frozen=True)
class BasePrice:
    """What staff ask for a pack, regular or scheduled, before any promotion.

    `category_ids` are the product's category and all that it stands under.
    """

    variant_id: int
    product_id: int
    category_ids: tuple[int, ...]
    regular_price: Decimal
    steps: PriceSteps
    on_clearance: bool = False


@dataclass(frozen=True)
class AskedPrice:
    """What staff ask for a pack: `price` is at most the regular one that stands struck through."""

    price: Decimal
    regular_price: Decimal


@dataclass(frozen=True)
class PricePlan:
    """A price scheduled from an instant on, until another one or (None) for good."""

    id: int
    price: Decimal
    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True)
class PriceFilter:
    """Which packs a change in bulk means; empty means no limit.

    `category` is a slug and takes those under it along, `tag` a code; `search` looks into names and
    SKUs; the price range is that of the price asked.
    """

    category: str = ""
    tag: str = ""
    brand: str = ""
    search: str = ""
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    variant_ids: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it means the whole shop."""
        return self == PriceFilter()


@dataclass(frozen=True)
class PriceOperation:
    """What is done to each price: `amount` is signed, in percent or in money."""

    target: PriceTarget
    move: PriceMove
    amount: Decimal = Decimal(0)
    rounding: PriceRounding = PriceRounding.NONE


@dataclass(frozen=True)
class PackPrices:
    """What staff ask for a pack now, and the plans that will change it."""

    id: int
    sku: str
    asked: AskedPrice
    plans: tuple[PricePlan, ...] = ()


@dataclass(frozen=True)
class BatchUndone:
    """What came of an undo: packs whose price somebody had changed since were left as they are."""

    undone: int
    kept: tuple[str, ...]
