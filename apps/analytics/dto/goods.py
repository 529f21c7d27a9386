"""What was sold, what lies there, what was thrown away. Sums are exact, shares are percents."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.analytics.dto.shares import percent, tenth
from apps.core.money import ZERO, rounded


@dataclass(frozen=True)
class SalesRow:
    """The sales of some days from `start` on. `revenue` is what was delivered less what came back.

    `lost` orders were cancelled or came back undelivered; `units` left with delivered orders.
    """

    start: date
    taken: int = 0
    delivered: int = 0
    delivered_total: Decimal = ZERO
    returned: int = 0
    returned_total: Decimal = ZERO
    lost: int = 0
    units: int = 0

    @property
    def revenue(self) -> Decimal:
        """What the shop earned, delivery fees included."""
        return self.delivered_total - self.returned_total

    @property
    def average_order(self) -> Decimal | None:
        """What a delivered order brought."""
        return rounded(self.delivered_total / self.delivered) if self.delivered else None

    @property
    def lost_share(self) -> Decimal | None:
        """Of the orders that ended in these days, how many percent ended without a sale."""
        return percent(self.lost, self.lost + self.delivered)


@dataclass(frozen=True)
class Sales:
    """Sales step by step, their sum, and the sum of the period before, as long as this one."""

    rows: tuple[SalesRow, ...]
    total: SalesRow
    previous: SalesRow


@dataclass(frozen=True)
class ProductRow:
    """What was sold of one pack; `share` is its percent of all goods sold."""

    sku: str
    name: str
    orders: int
    units: int
    revenue: Decimal
    share: Decimal | None


@dataclass(frozen=True)
class Products:
    """The packs that brought most, and the sums over all that were sold."""

    rows: tuple[ProductRow, ...]
    packs: int
    units: int
    revenue: Decimal


@dataclass(frozen=True)
class OfferRow:
    """Delivered orders that an offer took part in, and what it gave them.

    `kind` is that of OfferKind; `name` is the promotion's or the code itself, empty for the sums.
    """

    kind: str
    name: str = ""
    orders: int = 0
    revenue: Decimal = ZERO
    discount: Decimal = ZERO

    @property
    def average_order(self) -> Decimal | None:
        """What such an order brought."""
        return rounded(self.revenue / self.orders) if self.orders > 0 else None

    @property
    def discount_share(self) -> Decimal | None:
        """How many percent of the price without it were given away."""
        return percent(self.discount, self.revenue + self.discount)


@dataclass(frozen=True)
class Promotions:
    """The effect of each offer, that which sold most first; orders with any and those without."""

    rows: tuple[OfferRow, ...]
    with_offer: OfferRow
    without: OfferRow


@dataclass(frozen=True)
class IdleRow:
    """A pack in stock that nobody wanted; `tied_up` is what its units cost, where that is known."""

    sku: str
    name: str
    units: int
    tied_up: Decimal
    last_sold_on: date | None


@dataclass(frozen=True)
class IdleStock:
    """Packs that nobody wanted for `days`, the dearest first, and the sums over all of them."""

    days: int
    rows: tuple[IdleRow, ...]
    packs: int
    tied_up: Decimal


@dataclass(frozen=True)
class StockRow:
    """How one pack's stock turned over.

    `cost_of_sales` is what the units cost that left for customers, less those put back;
    `average_value` the stock's mean value over the period; `value` is that of its end. Units of
    lots without a cost count for nothing there; `uncosted` says how many are in stock now.
    """

    sku: str
    name: str
    on_hand: int
    sellable: int
    sold: int
    cost_of_sales: Decimal
    average_value: Decimal
    value: Decimal
    uncosted: int
    days: Decimal

    @property
    def turnover(self) -> Decimal | None:
        """How often the stock was sold and replaced: cost of sales ÷ average stock."""
        if self.average_value <= 0:
            return None
        return rounded(self.cost_of_sales / self.average_value)

    @property
    def days_in_stock(self) -> Decimal | None:
        """How many days goods lie before they are sold: average stock ÷ cost of sales × days."""
        if self.cost_of_sales <= 0:
            return None
        return tenth(self.average_value * self.days / self.cost_of_sales)

    @property
    def days_of_cover(self) -> Decimal | None:
        """For how many days the sellable units last if they go on selling as in this period."""
        if self.sold <= 0:
            return None
        return tenth(self.sellable * self.days / self.sold)


@dataclass(frozen=True)
class Stock:
    """Stock by pack, the most valuable first, and over all packs."""

    rows: tuple[StockRow, ...]
    total: StockRow
    packs: int


@dataclass(frozen=True)
class WasteRow:
    """What was written off for one reason; `share` is its percent of the cost of all waste.

    `reason` is a WasteReason, or empty for what was written off before they were noted.
    """

    reason: str
    units: int
    cost: Decimal
    share: Decimal | None


@dataclass(frozen=True)
class Waste:
    """Waste by reason, the dearest first. `of_sales` is its percent of the cost of sales."""

    rows: tuple[WasteRow, ...]
    units: int
    cost: Decimal
    cost_of_sales: Decimal

    @property
    def of_sales(self) -> Decimal | None:
        """How many percent of what was sold was thrown away beside it, at cost."""
        return percent(self.cost, self.cost_of_sales)
