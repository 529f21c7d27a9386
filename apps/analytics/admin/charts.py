"""What the page's script draws: plain data, as `static/admin/analytics/analytics.js` reads it."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.analytics.dto import (
    Customers,
    Funnel,
    Products,
    Question,
    Sales,
    Stage,
    Step,
    Waste,
)
from apps.analytics.tables import waste_reason

_BARS = 10


def chart_of(question: Question, answer: Any, *, step: Step) -> str:
    """Return a question's chart as JSON, empty where there is nothing to draw."""
    made = _CHARTS.get(question)
    chart = made(answer, step) if made else None
    return json.dumps(chart, ensure_ascii=False) if chart else ""


def _sales(answer: Sales, step: Step) -> dict[str, Any] | None:
    if not (answer.total.taken or answer.total.delivered or answer.total.returned):
        return None
    revenue = _series(_("Revenue"), [row.revenue for row in answer.rows], "primary", unit="money")
    orders = _series(_("Orders"), [row.taken for row in answer.rows], "orange", shape="line")
    return {"labels": _days([row.start for row in answer.rows], step), "series": [revenue, orders]}


def _customers(answer: Customers, step: Step) -> dict[str, Any] | None:
    if not answer.total.orders:
        return None
    new = _series(_("New customers"), [row.new for row in answer.rows], "green")
    returning = _series(_("Returning"), [row.returning for row in answer.rows], "primary")
    return {
        "labels": _days([row.start for row in answer.rows], step),
        "series": [returning, new],
        "stacked": True,
    }


def _funnel(answer: Funnel, step: Step) -> dict[str, Any] | None:
    if not answer.total.counts[0]:
        return None
    labels = [str(stage.label) for stage in Stage]
    visits = _series(_("Visits"), answer.total.counts, "primary")
    return {"labels": labels, "series": [visits], "horizontal": True}


def _products(answer: Products, step: Step) -> dict[str, Any] | None:
    rows = [row for row in answer.rows[:_BARS] if row.revenue > 0]
    if not rows:
        return None
    revenue = _series(_("Revenue"), [row.revenue for row in rows], "primary", unit="money")
    return {"labels": [row.name for row in rows], "series": [revenue], "horizontal": True}


def _waste(answer: Waste, step: Step) -> dict[str, Any] | None:
    if not answer.rows:
        return None
    cost = _series(_("At cost"), [row.cost for row in answer.rows], "orange", unit="money")
    labels = [waste_reason(row.reason) for row in answer.rows]
    return {"labels": labels, "series": [cost], "horizontal": True}


def _series(
    label: str,
    values: Sequence[Decimal | int],
    tone: str,
    *,
    unit: str = "",
    shape: str = "bar",
) -> dict[str, Any]:
    """Return one row of values; sums stay exact texts until they are drawn."""
    currency = settings.SHOP_CURRENCY if unit == "money" else ""
    return {
        "label": label, "values": [str(value) for value in values], "tone": tone,
        "currency": currency, "shape": shape,
    }  # fmt: skip


def _days(days: Sequence[date], step: Step) -> list[str]:
    return [date_format(day, "M Y" if step == Step.MONTH else "j b") for day in days]


_CHARTS: dict[str, Callable[[Any, Step], dict[str, Any] | None]] = {
    Question.SALES: _sales,
    Question.FUNNEL: _funnel,
    Question.PRODUCTS: _products,
    Question.CUSTOMERS: _customers,
    Question.WASTE: _waste,
}
