"""Which days the page is about: a preset, or two dates of somebody's own, the last one included."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.analytics.dto import Step
from apps.analytics.errors import PeriodImpossible, PeriodTooLong
from apps.analytics.periods import DAYS, Period, last_days, period
from apps.core.time import shop_date

PRESETS = (1, 7, 30, 90)
# Up to so many days one by one, up to so many week by week.
_BY_DAY, _BY_WEEK = 31, 182


class _Days(forms.Form):
    first = forms.DateField()
    last = forms.DateField()
    step = forms.ChoiceField(choices=Step.choices, required=False)
    days = forms.TypedChoiceField(choices=[(days, days) for days in PRESETS], coerce=int,
                                  required=False)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """A way to choose other days or steps, and whether it is what is shown now."""

    label: str
    query: str
    is_current: bool


@dataclass(frozen=True)
class Picked:
    """What was chosen; `problem` says why the choice could not be kept."""

    period: Period
    step: Step
    days: int | None
    problem: str = ""

    @property
    def query(self) -> str:
        """The choice as a query string, the dates spelt out."""
        return _query(first=self.period.start, last=self.period.last, step=self.step)

    @property
    def title(self) -> str:
        """The days as a person reads them."""
        first, last = self.period.start, self.period.last
        if first == last:
            return date_format(first, "j E Y")
        return f"{date_format(first, 'j E Y')} – {date_format(last, 'j E Y')}"

    def presets(self) -> list[Choice]:
        """Return the usual spans."""
        return [
            Choice(
                label=_("Today") if days == 1
                else ngettext("%(count)s day", "%(count)s days", days) % {"count": days},
                query=_query(days=days),
                is_current=self.days == days,
            )
            for days in PRESETS
        ]  # fmt: skip

    def steps(self) -> list[Choice]:
        """Return the ways to put days together."""
        dates: dict[str, Any] = (
            {"days": self.days}
            if self.days
            else {"first": self.period.start, "last": self.period.last}
        )
        return [
            Choice(str(step.label), _query(**dates, step=step), self.step == step) for step in Step
        ]


def pick(query: QueryDict, *, now: datetime) -> Picked:
    """Return what a query string chooses; what makes no sense is said, and the usual is shown."""
    form = _Days(query)
    form.is_valid()
    chosen = form.cleaned_data
    step, days = chosen.get("step") or "", chosen.get("days") or None
    first, last = chosen.get("first"), chosen.get("last")
    if days is None and ("first" in query or "last" in query):
        try:
            return _picked(_own_period(first, last, now), step, None)
        except (PeriodImpossible, PeriodTooLong) as error:
            return _picked(last_days(DAYS, now=now), step, DAYS, str(error))
    return _picked(last_days(days or DAYS, now=now), step, days or DAYS)


def _own_period(first: date | None, last: date | None, now: datetime) -> Period:
    """Return the period between two dates that somebody typed.

    Raises:
        PeriodImpossible, PeriodTooLong: The days make no sense.
    """
    today = shop_date(now)
    # Later than today is today: there is no day after the calendar's last one.
    end = min(last or today, today) + timedelta(days=1)
    return period(start=first, end=end, now=now)


def _picked(days: Period, step: str, preset: int | None, problem: str = "") -> Picked:
    if not step:
        step = Step.DAY if days.days <= _BY_DAY else Step.MONTH
        step = Step.WEEK if _BY_DAY < days.days <= _BY_WEEK else step
    return Picked(days, Step(step), preset, problem)


def _query(**values: Any) -> str:
    return urlencode({name: str(value) for name, value in values.items()})
