"""Values and days that every answer has."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class Money(serializers.DecimalField):
    """A sum in the shop's currency."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=16, decimal_places=2, **options)


class Tenths(serializers.DecimalField):
    """Percents or days; null where there is nothing to divide by."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=16, decimal_places=1, allow_null=True, **options)


class PeriodSerializer(serializers.Serializer[Any]):
    """The days that were counted: those after today are left out."""

    to = serializers.DateField(source="end", help_text="The first day that no longer counts.")
    days = serializers.IntegerField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from`, which is no name for an attribute."""
        return {"from": serializers.DateField(source="start"), **super().get_fields()}


class AnswerSerializer(serializers.Serializer[Any]):
    """What every answer about a period says first."""

    period = serializers.SerializerMethodField()

    @extend_schema_field(PeriodSerializer)
    def get_period(self, _answer: Any) -> Any:
        """Return the days that were counted, which the view knows."""
        return PeriodSerializer(self.context["period"]).data
