"""Plain values of the cart, in the reader's language."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from apps.delivery.dto import ZoneCard


class WarningCode(StrEnum):
    """What changed since a line was put into the cart."""

    PRICE_UP = "price_up"
    PRICE_DOWN = "price_down"
    LESS_STOCK = "less_stock"
    SOLD_OUT = "sold_out"
    OVER_MAXIMUM = "over_maximum"
    GONE = "gone"


# The checkout refuses these; a new price is shown, and guarded by the total that was agreed to.
BLOCKING = frozenset(
    {WarningCode.LESS_STOCK, WarningCode.SOLD_OUT, WarningCode.OVER_MAXIMUM, WarningCode.GONE}
)


@dataclass(frozen=True)
class CartWarning:
    """One thing that changed: `code` for a program, `text` for a person."""

    code: str
    text: str


@dataclass(frozen=True)
class CartLine:
    """So many of one variant at its present price; a variant that is gone costs nothing."""

    item_id: int
    public_id: UUID
    variant_id: int
    sku: str
    name: str
    name_ru: str
    name_en: str
    product_id: int
    product_slug: str
    pack_weight_g: int
    box_volume_ml: int
    small_image: str
    quantity: int
    unit_price: Decimal
    regular_price: Decimal
    seen_price: Decimal
    total: Decimal
    available: int
    max_per_order: int
    warnings: tuple[CartWarning, ...] = ()
    # Set where the pack is on clearance.
    best_before: date | None = None

    @property
    def is_blocked(self) -> bool:
        """Whether the checkout would refuse this line as it stands."""
        return any(warning.code in BLOCKING for warning in self.warnings)

    @property
    def limit(self) -> int:
        """The most units of this that one order can get now."""
        return max(0, min(self.available, self.max_per_order))


@dataclass(frozen=True)
class CartView:
    """A cart at one instant; `version` is 0 until something was put in for the first time.

    `count` counts units, `savings` is what the goods cost less than regularly, and `warnings`
    has the lines' warnings with the names of what they are about.
    """

    version: int
    lines: tuple[CartLine, ...]
    items_total: Decimal
    savings: Decimal
    count: int
    warnings: tuple[CartWarning, ...]
    can_check_out: bool


@dataclass(frozen=True)
class Quote:
    """What the cart costs when it is brought or fetched.

    `missing_for_free` is None where no sum makes delivery free or it already is.
    """

    cart: CartView
    delivery_fee: Decimal
    total: Decimal
    minimum_total: Decimal
    missing_for_minimum: Decimal
    missing_for_free: Decimal | None
    zone: ZoneCard | None = None


@dataclass(frozen=True)
class Refill:
    """The cart after goods were put back into it, and what could not be had as before."""

    cart: CartView
    changes: tuple[CartWarning, ...]
