"""Filters of lists that Unfold has not got."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.utils import parse_date_str

from apps.core.time import shop_zone


class DayRangeFilter(RangeDateFilter):
    """Moments within days of the shop's calendar, the last day included."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep rows from the first day's midnight until the last day's end."""
        first, last = (self._day(edge) for edge in ("from", "to"))
        if first is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": _midnight(first)})
        if last is not None:
            end = _midnight(last + timedelta(days=1))
            queryset = queryset.filter(**{f"{self.parameter_name}__lt": end})
        return queryset

    def _day(self, edge: str) -> date | None:
        value = self.used_parameters.get(f"{self.parameter_name}_{edge}")
        day: date | None = parse_date_str(value) if value else None
        return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=shop_zone())
