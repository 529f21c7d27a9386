"""Days of the shop's calendar that a question is about: half-open, [start, end)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from apps.analytics.dto import Step
from apps.analytics.errors import PeriodImpossible, PeriodTooLong
from apps.core.time import shop_date, shop_zone

# How many days a period has when nobody says so.
DAYS = 30
_EARLIEST = date(2000, 1, 1)
_MOST_YEARS = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Whole days of the shop, the end left out; make one with `period`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day that counts."""
        return self.end - _DAY

    @property
    def before(self) -> "Period":
        """The period of the same length right before it."""
        return Period(self.start - (self.end - self.start), self.start)

    @property
    def starts_at(self) -> datetime:
        """The instant at which its first day begins."""
        return midnight(self.start)

    @property
    def ends_at(self) -> datetime:
        """The instant at which its last day has ended."""
        return midnight(self.end)

    def buckets(self, step: Step) -> Iterator[date]:
        """Yield the first day of every day, week or month that the period touches, in order."""
        day = bucket_of(self.start, step)
        while day < self.end:
            yield day
            day = bucket_of(day + _LONGEST[step], step)


def period(*, start: date | None, end: date | None, now: datetime) -> Period:
    """Return the period from `start` to before `end`; days after today are left out.

    Without an end it goes up to now, without a start it has thirty days.

    Raises:
        PeriodImpossible: It does not begin before it ends, or begins in the future or in the year
            dot.
        PeriodTooLong: It has more than five years.
    """
    today = shop_date(now)
    end = end or today + _DAY
    # In this order: far enough from the calendar's own beginning there are days to go back.
    if end <= _EARLIEST:
        raise PeriodImpossible(earliest=_EARLIEST.isoformat())
    start = start or end - timedelta(days=DAYS)
    if not _EARLIEST <= start < end or start > today:
        raise PeriodImpossible(earliest=_EARLIEST.isoformat())
    if end > _years_after(start, _MOST_YEARS):
        raise PeriodTooLong(years=_MOST_YEARS)
    return Period(start, min(end, today + _DAY))


def last_days(days: int, *, now: datetime) -> Period:
    """Return so many days, today the last of them."""
    end = shop_date(now) + _DAY
    return Period(end - timedelta(days=days), end)


def midnight(day: date) -> datetime:
    """Return the instant at which a day of the shop's begins.

    Where clocks jump over midnight, this is the jump itself.
    """
    return datetime.combine(day, time(), tzinfo=shop_zone())


def bucket_of(day: date, step: Step) -> date:
    """Return the first day of the day, week (Monday) or month that a day belongs to."""
    if step == Step.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == Step.MONTH else day


# From the first day of a bucket, so many days later the next one has begun.
_LONGEST = {Step.DAY: _DAY, Step.WEEK: timedelta(days=7), Step.MONTH: timedelta(days=31)}


def _years_after(day: date, years: int) -> date:
    """Return the same date so many years on; the day after for a 29th of February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
