"""Answers about customers and their visits."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.analytics.dto import Door, Stage
from apps.analytics.serializers.values import AnswerSerializer, Tenths
from apps.analytics.tables import door_name


class CustomersRowSerializer(serializers.Serializer[Any]):
    """Customers who ordered."""

    new = serializers.IntegerField(help_text="Their first order lies in these days.")
    returning = serializers.IntegerField()
    returning_percent = Tenths(source="returning_share")
    orders = serializers.IntegerField()


class CustomersStepSerializer(CustomersRowSerializer):
    """Customers who ordered in a day, week or month."""

    start = serializers.DateField()


class CustomersSerializer(AnswerSerializer):
    """New and returning customers step by step; in all each counts once."""

    rows = CustomersStepSerializer(many=True)
    total = CustomersRowSerializer()


class CohortSerializer(serializers.Serializer[Any]):
    """Customers whose first order was in a month."""

    month = serializers.DateField(help_text="The month's first day.")
    customers = serializers.IntegerField(source="size")
    active = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="How many of them ordered in this month, the next one, and so on.",
    )


class CohortsSerializer(AnswerSerializer):
    """The twelve months up to the period's last day."""

    rows = CohortSerializer(many=True)


class FunnelStageSerializer(serializers.Serializer[Any]):
    """How many visits came so far."""

    stage = serializers.ChoiceField(choices=[stage.name.lower() for stage in Stage])
    visits = serializers.IntegerField()
    percent = Tenths(help_text="Of the visits at the stage before.")


class FunnelRowSerializer(serializers.Serializer[Any]):
    """The way through one door."""

    door = serializers.ChoiceField(choices=Door.choices, allow_blank=True)
    door_name = serializers.SerializerMethodField()
    stages = serializers.SerializerMethodField()
    conversion_percent = Tenths(source="conversion", help_text="Visits that ended with an order.")

    def get_door_name(self, row: Any) -> str:
        """Return the door in the reader's language."""
        return door_name(row.door)

    @extend_schema_field(FunnelStageSerializer(many=True))
    def get_stages(self, row: Any) -> Any:
        """Return the stages in their order."""
        found = [
            {"stage": stage.name.lower(), "visits": visits, "percent": percent}
            for stage, visits, percent in zip(Stage, row.counts, row.conversions, strict=True)
        ]
        return FunnelStageSerializer(found, many=True).data


class FunnelSerializer(AnswerSerializer):
    """From visit to order; a visit is a customer's day, and over all doors it counts once."""

    total = FunnelRowSerializer()
    doors = FunnelRowSerializer(many=True)
