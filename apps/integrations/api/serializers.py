"""What programs read and write, as JSON. Money is a string with two places."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.cart.serializers import money
from apps.catalog.dto import Availability
from apps.core.fields import MomentField
from apps.integrations.addresses import URL_LENGTH
from apps.integrations.dto import SUBSCRIBABLE, DeliveryState, EventType, Silence
from apps.integrations.models import Delivery, Endpoint
from apps.orders.dto import LineCard, Method, OrderStatus


class OrdersQuerySerializer(serializers.Serializer[Any]):
    """Which orders are meant."""

    updated_since = MomentField(
        required=False,
        help_text=_(
            "Only orders whose status or contents changed since. Ask from a minute before your"
            " last answer: changes are seen when they are whole."
        ),
    )
    status = serializers.ChoiceField(choices=OrderStatus.choices, required=False)


class ProgramOrderLineSerializer(serializers.Serializer[LineCard]):
    """A pack as it was bought."""

    sku = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    picked_quantity = serializers.IntegerField(
        allow_null=True, help_text=_("Null until the order is packed.")
    )
    unit_price = money()
    total = money()
    discount = money()
    refunded_quantity = serializers.IntegerField()
    is_weighed = serializers.BooleanField()
    weight_g = serializers.IntegerField(source="weight_there_g", allow_null=True)
    charged = money()


class ProgramOrderSerializer(serializers.Serializer[dict[str, Any]]):
    """An order without its customer: no name, no phone, no address."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    method = serializers.ChoiceField(choices=Method.choices)
    payment = serializers.CharField()
    is_paid = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    slot_starts_at = serializers.DateTimeField(allow_null=True)
    slot_ends_at = serializers.DateTimeField(allow_null=True)
    items_total = money()
    discount = money()
    delivery_fee = money()
    shortage = money()
    weighed_off = money()
    total = money()
    given_back = money()
    lines = ProgramOrderLineSerializer(many=True)


class ProgramStockQuerySerializer(serializers.Serializer[Any]):
    """Which stock levels are meant."""

    sku = serializers.CharField(max_length=40, required=False, help_text=_("How the SKU begins."))
    low = serializers.BooleanField(
        default=False, help_text=_("Only packs with no more units than their threshold.")
    )


class ProgramStockSerializer(serializers.Serializer[Any]):
    """How many units of a pack may still be promised to customers."""

    sku = serializers.CharField(source="variant.sku")
    barcode = serializers.CharField(source="variant.barcode")
    available = serializers.IntegerField()
    low_threshold = serializers.IntegerField()
    availability = serializers.ChoiceField(
        source="variant.availability", choices=Availability.choices
    )


class EndpointSerializer(serializers.Serializer[Endpoint]):
    """Where events go. `is_active` false: nothing is sent, `inactive_reason` says why."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    url = serializers.CharField(max_length=URL_LENGTH, help_text=_("A public https:// address."))
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=SUBSCRIBABLE),
        source="types", min_length=1, max_length=20,
    )  # fmt: skip
    is_active = serializers.SerializerMethodField()
    inactive_reason = serializers.ChoiceField(
        choices=Silence.choices, source="disabled_reason", read_only=True, allow_blank=True
    )
    failing_since = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)

    def get_is_active(self, endpoint: Endpoint) -> bool:
        """Return whether it is sent anything."""
        return endpoint.disabled_at is None


class EndpointChangeSerializer(serializers.Serializer[Any]):
    """What changes of an endpoint; what is left out stays."""

    url = serializers.CharField(max_length=URL_LENGTH, required=False)
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=SUBSCRIBABLE), min_length=1, max_length=20,
        required=False,
    )  # fmt: skip
    is_active = serializers.BooleanField(required=False)


class NewEndpointSerializer(EndpointSerializer):
    """An endpoint with its secret, which is shown this once."""

    secret = serializers.SerializerMethodField(help_text=_("Verifies signatures; keep it now."))

    def get_secret(self, endpoint: Endpoint) -> str:
        """Return the secret that was made just now."""
        return str(self.context["secret"])


class DeliveriesQuerySerializer(serializers.Serializer[Any]):
    """Which deliveries are meant."""

    endpoint = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=DeliveryState.choices, required=False)


class WebhookDeliverySerializer(serializers.Serializer[Delivery]):
    """An event on its way to an endpoint, and what the last attempt brought."""

    id = serializers.UUIDField(source="public_id")
    endpoint = serializers.UUIDField(source="endpoint.public_id")
    event_id = serializers.UUIDField(source="event.public_id")
    event_type = serializers.ChoiceField(source="event.type", choices=EventType.choices)
    # A field of this name hides the property of a serializer, which its fields never use.
    data = serializers.JSONField(source="event.data")  # type: ignore[assignment]
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    attempts = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    last_attempt_at = serializers.DateTimeField(allow_null=True)
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    response_status = serializers.IntegerField(source="code", allow_null=True)
    response_body = serializers.CharField(
        source="answer", help_text=_("The first kilobyte of what the endpoint answered.")
    )
    elapsed_ms = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()
