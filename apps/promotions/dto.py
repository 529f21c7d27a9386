"""Plain values of promotions: what the price engine reads, and what it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.money import ZERO


class Scope(TextChoices):
    """What an offer is about."""

    PRODUCT = "product", _("certain products")
    CATEGORY = "category", _("whole categories")
    CART = "cart", _("the whole cart")
    DELIVERY = "delivery", _("the delivery")


class Reward(TextChoices):
    """What an offer gives."""

    PERCENT = "percent", _("percent off")
    AMOUNT = "amount", _("amount off")
    FIXED_PRICE = "fixed_price", _("fixed price")
    N_FOR_M = "n_for_m", _("several for the price of fewer")
    GIFT = "gift", _("a gift")
    FREE = "free", _("free of charge")


class OfferState(TextChoices):
    """Where an offer stands at an instant."""

    RUNNING = "running", pgettext_lazy("offer", "running")
    PLANNED = "planned", pgettext_lazy("offer", "planned")
    OVER = "over", pgettext_lazy("offer", "over")
    STOPPED = "stopped", pgettext_lazy("offer", "switched off")
    USED_UP = "used_up", pgettext_lazy("offer", "used up")


class OfferKind(StrEnum):
    """Whether an offer holds for everybody, or for those who know its code."""

    PROMOTION = "promotion"
    CODE = "code"


# Rewards that change what one unit costs; without conditions they are published in the catalogue.
UNIT_REWARDS = frozenset({Reward.PERCENT, Reward.AMOUNT, Reward.FIXED_PRICE})
GOODS_SCOPES = frozenset({Scope.PRODUCT, Scope.CATEGORY})
# A fixed price for a whole cart, or a free cart, means nothing.
REWARDS_OF: Mapping[str, frozenset[Reward]] = {
    Scope.PRODUCT: UNIT_REWARDS | {Reward.N_FOR_M, Reward.GIFT},
    Scope.CATEGORY: UNIT_REWARDS | {Reward.N_FOR_M, Reward.GIFT},
    Scope.CART: frozenset({Reward.PERCENT, Reward.AMOUNT, Reward.GIFT}),
    Scope.DELIVERY: UNIT_REWARDS | {Reward.FREE},
}

# An offer's kind and id: promotions and codes are rows of two tables.
OfferKey = tuple[str, int]


@dataclass(frozen=True)
class Offer:
    """A promotion or a promo code as the engine reads it; the price engine's whole input of rules.

    `value` is percent, a sum, or a price, as the reward says; `buy` for the price of `pay`. It
    holds from `starts_at` until before `ends_at`. `left` is what its budget still has.
    """

    kind: OfferKind
    id: int
    scope: str
    reward: str
    name_ru: str
    name_en: str
    starts_at: datetime
    ends_at: datetime | None = None
    value: Decimal = ZERO
    buy: int = 0
    pay: int = 0
    gift_variant_id: int | None = None
    gift_quantity: int = 1
    product_ids: frozenset[int] = frozenset()
    category_ids: frozenset[int] = frozenset()
    priority: int = 0
    is_stackable: bool = False
    first_order_only: bool = False
    minimum_total: Decimal = ZERO
    left: Decimal | None = None

    @property
    def key(self) -> OfferKey:
        """What tells it from every other offer."""
        return self.kind.value, self.id

    @property
    def rank(self) -> tuple[int, str, int]:
        """The order in which offers take their turn: priority first, then the older one."""
        return -self.priority, "" if self.kind == OfferKind.PROMOTION else "code", self.id

    @property
    def is_listed(self) -> bool:
        """Whether it changes the price that the catalogue shows to everybody."""
        return (
            self.kind == OfferKind.PROMOTION
            and self.scope in GOODS_SCOPES
            and self.reward in UNIT_REWARDS
            and not self.first_order_only
            and self.minimum_total <= 0
        )

    def holds(self, moment: datetime) -> bool:
        """Tell whether it is valid at an instant: its first one is, its last one is not."""
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)

    def is_about(self, product_id: int, category_ids: Sequence[int]) -> bool:
        """Tell whether a product, with its category and all above, is what it is about."""
        if self.scope == Scope.CART:
            return True
        if self.scope == Scope.PRODUCT:
            return product_id in self.product_ids
        return self.scope == Scope.CATEGORY and not self.category_ids.isdisjoint(category_ids)

    def exceeds_budget(self, amount: Decimal) -> bool:
        """Tell whether so much is more than its budget still has."""
        return self.left is not None and amount > self.left


@dataclass(frozen=True)
class BasketLine:
    """So many units of one pack.

    `base_price` is what staff ask for it, regular or scheduled; `list_price` what the catalogue
    shows (None: what the offers make of the base price). `category_ids` as in `BasePrice`.
    No offer is about a pack `on_clearance`: its markdown is the offer; it counts for thresholds.
    """

    variant_id: int
    product_id: int
    category_ids: tuple[int, ...]
    quantity: int
    regular_price: Decimal
    base_price: Decimal
    list_price: Decimal | None = None
    on_clearance: bool = False

    def is_meant_by(self, offer: Offer) -> bool:
        """Tell whether an offer is about this line's goods."""
        return not self.on_clearance and offer.is_about(self.product_id, self.category_ids)


@dataclass(frozen=True)
class Shelf:
    """A pack that may be given away: what it costs, and how many could be promised to somebody."""

    price: Decimal
    available: int


@dataclass(frozen=True)
class Basket:
    """What is priced: goods, what gifts there are, and whether it is their buyer's first order."""

    lines: tuple[BasketLine, ...]
    gifts: Mapping[int, Shelf] = field(default_factory=dict)
    is_first_order: bool = False


@dataclass(frozen=True)
class Step:
    """What one offer took off, in plain data: `texts.explain` says it to a person.

    `shares` has the part of each line, by variant; a gift's `amount` is what it is worth.
    """

    kind: str
    id: int
    name_ru: str
    name_en: str
    scope: str
    reward: str
    amount: Decimal
    value: Decimal = ZERO
    buy: int = 0
    pay: int = 0
    shares: Mapping[int, Decimal] = field(default_factory=dict)

    @property
    def key(self) -> OfferKey:
        """The offer that it is of."""
        return self.kind, self.id

    def as_json(self) -> dict[str, Any]:
        """Return what a placed order keeps of it; sums are texts, as JSON has no decimals."""
        plain = {name: value for name, value in vars(self).items() if name != "shares"}
        return plain | {"amount": str(self.amount), "value": str(self.value)}


def step_from(kept: Mapping[str, Any]) -> Step:
    """Return the step that a placed order kept as JSON."""
    sums = {name: Decimal(kept[name]) for name in ("amount", "value")}
    return Step(**(dict(kept) | sums))


@dataclass(frozen=True)
class PricedLine:
    """A line after the engine: `unit_price × quantity − discount` is what is paid for it.

    `unit_steps` explain the unit price (their amounts are for the whole line); `discount` is the
    line's share of everything that was taken off beside it.
    """

    line: BasketLine
    unit_price: Decimal
    unit_steps: tuple[Step, ...]
    discount: Decimal

    @property
    def total(self) -> Decimal:
        """What the units cost before the discount."""
        return self.unit_price * self.line.quantity

    @property
    def to_pay(self) -> Decimal:
        """What is really paid for the line."""
        return self.total - self.discount


@dataclass(frozen=True)
class PricedGift:
    """Units that come along for nothing; `price` is what one of them costs otherwise."""

    variant_id: int
    quantity: int
    price: Decimal
    step: Step


class CodeState(StrEnum):
    """How a promo code stands: the engine's own answers first, then why it is not even asked."""

    APPLIED = "applied"
    AT_DELIVERY = "at_delivery"
    BELOW_MINIMUM = "below_minimum"
    NOT_FIRST_ORDER = "not_first_order"
    NOTHING_FITS = "nothing_fits"
    GIFT_GONE = "gift_gone"
    STOPPED = "stopped"
    NOT_STARTED = "not_started"
    EXPIRED = "expired"
    USED_UP = "used_up"
    USED_BY_YOU = "used_by_you"


@dataclass(frozen=True)
class Chance:
    """An offer that is so much away: goods for `missing` more, and it gives."""

    offer: Offer
    missing: Decimal


@dataclass(frozen=True)
class Priced:
    """A basket after the engine. Lines are in the order of their variants.

    `list_total` is what the goods cost at the catalogue's prices: least totals are held against
    it. `delivery_offers` are those whose conditions the basket fulfils, for `price_delivery`.
    """

    lines: tuple[PricedLine, ...]
    steps: tuple[Step, ...]
    gifts: tuple[PricedGift, ...]
    list_total: Decimal
    delivery_offers: tuple[Offer, ...] = ()
    chances: tuple[Chance, ...] = ()
    code: CodeState | None = None
    code_missing: Decimal = ZERO

    @property
    def items_total(self) -> Decimal:
        """What the goods cost at their unit prices."""
        return sum((line.total for line in self.lines), ZERO)

    @property
    def discount(self) -> Decimal:
        """What is taken off beside the unit prices."""
        return sum((line.discount for line in self.lines), ZERO)

    @property
    def total(self) -> Decimal:
        """What is paid for the goods."""
        return self.items_total - self.discount

    @property
    def savings(self) -> Decimal:
        """What the goods cost less than regularly."""
        regular = (line.line.regular_price * line.line.quantity for line in self.lines)
        return sum(regular, ZERO) - self.total

    def given(self) -> dict[OfferKey, Decimal]:
        """Return what each offer gave in all, gifts at their price."""
        sums: dict[OfferKey, Decimal] = {}
        unit_steps = (step for line in self.lines for step in line.unit_steps)
        for step in (*unit_steps, *self.steps, *(gift.step for gift in self.gifts)):
            sums[step.key] = sums.get(step.key, ZERO) + step.amount
        return sums


@dataclass(frozen=True)
class PricedFee:
    """What bringing costs: the zone's own fee, and what is left of it."""

    full: Decimal
    fee: Decimal
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class CodeCheck:
    """A promo code as somebody may use it at an instant: `refusal` says why not, if not."""

    id: int
    code: str
    offer: Offer
    refusal: CodeState | None = None


@dataclass(frozen=True)
class Use:
    """An offer that an order is about to use, and for how much."""

    kind: str
    id: int
    amount: Decimal


@dataclass(frozen=True)
class Sample:
    """A real basket to try an offer on: `names` by variant, `fee` by what the goods are worth."""

    title: str
    basket: Basket
    names: Mapping[int, str]
    fee: Callable[[Decimal], Decimal]


@dataclass(frozen=True)
class Bill:
    """Goods and delivery of a basket under one set of offers."""

    goods: Priced
    fee: PricedFee

    @property
    def total(self) -> Decimal:
        """What is paid in all."""
        return self.goods.total + self.fee.fee


@dataclass(frozen=True)
class Trial:
    """A real basket, priced without an offer and with it."""

    sample: Sample
    before: Bill
    after: Bill

    @property
    def saved(self) -> Decimal:
        """What the offer takes off this basket, delivery included."""
        return self.before.total - self.after.total
