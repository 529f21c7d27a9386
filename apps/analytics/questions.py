"""Who may ask what, and what each question wants to know: the one place for page, API and export.

Powers are those of the roles' table: a question belongs to the people who may view the rows that it
adds up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import PermissionsMixin

from apps.analytics import selectors
from apps.analytics.dto import Question, Step
from apps.analytics.periods import Period
from apps.users import selectors as users

IDLE_DAYS = 30

# Any one of them will do.
_NEEDS: dict[str, tuple[str, ...]] = {
    Question.SALES: ("analytics.view_daysales",),
    Question.FUNNEL: ("analytics.view_dayfunnel",),
    Question.PRODUCTS: ("analytics.view_dayproduct",),
    # As the two after customers: what goods have cost is in the answer.
    Question.IDLE: ("inventory.view_stockmovement",),
    Question.PROMOTIONS: ("analytics.view_dayoffer",),
    Question.CUSTOMERS: ("analytics.view_daycustomer",),
    Question.COHORTS: ("analytics.view_daycustomer",),
    Question.STOCK: ("inventory.view_stockmovement",),
    Question.WASTE: ("inventory.view_stockmovement",),
}


@dataclass(frozen=True)
class Asked:
    """What somebody wants to know: which days, in which steps, and how many rows of a long list."""

    period: Period
    now: datetime
    step: Step = Step.DAY
    idle_days: int = IDLE_DAYS
    limit: int | None = None


_ANSWERS: dict[str, Callable[[Asked], Any]] = {
    Question.SALES: lambda a: selectors.sales(asked=a.period, step=a.step),
    Question.FUNNEL: lambda a: selectors.funnel(asked=a.period),
    Question.PRODUCTS: lambda a: selectors.top_products(asked=a.period, limit=a.limit),
    Question.IDLE: lambda a: selectors.idle_stock(days=a.idle_days, now=a.now, limit=a.limit),
    Question.PROMOTIONS: lambda a: selectors.promotion_effect(asked=a.period),
    Question.CUSTOMERS: lambda a: selectors.customers(asked=a.period, step=a.step),
    Question.COHORTS: lambda a: selectors.cohorts(asked=a.period),
    Question.STOCK: lambda a: selectors.stock_turnover(asked=a.period, now=a.now, limit=a.limit),
    Question.WASTE: lambda a: selectors.waste(asked=a.period),
}


def may_ask(user: Any, question: Question) -> bool:
    """Tell whether a person's roles include a question."""
    return isinstance(user, PermissionsMixin) and any(
        user.has_perm(needed) for needed in _NEEDS[question]
    )


def may_person_ask(*, user_id: int, question: Question) -> bool:
    """Tell whether the roles of a member of staff include a question, by their id."""
    return any(
        users.is_permitted(user_id=user_id, permission=needed) for needed in _NEEDS[question]
    )


def questions_of(user: Any) -> list[Question]:
    """Return what a person may ask, in the order of the page."""
    return [question for question in Question if may_ask(user, question)]


def answer(question: Question, asked: Asked) -> Any:
    """Return the answer, one of the values of `dto`.

    Raises:
        QuestionTooHeavy: There is too much to count.
    """
    return _ANSWERS[question](asked)
