"""Delivery windows as staff work with them, as JSON."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.delivery.dto import ClosedReason

_MOST_ORDERS, _MOST_ML = 10_000, 10**9


class StaffSlotSerializer(serializers.Serializer[Any]):
    """A window and how much of what it takes is booked."""

    id = serializers.UUIDField(source="public_id")
    zone = serializers.CharField(help_text=_("A zone's slug."))
    date = serializers.DateField(help_text=_("The day on the shop's calendar."))
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    cutoff_at = serializers.DateTimeField(help_text=_("From then on it takes no more orders."))
    capacity_orders = serializers.IntegerField()
    capacity_ml = serializers.IntegerField()
    booked_orders = serializers.IntegerField()
    booked_ml = serializers.IntegerField()
    closed_reason = serializers.ChoiceField(
        choices=ClosedReason.choices, allow_blank=True, help_text=_("Empty while it is open.")
    )


class DayQuerySerializer(serializers.Serializer[Any]):
    """Which day is meant."""

    date = serializers.DateField(required=False, help_text=_("Today where none is named."))


class CapacitySerializer(serializers.Serializer[Any]):
    """How much a window takes."""

    capacity_orders = serializers.IntegerField(min_value=0, max_value=_MOST_ORDERS, required=False)
    capacity_ml = serializers.IntegerField(min_value=0, max_value=_MOST_ML, required=False)


class ClosingSerializer(serializers.Serializer[Any]):
    """Why a window takes no more orders, and what those who are booked in it should know."""

    reason = serializers.ChoiceField(
        choices=[ClosedReason.STAFF.value, ClosedReason.HOLIDAY.value],
        default=ClosedReason.STAFF.value,
    )
    message = serializers.CharField(max_length=300, allow_blank=True, default="")


class MovingSerializer(serializers.Serializer[Any]):
    """Which window brings the orders instead, and why."""

    target = serializers.UUIDField()
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")


class MovedSerializer(serializers.Serializer[Any]):
    """The window that the orders come in now, and how many they are."""

    moved = serializers.IntegerField()
    slot = StaffSlotSerializer()
