"""The few numbers above each chart, in words and colours of the page."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import localize
from django.utils.translation import gettext as _

from apps.analytics.dto import (
    Customers,
    Funnel,
    IdleStock,
    Products,
    Promotions,
    Question,
    Sales,
    Stock,
    Waste,
    tenth,
)
from apps.core.admin import money

_NOTHING = "—"


@dataclass(frozen=True)
class Figure:
    """A number, what it is, and how it compares; `tone` is success, danger or nothing."""

    label: str
    value: str
    note: str = ""
    tone: str = ""


def figures_of(question: Question, answer: Any) -> list[Figure]:
    """Return the numbers that sum an answer up."""
    made = _FIGURES.get(question)
    return made(answer) if made else []


def share(value: Decimal | None) -> str:
    """Return percents as a person reads them."""
    return _NOTHING if value is None else f"{localize(value)}\u00a0%"


def count(value: int) -> str:
    """Return a number of things as a person reads it."""
    return localize(value, use_l10n=True)


def number(value: Decimal | None) -> str:
    """Return a number that is neither money nor a share."""
    return _NOTHING if value is None else localize(value)


def _sales(answer: Sales) -> list[Figure]:
    now, then = answer.total, answer.previous
    return [
        _compared(_("Revenue"), money(now.revenue), now.revenue, then.revenue),
        _compared(_("Orders"), count(now.taken), now.taken, then.taken),
        _compared(_("Average order"), money(now.average_order), now.average_order,
                  then.average_order),
        _compared(_("Units delivered"), count(now.units), now.units, then.units),
        Figure(_("Cancelled"), share(now.lost_share),
               _("before: %(value)s") % {"value": share(then.lost_share)}),
    ]  # fmt: skip


def _funnel(answer: Funnel) -> list[Figure]:
    total = answer.total
    return [
        Figure(_("Visits"), count(total.counts[0])),
        Figure(_("Orders"), count(total.counts[-1])),
        Figure(_("Conversion"), share(total.conversion)),
    ]


def _products(answer: Products) -> list[Figure]:
    return [
        Figure(_("Revenue from goods"), money(answer.revenue)),
        Figure(_("Units"), count(answer.units)),
        Figure(_("Different packs"), count(answer.packs)),
    ]


def _idle(answer: IdleStock) -> list[Figure]:
    return [
        Figure(_("Money tied up"), money(answer.tied_up), tone="danger" if answer.tied_up else ""),
        Figure(_("Different packs"), count(answer.packs)),
    ]


def _promotions(answer: Promotions) -> list[Figure]:
    some, none = answer.with_offer, answer.without
    beside = _("without an offer: %(value)s")
    return [
        Figure(_("Orders with an offer"), count(some.orders),
               beside % {"value": count(none.orders)}),
        Figure(_("Revenue of these"), money(some.revenue), beside % {"value": money(none.revenue)}),
        Figure(_("Average order"), money(some.average_order),
               beside % {"value": money(none.average_order)}),
        Figure(_("Given away"), money(some.discount), share(some.discount_share)),
    ]  # fmt: skip


def _customers(answer: Customers) -> list[Figure]:
    total = answer.total
    return [
        Figure(_("New"), count(total.new)),
        Figure(_("Returning"), count(total.returning)),
        Figure(_("Share of returning ones"), share(total.returning_share)),
    ]


def _stock(answer: Stock) -> list[Figure]:
    total = answer.total
    return [
        Figure(_("Stock at the end"), money(total.value),
               _("on average: %(value)s") % {"value": money(total.average_value)}),
        Figure(_("Cost of sales"), money(total.cost_of_sales)),
        Figure(_("Turnover"), number(total.turnover)),
        Figure(_("Days in stock"), number(total.days_in_stock)),
        Figure(_("Units without a cost"), count(total.uncosted),
               tone="danger" if total.uncosted else ""),
    ]  # fmt: skip


def _waste(answer: Waste) -> list[Figure]:
    return [
        Figure(_("Cost"), money(answer.cost)),
        Figure(_("Units"), count(answer.units)),
        Figure(_("Of the cost of sales"), share(answer.of_sales)),
    ]


def _compared(
    label: str, shown: str, now: Decimal | int | None, then: Decimal | int | None
) -> Figure:
    """Return a number and by how many percent it differs from that of the period before."""
    if now is None or not then or then < 0:
        return Figure(label, shown)
    change = tenth((Decimal(now) - Decimal(then)) * 100 / Decimal(then))
    tone = "success" if change > 0 else "danger" if change < 0 else ""
    sign = "+" if change > 0 else ""
    return Figure(label, shown, _("%(change)s to before") % {"change": f"{sign}{share(change)}"},
                  tone)  # fmt: skip


_FIGURES: dict[str, Callable[[Any], list[Figure]]] = {
    Question.SALES: _sales,
    Question.FUNNEL: _funnel,
    Question.PRODUCTS: _products,
    Question.IDLE: _idle,
    Question.PROMOTIONS: _promotions,
    Question.CUSTOMERS: _customers,
    Question.STOCK: _stock,
    Question.WASTE: _waste,
}
