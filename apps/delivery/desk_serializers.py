"""Zones, weekly windows, pickup points and holidays as staff write them, as JSON."""

import json
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.delivery import areas
from apps.delivery.models import Holiday, PickupPoint, SlotTemplate, Zone

_MOST_STEPS, _MOST_ORDERS, _MOST_ML, _DAY_MINUTES = 30, 10_000, 10**9, 7 * 24 * 60


def _money(**more: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, **more)


def _degrees(most: int) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=9, decimal_places=6, min_value=-most, max_value=most)


@extend_schema_field(OpenApiTypes.OBJECT)
class AreaField(serializers.Field[Any, Any, Any, Any]):
    """A GeoJSON Polygon or MultiPolygon; null for a zone that is a circle."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the area that is meant; what is none is refused by its own code."""
        return areas.read_area(json.dumps(data))

    def to_representation(self, value: Any) -> Any:
        """Show it as it is stored."""
        return value


class SlugOf(serializers.SlugField):
    """A zone, which is named by its slug."""

    def to_representation(self, value: Any) -> str:
        """Name the zone."""
        return str(value.slug)


class PublicIdOf(serializers.UUIDField):
    """A pickup point, which is named by its public id."""

    def to_representation(self, value: Any) -> str:
        """Name the point."""
        return str(value.public_id)


class StepSerializer(serializers.Serializer[Any]):
    """A fee from a worth of goods and from a distance on."""

    from_total = _money(default=Decimal(0))
    from_km = serializers.DecimalField(
        max_digits=6, decimal_places=2, min_value=0, default=Decimal(0)
    )
    fee = _money()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a step from nothing on: that is the zone's own fee."""
        if not (attrs["from_total"] or attrs["from_km"]):
            raise serializers.ValidationError(_("Say from which sum or distance on it holds."))
        return attrs


class StaffZoneSerializer(serializers.Serializer[Zone]):
    """A zone: a circle around its centre, or an area; the smallest around an address counts."""

    slug = serializers.SlugField(max_length=60)
    name_ru = serializers.CharField(max_length=100)
    name_en = serializers.CharField(max_length=100)
    latitude = _degrees(90)
    longitude = _degrees(180)
    radius_km = serializers.DecimalField(
        max_digits=6, decimal_places=2, min_value=Decimal("0.01"), allow_null=True, required=False
    )
    area = AreaField(allow_null=True, required=False)
    area_km2 = serializers.DecimalField(max_digits=12, decimal_places=3, read_only=True)
    fee = _money()
    free_from = _money(allow_null=True, required=False)
    minimum_total = _money(required=False)
    is_default = serializers.BooleanField(
        required=False, help_text=_("For addresses without coordinates; one zone at most.")
    )
    is_active = serializers.BooleanField(required=False)
    fee_steps = StepSerializer(
        many=True, required=False, help_text=_("They replace all that there were."),
    )  # fmt: skip

    def validate_fee_steps(self, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse more steps than anybody can read, and two from one worth and distance on."""
        if len(steps) > _MOST_STEPS:
            raise serializers.ValidationError(_("These are too many steps."))
        if len({(step["from_total"], step["from_km"]) for step in steps}) < len(steps):
            raise serializers.ValidationError(_("Name each step once."))
        return steps

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Let the shape that is named take the other's place."""
        for named, other in (("area", "radius_km"), ("radius_km", "area")):
            if attrs.get(named) is not None:
                attrs.setdefault(other, None)
        return attrs


class StaffWindowSerializer(serializers.Serializer[SlotTemplate]):
    """What opens every week; the slots of the coming days are made from it every hour."""

    id = serializers.IntegerField(read_only=True)
    zone = SlugOf(max_length=60, help_text=_("A zone's slug."))
    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text=_("0 is Monday."))
    starts = serializers.TimeField(help_text=_("By the shop's clocks."))
    ends = serializers.TimeField(help_text=_("By the shop's clocks."))
    capacity_orders = serializers.IntegerField(min_value=0, max_value=_MOST_ORDERS, required=False)
    capacity_ml = serializers.IntegerField(min_value=0, max_value=_MOST_ML, required=False)
    cutoff_minutes = serializers.IntegerField(
        min_value=0, max_value=_DAY_MINUTES, required=False,
        help_text=_("So long before it begins it takes no more orders."),
    )  # fmt: skip
    is_active = serializers.BooleanField(required=False)


class HoursSerializer(serializers.Serializer[Any]):
    """When a pickup point is open on a day of the week."""

    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text=_("0 is Monday."))
    opens = serializers.TimeField()
    closes = serializers.TimeField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a day that ends before it begins."""
        if attrs["closes"] <= attrs["opens"]:
            raise serializers.ValidationError({"closes": _("It must be later than the opening.")})
        return attrs


class StaffPickupPointSerializer(serializers.Serializer[PickupPoint]):
    """Where customers fetch their orders themselves."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    name_ru = serializers.CharField(max_length=100)
    name_en = serializers.CharField(max_length=100)
    address_ru = serializers.CharField(max_length=200)
    address_en = serializers.CharField(max_length=200)
    hours_ru = serializers.CharField(max_length=100, allow_blank=True, required=False)
    hours_en = serializers.CharField(
        max_length=100, allow_blank=True, required=False,
        help_text=_("Shown while the week has no hours."),
    )  # fmt: skip
    latitude = _degrees(90)
    longitude = _degrees(180)
    is_active = serializers.BooleanField(required=False)
    weekly = HoursSerializer(
        many=True, required=False, help_text=_("A day that is left out is closed.")
    )

    def validate_weekly(self, hours: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse a day that is named twice."""
        if len({day["weekday"] for day in hours}) < len(hours):
            raise serializers.ValidationError(_("Name each day once."))
        return hours


class StaffHolidaySerializer(serializers.Serializer[Holiday]):
    """A day on which less is open: nothing, or only between two hours.

    Without a place it holds everywhere; a place's own holiday counts before that.
    """

    id = serializers.IntegerField(read_only=True)
    date = serializers.DateField()
    name_ru = serializers.CharField(max_length=100)
    name_en = serializers.CharField(max_length=100)
    zone = SlugOf(max_length=60, allow_null=True, required=False, help_text=_("A zone's slug."))
    pickup_point = PublicIdOf(allow_null=True, required=False)
    opens = serializers.TimeField(allow_null=True, required=False)
    closes = serializers.TimeField(allow_null=True, required=False)


class WrittenHolidaySerializer(serializers.Serializer[Any]):
    """A holiday, and how many orders are booked in the windows that it closed."""

    holiday = StaffHolidaySerializer()
    booked = serializers.IntegerField(
        help_text=_("They stay: move them, or write to the customers.")
    )


class ZoneQuerySerializer(serializers.Serializer[Any]):
    """Of which zone."""

    zone = serializers.SlugField(required=False, max_length=60, help_text=_("A zone's slug."))


class SinceQuerySerializer(serializers.Serializer[Any]):
    """From which day on."""

    since = serializers.DateField(required=False, help_text=_("Today where none is named."))
