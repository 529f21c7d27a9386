"""What may be asked: which days, in which steps, how much of a long list."""

from typing import Any

from rest_framework import serializers

from apps.analytics.downloads import FORMATS
from apps.analytics.dto import Step
from apps.analytics.questions import IDLE_DAYS

_MOST_ROWS = 500


class PeriodQuerySerializer(serializers.Serializer[Any]):
    """Which days; without dates the last thirty."""

    to = serializers.DateField(
        required=False,
        help_text="The first day that no longer counts; without it everything up to now.",
    )
    download = serializers.ChoiceField(
        required=False, choices=FORMATS, help_text="Answer with a file instead of JSON."
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from`, which is no name for an attribute."""
        first = serializers.DateField(
            required=False, help_text="The first day, in the shop's time zone."
        )
        return {"from": first, **super().get_fields()}


class StepQuerySerializer(PeriodQuerySerializer):
    """Which days, and how they are put together."""

    step = serializers.ChoiceField(
        required=False, choices=Step.choices, default=Step.DAY,
        help_text="Weeks begin on Monday; at the edges only the days of the period count.",
    )  # fmt: skip


class ListQuerySerializer(PeriodQuerySerializer):
    """Which days, and how much of a long list; a file has all of it."""

    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=_MOST_ROWS)


class IdleQuerySerializer(serializers.Serializer[Any]):
    """Since when nobody wanted the goods."""

    days = serializers.IntegerField(
        required=False, default=IDLE_DAYS, min_value=1, max_value=365,
        help_text="In stock for longer than so many days, and not one unit picked since.",
    )  # fmt: skip
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=_MOST_ROWS)
    download = serializers.ChoiceField(
        required=False, choices=FORMATS, help_text="Answer with a file instead of JSON."
    )
