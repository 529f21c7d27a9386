"""Orders as staff see and move them, as JSON. Money is a string with two places."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.fulfilment.dto import PickLine, PickList
from apps.inventory.dto import LotPick, LotSuggestion
from apps.orders.dto import Method, OrderStatus
from apps.orders.serializers import OrderLineSerializer


class StaffOrderSerializer(serializers.Serializer[Any]):
    """An order in the list of all orders; `attention` says why a person should look at it."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    method = serializers.ChoiceField(choices=Method.choices)
    created_at = serializers.DateTimeField()
    total = serializers.DecimalField(max_digits=12, decimal_places=2)
    payment = serializers.CharField()
    contact_name = serializers.CharField()
    contact_phone = serializers.CharField()
    address = serializers.CharField()
    address_details = serializers.CharField()
    comment = serializers.CharField()
    slot_starts_at = serializers.DateTimeField(source="slot.starts_at", default=None)
    slot_ends_at = serializers.DateTimeField(source="slot.ends_at", default=None)
    attention = serializers.CharField()


class StaffOrderQuerySerializer(serializers.Serializer[Any]):
    """Which orders are meant."""

    status = serializers.ChoiceField(choices=OrderStatus.choices, required=False)
    attention = serializers.BooleanField(
        default=False, help_text=_("Only orders that ask for a person.")
    )


class MovedOrderSerializer(serializers.Serializer[Any]):
    """An order after a step, and where it may go next by the caller's hand."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    total = serializers.DecimalField(max_digits=12, decimal_places=2)
    next = serializers.ListField(child=serializers.ChoiceField(choices=OrderStatus.choices))
    lines = OrderLineSerializer(many=True)


class LotPickSerializer(serializers.Serializer[LotPick]):
    """Units taken out of one lot for one order line."""

    order_line_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    lot_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    quantity = serializers.IntegerField(min_value=1, max_value=1_000_000)


class TransitionSerializer(serializers.Serializer[Any]):
    """A step: where the order goes, and what this step needs to know."""

    target = serializers.ChoiceField(choices=OrderStatus.choices)
    reason = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text=_("Some steps demand it.")
    )
    slot = serializers.UUIDField(
        required=False, help_text=_("The new window of a failed delivery.")
    )
    code = serializers.CharField(
        max_length=20, required=False, allow_blank=True, help_text=_("The customer's pickup code.")
    )
    put_back = serializers.BooleanField(
        default=False, help_text=_("Goods go back on sale; otherwise they are thrown away.")
    )
    picks = serializers.ListField(
        child=LotPickSerializer(),
        required=False,
        max_length=1000,
        help_text=_("What is in the box; without it the oldest lots are taken."),
    )


class LotSuggestionSerializer(serializers.Serializer[LotSuggestion]):
    """A lot to take units from."""

    lot_id = serializers.IntegerField()
    code = serializers.CharField()
    expires_on = serializers.DateField()
    quantity = serializers.IntegerField()


class PickLineSerializer(serializers.Serializer[PickLine]):
    """What to take for one line; `missing` units are not to be had."""

    order_line_id = serializers.IntegerField()
    sku = serializers.CharField()
    name = serializers.CharField()
    pack_weight_g = serializers.IntegerField()
    quantity = serializers.IntegerField()
    lots = LotSuggestionSerializer(many=True)
    missing = serializers.IntegerField()


class PickListSerializer(serializers.Serializer[PickList]):
    """An order as the picker walks it; `picked` is what is in the box already."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    comment = serializers.CharField()
    lines = PickLineSerializer(many=True)
    picked = LotPickSerializer(many=True)
