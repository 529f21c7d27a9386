"""The background work of this app, by name."""

from enum import StrEnum


class AnalyticsJob(StrEnum):
    """Names that tasks are registered under."""

    SUM_UP_DAYS = "analytics.sum_up_days"
    COUNT_TASTES = "analytics.count_tastes"
