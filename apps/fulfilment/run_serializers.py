"""Runs, stops and couriers' money as JSON. Money is a string with two places, degrees are °C."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.fulfilment.dto import FailureReason, RunCard, RunState, ShiftCard, StopCard, StopState
from apps.orders.dto import OrderStatus
from apps.payments.dto import Provider

_AT_MOST = 200
_DOOR = [Provider.CASH.value, Provider.CARD.value]


class CourierSerializer(serializers.Serializer[Any]):
    """Somebody who drives."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="full_name")


class StopSerializer(serializers.Serializer[StopCard]):
    """A stop; `due` is to be taken there in the way that was agreed (`due_as`)."""

    id = serializers.IntegerField()
    sequence = serializers.IntegerField()
    state = serializers.ChoiceField(choices=StopState.choices)
    number = serializers.CharField()
    order_status = serializers.ChoiceField(choices=OrderStatus.choices)
    address = serializers.CharField()
    address_details = serializers.CharField()
    contact_name = serializers.CharField()
    phone = serializers.CharField()
    comment = serializers.CharField()
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    map_url = serializers.URLField()
    due = serializers.DecimalField(max_digits=12, decimal_places=2)
    due_as = serializers.ChoiceField(choices=_DOOR, allow_blank=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    temperature = serializers.DecimalField(max_digits=4, decimal_places=1, allow_null=True)
    taken = serializers.DecimalField(max_digits=12, decimal_places=2)
    taken_as = serializers.ChoiceField(choices=_DOOR, allow_blank=True)
    failure = serializers.ChoiceField(choices=FailureReason.choices, allow_blank=True)
    has_photo = serializers.BooleanField()


class RunSerializer(serializers.Serializer[RunCard]):
    """A run with its stops in the order in which they are driven."""

    id = serializers.UUIDField(source="public_id")
    courier = serializers.CharField()
    day = serializers.DateField()
    state = serializers.ChoiceField(choices=RunState.choices)
    vehicle = serializers.CharField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    stops = StopSerializer(many=True)


class RefusalSerializer(serializers.Serializer[Any]):
    """Why a box stays in the house."""

    code = serializers.CharField()
    detail = serializers.CharField(source="__str__")


class StartedSerializer(serializers.Serializer[Any]):
    """A run that has begun, and the boxes that did not come along."""

    run = RunSerializer()
    refused = RefusalSerializer(many=True)


class RunQuerySerializer(serializers.Serializer[Any]):
    """Which runs are meant."""

    day = serializers.DateField(required=False)


class OrdersSerializer(serializers.Serializer[Any]):
    """Packed orders, by their ids."""

    orders = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=_AT_MOST
    )


class AssignSerializer(serializers.Serializer[Any]):
    """Who drives, and with what."""

    courier = serializers.UUIDField()
    vehicle = serializers.CharField(max_length=40, default="", allow_blank=True)


class PlanSerializer(AssignSerializer, OrdersSerializer):
    """A run to be planned."""

    day = serializers.DateField()


class ArrangeSerializer(serializers.Serializer[Any]):
    """The open stops in the order in which they are to be driven."""

    stops = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=10**18), max_length=_AT_MOST
    )


class DeliverSerializer(serializers.Serializer[Any]):
    """How cold the box was, and what was taken: nothing where nothing is due."""

    temperature = serializers.DecimalField(max_digits=4, decimal_places=1)
    taken = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, required=False,
        help_text=_("Exactly what is due."),
    )  # fmt: skip
    taken_as = serializers.ChoiceField(choices=_DOOR, default=Provider.CASH.value)


class FailSerializer(serializers.Serializer[Any]):
    """Why the order could not be handed over."""

    failure = serializers.ChoiceField(choices=FailureReason.choices)


class TakenAsSerializer(serializers.Serializer[Any]):
    """How the money was really taken."""

    taken_as = serializers.ChoiceField(choices=_DOOR)


class ShiftSerializer(serializers.Serializer[ShiftCard]):
    """What a courier carries, or handed over; the difference is counted minus expected."""

    id = serializers.UUIDField(source="public_id")
    courier = serializers.CharField()
    opened_at = serializers.DateTimeField()
    cash = serializers.DecimalField(max_digits=12, decimal_places=2)
    card = serializers.DecimalField(max_digits=12, decimal_places=2)
    handed_over = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    difference = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    reason = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True)
    accepted_by = serializers.CharField()


class CountedSerializer(serializers.Serializer[Any]):
    """What was counted, beside the expected sum that the counting person saw."""

    counted = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0)
    expected = serializers.DecimalField(max_digits=12, decimal_places=2)
    reason = serializers.CharField(max_length=200, default="", allow_blank=True)
