"""Answers as tables: for a spreadsheet, and for whoever can't see a chart.

Numbers stay numbers and days stay days; a cell that has no value is empty.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from apps.analytics.selectors.customers import COHORTS
from apps.core.sheets import Cell
from apps.inventory.dto import WasteReason


@dataclass(frozen=True)
class Table:
    """A heading and rows of as many cells."""

    heading: Sequence[str]
    rows: Sequence[Sequence[Cell]]


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
    heading = (_("From"), _("Orders"), _("Delivered"), _("Revenue"), _("Average order"),
               _("Units"), _("Returned"), _("Cancelled"), _("Cancelled, %"))  # fmt: skip
    rows = [
        (r.start, r.taken, r.delivered, r.revenue, r.average_order, r.units, r.returned, r.lost,
         r.lost_share)
        for r in answer.rows
    ]  # fmt: skip
    return Table(heading, rows)


def _products(answer: Products) -> Table:
    heading = (_("SKU"), _("Product"), _("Units"), _("Orders"), _("Revenue"), _("Share, %"))
    rows = [(r.sku, r.name, r.units, r.orders, r.revenue, r.share) for r in answer.rows]
    return Table(heading, rows)


def _idle(answer: IdleStock) -> Table:
    heading = (_("SKU"), _("Product"), _("Units"), _("Money tied up"), _("Last sold on"))
    rows = [(r.sku, r.name, r.units, r.tied_up, r.last_sold_on) for r in answer.rows]
    return Table(heading, rows)


def _stock(answer: Stock) -> Table:
    heading = (_("SKU"), _("Product"), _("On hand"), _("Sold"), _("Cost of sales"),
               _("Average stock"), _("Stock at the end"), _("Turnover"), _("Days in stock"),
               _("Days of cover"), _("Units without a cost"))  # fmt: skip
    rows = [
        (r.sku, r.name, r.on_hand, r.sold, r.cost_of_sales, r.average_value, r.value, r.turnover,
         r.days_in_stock, r.days_of_cover, r.uncosted)
        for r in answer.rows
    ]  # fmt: skip
    return Table(heading, rows)


def _waste(answer: Waste) -> Table:
    heading = (_("Reason"), _("Units"), _("Cost"), _("Share, %"))
    rows = [(waste_reason(r.reason), r.units, r.cost, r.share) for r in answer.rows]
    return Table(heading, rows)


def _promotions(answer: Promotions) -> Table:
    heading = (_("Offer"), _("Kind"), _("Orders"), _("Revenue"), _("Average order"),
               _("Discount"), _("Discount, %"))  # fmt: skip
    every = (*answer.rows, answer.with_offer, answer.without)
    rows = [
        (offer_name(r.kind, r.name), str(OfferKind(r.kind).label), r.orders, r.revenue,
         r.average_order, r.discount, r.discount_share)
        for r in every
    ]  # fmt: skip
    return Table(heading, rows)


def _customers(answer: Customers) -> Table:
    heading = (_("From"), _("New"), _("Returning"), _("Returning, %"), _("Orders"))
    rows = [(r.start, r.new, r.returning, r.returning_share, r.orders) for r in answer.rows]
    return Table(heading, rows)


def _cohorts(answer: Cohorts) -> Table:
    later = [_("Month %(number)s, %%") % {"number": number} for number in range(1, COHORTS)]
    rows = [
        (r.month, r.size, *r.retained[1:], *[None] * (COHORTS - len(r.retained)))
        for r in answer.rows
    ]
    return Table((_("First order in"), _("Customers"), *later), rows)


def _funnel(answer: Funnel) -> Table:
    stages = [str(stage.label) for stage in Stage]
    rows = [(door_name(r.door), *r.counts, r.conversion) for r in (answer.total, *answer.doors)]
    return Table((_("Door"), *stages, _("Conversion, %")), rows)


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
