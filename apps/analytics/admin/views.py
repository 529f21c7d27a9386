"""The page "Analytics": a frame with a picker of days; each question comes into it by itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.analytics import downloads
from apps.analytics.admin.cells import shown_rows
from apps.analytics.admin.charts import chart_of
from apps.analytics.admin.figures import figures_of
from apps.analytics.admin.picker import Picked, pick
from apps.analytics.dto import Question
from apps.analytics.errors import QuestionTooHeavy
from apps.analytics.questions import Asked, answer, may_ask, questions_of
from apps.analytics.tables import table_of
from apps.core.time import now as present

_ROWS = 20

# How each question counts, in a sentence.
_EXPLAINED: dict[str, str | Promise] = {
    Question.SALES: gettext_lazy(
        "Orders count on the day they were placed, revenue on the day of delivery, less what came "
        "back. Cancelled is the share of the orders ended in these days that were no sale."
    ),
    Question.FUNNEL: gettext_lazy(
        "A visit is a customer's day. Whoever came further also counts at the stages before."
    ),
    Question.PRODUCTS: gettext_lazy("What was delivered and really paid for, discounts taken off."),
    Question.IDLE: gettext_lazy(
        "In stock for more than 30 days, and not one unit picked since. The days chosen above "
        "don't matter here."
    ),
    Question.PROMOTIONS: gettext_lazy(
        "Delivered orders. One with two offers stands in the row of each."
    ),
    Question.CUSTOMERS: gettext_lazy("New are those whose first order of all lies in these days."),
    Question.COHORTS: gettext_lazy(
        "By the month of their first order: how many percent ordered again so many months later."
    ),
    Question.STOCK: gettext_lazy(
        "Turnover is the cost of sales divided by the average stock at cost; days of cover tell "
        "how long the stock lasts if it goes on selling like this."
    ),
    Question.WASTE: gettext_lazy("At the cost of the lots that were written off."),
}


@dataclass(frozen=True)
class Section:
    """A question's place on the page."""

    question: Question
    title: str
    explained: str


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the frame: the picker, and a place for each question that concerns this person.

    Raises:
        PermissionDenied: None does.
    """
    questions = questions_of(request.user)
    if not questions:
        raise PermissionDenied
    picked = pick(request.GET, now=present())
    context = {"sections": [_section(question) for question in questions]}
    return _page(request, picked, context)


@require_safe
def section(request: HttpRequest, question: Question) -> HttpResponse:
    """Answer one question: as a part of the page, or alone for a browser without scripts.

    Raises:
        PermissionDenied: It is not this person's to ask.
    """
    _check(request, question)
    now = present()
    picked = pick(request.GET, now=now)
    context = {"section": _section(question), "picked": picked, **_answered(question, picked, now)}
    if request.headers.get("HX-Request"):
        return TemplateResponse(request, "admin/analytics/answer.html", context)
    return _page(request, picked, {"sections": [], **context})


@require_safe
def export(request: HttpRequest, question: Question, kind: str) -> HttpResponse:
    """Hand out all of an answer as a file.

    Raises:
        PermissionDenied: It is not this person's to ask.
    """
    _check(request, question)
    now = present()
    picked = pick(request.GET, now=now)
    try:
        found = answer(question, Asked(period=picked.period, now=now, step=picked.step))
    except QuestionTooHeavy as error:
        return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
    return downloads.download(question, picked.period, table_of(question, found), kind=kind)


def _check(request: HttpRequest, question: Question) -> None:
    if not may_ask(request.user, question):
        raise PermissionDenied


def _page(request: HttpRequest, picked: Picked, context: dict[str, Any]) -> HttpResponse:
    title = _("Analytics")
    common = {**admin.site.each_context(request), "title": title, "picked": picked}
    return TemplateResponse(request, "admin/analytics/page.html", {**common, **context})


def _answered(question: Question, picked: Picked, now: datetime) -> dict[str, Any]:
    """Return what a question's part of the page shows, or why it can't."""
    asked = Asked(period=picked.period, now=now, step=picked.step, limit=_ROWS)
    try:
        found = answer(question, asked)
    except QuestionTooHeavy as error:
        return {"problem": str(error)}
    table = table_of(question, found)
    packs = getattr(found, "packs", len(table.rows))
    return {
        "figures": figures_of(question, found),
        "chart": chart_of(question, found, step=picked.step),
        "columns": table.columns,
        "rows": shown_rows(table, with_heat=question == Question.COHORTS),
        "more": packs - len(table.rows),
    }


def _section(question: Question) -> Section:
    return Section(question, str(question.label), str(_EXPLAINED[question]))
