"""Changes of placed orders, and refunds by line, as JSON. Money is a string with two places."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.orders.dto import ChangeKind


class UnitsSerializer(serializers.Serializer[Any]):
    """So many units of an order's line, which is named by its SKU."""

    sku = serializers.CharField(max_length=40)
    units = serializers.IntegerField(min_value=1, max_value=1_000_000)


class LinesBackSerializer(serializers.Serializer[Any]):
    """Whose money is given back, why, and the caller's password: money moves."""

    lines = serializers.ListField(child=UnitsSerializer(), min_length=1, max_length=1000)
    reason = serializers.CharField(max_length=300)
    password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)

    def validate_lines(self, lines: list[dict[str, Any]]) -> dict[str, int]:
        """Return the units by SKU; a line that is named twice is refused."""
        units = {line["sku"]: line["units"] for line in lines}
        if len(units) < len(lines):
            raise serializers.ValidationError(_("Name each line once."))
        return units


class StaysSerializer(UnitsSerializer):
    """How many units of a line stay; 0 takes it out."""

    units = serializers.IntegerField(min_value=0, max_value=1_000_000)


class NewPlaceSerializer(serializers.Serializer[Any]):
    """Where the order is to go; without a point to the zone of addresses without one."""

    address = serializers.CharField(max_length=400)
    details = serializers.CharField(max_length=400, required=False, allow_blank=True)
    latitude = serializers.DecimalField(
        max_digits=9, decimal_places=6, min_value=-90, max_value=90, required=False
    )
    longitude = serializers.DecimalField(
        max_digits=9, decimal_places=6, min_value=-180, max_value=180, required=False
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse half a point."""
        if ("latitude" in attrs) != ("longitude" in attrs):
            raise serializers.ValidationError(_("Send both latitude and longitude."))
        return attrs


class OrderEditSerializer(serializers.Serializer[Any]):
    """What is changed in an order, and why; what is left out stays as it is."""

    lines = serializers.ListField(child=StaysSerializer(), required=False, max_length=1000)
    place = NewPlaceSerializer(required=False)
    slot = serializers.UUIDField(required=False)
    reason = serializers.CharField(max_length=300, help_text=_("The customer reads it."))
    password = serializers.CharField(
        max_length=128, trim_whitespace=False, write_only=True, required=False,
        help_text=_("The caller's own, where money goes back that was paid online."),
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the units by SKU; a line that is named twice is refused."""
        lines = attrs.get("lines", ())
        attrs["lines"] = {line["sku"]: line["units"] for line in lines}
        if len(attrs["lines"]) < len(lines):
            raise serializers.ValidationError(_("Name each line once."))
        return attrs


class OrderChangeSerializer(serializers.Serializer[Any]):
    """What was changed in an order; `amount` is by how much the customer pays more."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(choices=ChangeKind.choices)
    amount = serializers.DecimalField(max_digits=12, decimal_places=2)
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
