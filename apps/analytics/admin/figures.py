"""The few numbers above each chart, in words and colours of the page."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.numbers import format_decimal
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.analytics.dto import (
    Customers,
    Funnel,
    IdleStock,
    Products,
    Promotions,
    Question,
    Sales,
    Stage,
    Stock,
    Waste,
    tenth,
)
from apps.core.admin import money

_NOTHING = "—"
_LARGE = 10_000
# Beyond it percents say nothing any more: there was hardly anything before.
_MOST_CHANGE = 999


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


def number(value: Decimal | int | None) -> str:
    """Return a number as a person in the current language writes it, a dash for none."""
    if value is None:
        return _NOTHING
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    return format_decimal(value, locale=language)


def share(value: Decimal | None) -> str:
    """Return percents as a person reads them."""
    return _NOTHING if value is None else f"{number(value)}\u00a0%"


def amount(value: Decimal) -> str:
    """Return a sum at a glance: a large one without its cents, which stand in the table."""
    return money(value.quantize(Decimal(1), ROUND_HALF_UP) if abs(value) >= _LARGE else value)


def _sales(answer: Sales) -> list[Figure]:
    now, then = answer.total, answer.previous
    return [
        _compared(_("Revenue"), amount(now.revenue), now.revenue, then.revenue),
        _compared(_("Orders"), number(now.taken), now.taken, then.taken),
        _compared(_("Average order"), money(now.average_order), now.average_order,
                  then.average_order),
        _compared(_("Units delivered"), number(now.units), now.units, then.units),
        Figure(_("Cancelled"), share(now.lost_share),
               _("before: %(value)s") % {"value": share(then.lost_share)}),
    ]  # fmt: skip


def _funnel(answer: Funnel) -> list[Figure]:
    total, before = answer.total, _("%(share)s of those before")
    went_on = zip(list(Stage)[1:], total.counts[1:], total.conversions[1:], strict=True)
    return [
        Figure(_("Visits"), number(total.counts[0])),
        *(
            Figure(_capital(stage.label), number(visits), before % {"share": share(kept)})
            for stage, visits, kept in went_on
        ),
        Figure(_("Conversion"), share(total.conversion)),
    ]


def _products(answer: Products) -> list[Figure]:
    return [
        Figure(_("Revenue from goods"), amount(answer.revenue)),
        Figure(_("Units"), number(answer.units)),
        Figure(_("Different packs"), number(answer.packs)),
    ]


def _idle(answer: IdleStock) -> list[Figure]:
    return [
        Figure(_("Money tied up"), amount(answer.tied_up), tone="danger" if answer.tied_up else ""),
        Figure(_("Different packs"), number(answer.packs)),
    ]


def _promotions(answer: Promotions) -> list[Figure]:
    some, none = answer.with_offer, answer.without
    beside = _("without an offer: %(value)s")
    return [
        Figure(_("Orders with an offer"), number(some.orders),
               beside % {"value": number(none.orders)}),
        Figure(_("Revenue of these"), amount(some.revenue),
               beside % {"value": amount(none.revenue)}),
        Figure(_("Average order"), money(some.average_order),
               beside % {"value": money(none.average_order)}),
        Figure(_("Given away"), amount(some.discount), share(some.discount_share)),
    ]  # fmt: skip


def _customers(answer: Customers) -> list[Figure]:
    total = answer.total
    return [
        Figure(_("New customers"), number(total.new)),
        Figure(_("Returning"), number(total.returning)),
        Figure(_("Share of returning ones"), share(total.returning_share)),
    ]


def _stock(answer: Stock) -> list[Figure]:
    total = answer.total
    return [
        Figure(_("Stock at the end"), amount(total.value),
               _("on average: %(value)s") % {"value": amount(total.average_value)}),
        Figure(_("Cost of sales"), amount(total.cost_of_sales)),
        Figure(_("Turnover"), number(total.turnover)),
        Figure(_("Days in stock"), number(total.days_in_stock)),
        Figure(_("Units without a cost"), number(total.uncosted),
               tone="danger" if total.uncosted else ""),
    ]  # fmt: skip


def _waste(answer: Waste) -> list[Figure]:
    return [
        Figure(_("At cost"), amount(answer.cost)),
        Figure(_("Units"), number(answer.units)),
        Figure(_("Of the cost of sales"), share(answer.of_sales)),
    ]


def _capital(text: object) -> str:
    return str(text)[:1].upper() + str(text)[1:]


def _compared(
    label: str, shown: str, now: Decimal | int | None, then: Decimal | int | None
) -> Figure:
    """Return a number and by how many percent it differs from that of the period before."""
    if now is None or not then or then < 0:
        return Figure(label, shown)
    change = tenth((Decimal(now) - Decimal(then)) * 100 / Decimal(then))
    if change > _MOST_CHANGE:
        was = amount(then) if isinstance(then, Decimal) else number(then)
        return Figure(label, shown, _("before: %(value)s") % {"value": was}, "success")
    tone = "success" if change > 0 else "danger" if change < 0 else ""
    sign = "+" if change > 0 else "\u2212" if change < 0 else ""
    changed = f"{sign}{share(abs(change))}"
    return Figure(label, shown, _("%(change)s to before") % {"change": changed}, tone)


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
