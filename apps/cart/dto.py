"""Plain values of the cart, in the reader's language."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from apps.catalog.dto import SoldBy, Weighed
from apps.core.money import ZERO, per_kilogram
from apps.delivery.dto import SlotCard, ZoneCard
from apps.promotions.dto import CodeState, Priced, PricedFee, Use

# A cart without goods, priced.
NOTHING = Priced(lines=(), steps=(), gifts=(), list_total=ZERO)


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
class Saving:
    """What one offer took off: `text` names it and says how."""

    kind: str
    text: str
    amount: Decimal


@dataclass(frozen=True)
class GiftCard(Weighed):
    """Units that come along for nothing; `price` is what one of them costs otherwise."""

    variant_id: int
    sku: str
    name: str
    name_ru: str
    name_en: str
    product_slug: str
    pack_weight_g: int
    box_volume_ml: int
    small_image: str
    quantity: int
    price: Decimal
    text: str
    sold_by: str = SoldBy.UNIT


@dataclass(frozen=True)
class CodeCard:
    """The promo code in a cart: `state` for a program, `text` for a person."""

    code: str
    state: CodeState
    text: str
    amount: Decimal

    @property
    def is_applied(self) -> bool:
        """Whether it gives something, or will once it is known where the goods go."""
        return self.state in {CodeState.APPLIED, CodeState.AT_DELIVERY}


@dataclass(frozen=True)
class CartLine(Weighed):
    """So many of one variant at its present price; a variant that is gone costs nothing.

    `list_price` is what the catalogue shows, `unit_price` at most that. `discount` is the line's
    share of what is taken off beside the prices, and `offers` says what made both.
    """

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
    list_price: Decimal = ZERO
    discount: Decimal = ZERO
    offers: tuple[str, ...] = ()
    # Set where the pack is on clearance.
    best_before: date | None = None
    sold_by: str = SoldBy.UNIT

    @property
    def kilogram_price(self) -> Decimal | None:
        """What a kilogram costs; None unless it is sold by weight."""
        return per_kilogram(self.unit_price, self.pack_weight_g) if self.is_weighed else None

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

    `items_total` is the sum of the lines, `discount` what offers take off it, `total` what is
    paid for the goods. `count` counts units, `savings` is what the goods cost less than regularly,
    and `warnings` has the lines' warnings with the names of what they are about. `chance` says
    what a few goods more would bring; `priced` is the engine's own answer.
    """

    version: int
    lines: tuple[CartLine, ...]
    items_total: Decimal
    savings: Decimal
    count: int
    warnings: tuple[CartWarning, ...]
    can_check_out: bool
    discount: Decimal = ZERO
    offers: tuple[Saving, ...] = ()
    gifts: tuple[GiftCard, ...] = ()
    code: CodeCard | None = None
    chance: str = ""
    priced: Priced = NOTHING

    @property
    def total(self) -> Decimal:
        """What is paid for the goods."""
        return self.items_total - self.discount

    @property
    def is_estimate(self) -> bool:
        """Whether the sums are the most they can be: some goods are still to be weighed."""
        return any(line.is_weighed for line in self.lines)


@dataclass(frozen=True)
class Quote:
    """What the cart costs when it is brought or fetched.

    Least sums are held against the goods at the catalogue's prices, so that no promo code takes a
    free delivery away. `missing_for_free` is None where no sum makes delivery free or it already
    is; `missing_for_less` brings the fee down to `less_fee`, where a step does. `fee_text` says why
    the fee is what it is, where there is something to say. `code` is the cart's, as it stands now
    that the place is known.
    """

    cart: CartView
    fee: PricedFee
    minimum_total: Decimal
    missing_for_minimum: Decimal
    missing_for_free: Decimal | None
    zone: ZoneCard | None = None
    delivery_offers: tuple[Saving, ...] = ()
    code: CodeCard | None = None
    missing_for_less: Decimal | None = None
    less_fee: Decimal | None = None
    fee_reason: str = ""
    fee_text: str = ""
    next_slots: tuple[SlotCard, ...] = ()

    @property
    def delivery_fee(self) -> Decimal:
        """What bringing costs after its promotions."""
        return self.fee.fee

    @property
    def total(self) -> Decimal:
        """What is paid in all."""
        return self.cart.total + self.delivery_fee

    @property
    def savings(self) -> Decimal:
        """What one pays less than regularly, for goods and delivery."""
        return self.cart.savings + self.fee.full - self.fee.fee

    def uses(self) -> tuple[Use, ...]:
        """Return what an order of this would use of each offer."""
        given = self.cart.priced.given() | {step.key: step.amount for step in self.fee.steps}
        return tuple(Use(kind, pk, amount) for (kind, pk), amount in sorted(given.items()))


@dataclass(frozen=True)
class Refill:
    """The cart after goods were put back into it, and what could not be had as before."""

    cart: CartView
    changes: tuple[CartWarning, ...]
