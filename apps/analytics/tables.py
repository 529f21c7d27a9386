"""Answers as tables: for a spreadsheet, and for the page beside each chart.

Numbers stay numbers and days stay days; a cell that has no value is empty.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from apps.analytics.dto import (
    Cohorts,
    Customers,
    Door,
    Funnel,
    IdleStock,
    OfferKind,
    Products,
    Promotions,
    Question,
    Sales,
    Stage,
    Stock,
    Waste,
)
from apps.core.sheets import Cell
from apps.inventory.dto import WasteReason


class Kind(StrEnum):
    """What a column holds, so that a page knows how to write it."""

    TEXT = "text"
    DAY = "day"
    MONTH = "month"
    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    NUMBER = "number"


@dataclass(frozen=True)
class Column:
    """A heading, and what stands under it; a secondary one is left out on a phone."""

    title: str
    kind: Kind
    is_secondary: bool = False


@dataclass(frozen=True)
class Table:
    """Columns and rows of as many cells."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]

    @property
    def heading(self) -> list[str]:
        """The columns' titles."""
        return [column.title for column in self.columns]


def table_of(question: Question, answer: Any) -> Table:
    """Return an answer as a table, in the reader's language."""
    return _TABLES[question](answer)


def waste_reason(code: str) -> str:
    """Return a reason's name; what was written off long ago has none."""
    return str(WasteReason(code).label) if code else _("no reason noted")


def door_name(door: str) -> str:
    """Return a door's name; no door is any of them."""
    return str(Door(door).label) if door else _("all doors")


def offer_name(kind: str, name: str) -> str:
    """Return how an offer is called."""
    return name or str(OfferKind(kind).label)


def _sales(answer: Sales) -> Table:
    columns = (
        Column(_("Beginning"), Kind.DAY), Column(_("Orders"), Kind.COUNT),
        Column(_("Orders delivered"), Kind.COUNT), Column(_("Revenue"), Kind.MONEY),
        Column(_("Average order"), Kind.MONEY, True), Column(_("Units"), Kind.COUNT, True),
        Column(_("Returned"), Kind.COUNT, True), Column(_("Cancelled"), Kind.COUNT, True),
        Column(_("Cancelled, %"), Kind.PERCENT, True),
    )  # fmt: skip
    rows = [
        (r.start, r.taken, r.delivered, r.revenue, r.average_order, r.units, r.returned, r.lost,
         r.lost_share)
        for r in answer.rows
    ]  # fmt: skip
    return Table(columns, rows)


def _products(answer: Products) -> Table:
    columns = (
        Column(_("SKU"), Kind.TEXT, True), Column(_("Product"), Kind.TEXT),
        Column(_("Units"), Kind.COUNT), Column(_("Orders"), Kind.COUNT, True),
        Column(_("Revenue"), Kind.MONEY), Column(_("Share, %"), Kind.PERCENT, True),
    )  # fmt: skip
    rows = [(r.sku, r.name, r.units, r.orders, r.revenue, r.share) for r in answer.rows]
    return Table(columns, rows)


def _idle(answer: IdleStock) -> Table:
    columns = (
        Column(_("SKU"), Kind.TEXT, True), Column(_("Product"), Kind.TEXT),
        Column(_("Units"), Kind.COUNT), Column(_("Money tied up"), Kind.MONEY),
        Column(_("Last sold on"), Kind.DAY, True),
    )  # fmt: skip
    rows = [(r.sku, r.name, r.units, r.tied_up, r.last_sold_on) for r in answer.rows]
    return Table(columns, rows)


def _stock(answer: Stock) -> Table:
    columns = (
        Column(_("SKU"), Kind.TEXT, True), Column(_("Product"), Kind.TEXT),
        Column(_("On hand"), Kind.COUNT, True), Column(_("Sold"), Kind.COUNT, True),
        Column(_("Cost of sales"), Kind.MONEY, True), Column(_("Average stock"), Kind.MONEY, True),
        Column(_("Stock at the end"), Kind.MONEY, True), Column(_("Turnover"), Kind.NUMBER),
        Column(_("Days in stock"), Kind.NUMBER, True), Column(_("Days of cover"), Kind.NUMBER),
        Column(_("Units without a cost"), Kind.COUNT, True),
    )  # fmt: skip
    rows = [
        (r.sku, r.name, r.on_hand, r.sold, r.cost_of_sales, r.average_value, r.value, r.turnover,
         r.days_in_stock, r.days_of_cover, r.uncosted)
        for r in answer.rows
    ]  # fmt: skip
    return Table(columns, rows)


def _waste(answer: Waste) -> Table:
    columns = (
        Column(_("Reason"), Kind.TEXT), Column(_("Units"), Kind.COUNT),
        Column(_("At cost"), Kind.MONEY), Column(_("Share, %"), Kind.PERCENT),
    )  # fmt: skip
    rows = [(waste_reason(r.reason), r.units, r.cost, r.share) for r in answer.rows]
    return Table(columns, rows)


def _promotions(answer: Promotions) -> Table:
    columns = (
        Column(_("Offer"), Kind.TEXT), Column(_("Kind"), Kind.TEXT, True),
        Column(_("Orders"), Kind.COUNT), Column(_("Revenue"), Kind.MONEY),
        Column(_("Average order"), Kind.MONEY, True), Column(_("Discount"), Kind.MONEY),
        Column(_("Discount, %"), Kind.PERCENT, True),
    )  # fmt: skip
    every = (*answer.rows, answer.with_offer, answer.without)
    rows = [
        (offer_name(r.kind, r.name), str(OfferKind(r.kind).label), r.orders, r.revenue,
         r.average_order, r.discount, r.discount_share)
        for r in every
    ]  # fmt: skip
    return Table(columns, rows)


def _customers(answer: Customers) -> Table:
    columns = (
        Column(_("Beginning"), Kind.DAY), Column(_("New customers"), Kind.COUNT),
        Column(_("Returning"), Kind.COUNT), Column(_("Returning, %"), Kind.PERCENT),
        Column(_("Orders"), Kind.COUNT, True),
    )  # fmt: skip
    rows = [(r.start, r.new, r.returning, r.returning_share, r.orders) for r in answer.rows]
    return Table(columns, rows)


def _cohorts(answer: Cohorts) -> Table:
    longest = max((len(r.active) for r in answer.rows), default=1)
    later = [
        Column(_("Month %(number)s, %%") % {"number": number}, Kind.PERCENT)
        for number in range(1, longest)
    ]
    rows = [
        (r.month, r.size, *r.retained[1:], *[None] * (longest - len(r.retained)))
        for r in answer.rows
    ]
    columns = (Column(_("First order in"), Kind.MONTH), Column(_("Customers"), Kind.COUNT), *later)
    return Table(columns, rows)


def _funnel(answer: Funnel) -> Table:
    stages = [
        Column(str(stage.label), Kind.COUNT, stage not in (Stage.STARTED, Stage.ORDERED))
        for stage in Stage
    ]
    rows = [(door_name(r.door), *r.counts, r.conversion) for r in (answer.total, *answer.doors)]
    columns = (Column(_("Door"), Kind.TEXT), *stages, Column(_("Conversion, %"), Kind.PERCENT))
    return Table(columns, rows)


_TABLES: dict[str, Callable[[Any], Table]] = {
    Question.SALES: _sales,
    Question.FUNNEL: _funnel,
    Question.PRODUCTS: _products,
    Question.IDLE: _idle,
    Question.PROMOTIONS: _promotions,
    Question.CUSTOMERS: _customers,
    Question.COHORTS: _cohorts,
    Question.STOCK: _stock,
    Question.WASTE: _waste,
}
