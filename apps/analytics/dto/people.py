"""Who came, who ordered, who came again. Shares are percents."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.analytics.dto.shares import percent


@dataclass(frozen=True)
class CustomersRow:
    """Customers who ordered in some days from `start` on: for the first time, or again."""

    start: date
    new: int = 0
    returning: int = 0
    orders: int = 0

    @property
    def returning_share(self) -> Decimal | None:
        """How many percent had ordered before."""
        return percent(self.returning, self.new + self.returning)


@dataclass(frozen=True)
class Cohort:
    """Customers whose first order was in one month, and how many ordered in each month since.

    `active` begins with that month itself, so its first number is `size`.
    """

    month: date
    active: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many customers there are."""
        return self.active[0]

    @property
    def retained(self) -> tuple[Decimal | None, ...]:
        """The percent that ordered in each month since."""
        return tuple(percent(count, self.size) for count in self.active)


@dataclass(frozen=True)
class Customers:
    """New and returning customers step by step, and over the whole period."""

    rows: tuple[CustomersRow, ...]
    total: CustomersRow


@dataclass(frozen=True)
class Cohorts:
    """The customers of each month of a year, the oldest first: the triangle of who stays."""

    rows: tuple[Cohort, ...]


@dataclass(frozen=True)
class FunnelRow:
    """How many visits through a door reached each stage; a visit is a customer's day.

    An empty `door` is any: who comes through two doors on one day makes one visit there.
    """

    door: str
    counts: tuple[int, ...]

    @property
    def conversions(self) -> tuple[Decimal | None, ...]:
        """The percent of the visits at the stage before that went on; the first has none."""
        steps = zip(self.counts, self.counts[1:], strict=False)
        return (None, *(percent(reached, before) for before, reached in steps))

    @property
    def conversion(self) -> Decimal | None:
        """The percent of all visits that ended with an order."""
        return percent(self.counts[-1], self.counts[0])


@dataclass(frozen=True)
class Funnel:
    """The way from visit to order, over all doors and through each of them."""

    total: FunnelRow
    doors: tuple[FunnelRow, ...]
