"""Orders as JSON. Money is a string with two places."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.cart.serializers import CartSerializer, CartWarningSerializer, money
from apps.orders.dto import (
    AdjustmentKind,
    EventCard,
    IfShort,
    LineCard,
    Method,
    OrderCard,
    OrderStatus,
    SavingCard,
    Source,
)
from apps.payments.dto import ON_DELIVERY, PaymentState, PayWay, Provider


class CheckoutSerializer(serializers.Serializer[Any]):
    """What the caller decided at the checkout.

    A delivery has an `address` of the caller's or a new one (`street` and so on), and a `slot`; a
    pickup has a `pickup_point`.
    """

    method = serializers.ChoiceField(choices=Method.choices)
    address = serializers.UUIDField(required=False)
    street = serializers.CharField(max_length=200, required=False)
    city = serializers.CharField(max_length=80, required=False, allow_blank=True)
    flat = serializers.CharField(max_length=20, required=False, allow_blank=True)
    entrance = serializers.CharField(max_length=20, required=False, allow_blank=True)
    floor = serializers.CharField(max_length=20, required=False, allow_blank=True)
    address_comment = serializers.CharField(max_length=300, required=False, allow_blank=True)
    latitude = serializers.DecimalField(
        max_digits=9, decimal_places=6, min_value=-90, max_value=90, required=False
    )
    longitude = serializers.DecimalField(
        max_digits=9, decimal_places=6, min_value=-180, max_value=180, required=False
    )
    slot = serializers.UUIDField(required=False)
    pickup_point = serializers.UUIDField(required=False)
    payment = serializers.CharField(max_length=12, help_text=_("One of orders/payment-methods/."))
    expected_total = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        min_value=0,
        help_text=_("The total that the customer agreed to; another one answers 409."),
    )
    contact_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    contact_phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    comment = serializers.CharField(max_length=500, required=False, allow_blank=True)
    if_short = serializers.ChoiceField(
        choices=IfShort.choices,
        default=IfShort.LEAVE,
        help_text=_("What is done when something runs out and nobody answers in time."),
    )
    # A field of this name hides the attribute of Field's, which a whole serializer never uses.
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=(Source.API, Source.WEBAPP), default=Source.API
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse half a point."""
        if ("latitude" in attrs) != ("longitude" in attrs):
            raise serializers.ValidationError(_("Send both latitude and longitude."))
        return attrs


class OrderLineSerializer(serializers.Serializer[LineCard]):
    """A pack as it was bought."""

    sku = serializers.CharField()
    name = serializers.CharField()
    is_weighed = serializers.BooleanField(
        help_text=_("Sold by weight: what the units weigh is charged, never more than `total`.")
    )
    pack_weight_g = serializers.IntegerField(
        help_text=_("Sold by weight: the most that one piece can weigh.")
    )
    quantity = serializers.IntegerField()
    picked_quantity = serializers.IntegerField(
        allow_null=True, help_text=_("Null until the order is packed.")
    )
    unit_price = money()
    total = money()
    discount = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        help_text=_("The line's share of the order's discount: the rest is what it costs."),
    )
    gift_quantity = serializers.IntegerField(help_text=_("Packs that come along for nothing."))
    refunded_quantity = serializers.IntegerField(help_text=_("Packs whose money was given back."))
    weight_g = serializers.IntegerField(
        source="weight_there_g", allow_null=True,
        help_text=_("What the units weigh together; null until they are weighed."),
    )  # fmt: skip
    weighed_off = serializers.DecimalField(
        max_digits=12, decimal_places=2, help_text=_("What they cost less for their weight.")
    )
    charged = serializers.DecimalField(
        max_digits=12, decimal_places=2, help_text=_("What is paid for the packs that are there.")
    )


class OrderSavingSerializer(serializers.Serializer[SavingCard]):
    """What one offer took off; a gift takes nothing off."""

    kind = serializers.ChoiceField(choices=AdjustmentKind.choices)
    text = serializers.CharField(help_text=_("Names the offer and says what it gives."))
    amount = money()


class OrderEventSerializer(serializers.Serializer[EventCard]):
    """A step of the order's way."""

    status = serializers.ChoiceField(choices=OrderStatus.choices)
    status_name = serializers.CharField()
    created_at = serializers.DateTimeField()
    reason = serializers.CharField()


class OrderSerializer(serializers.Serializer[OrderCard]):
    """An order of the caller's."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    status_name = serializers.CharField()
    method = serializers.ChoiceField(choices=Method.choices)
    created_at = serializers.DateTimeField()
    items_total = money()
    discount = money()
    savings = OrderSavingSerializer(many=True)
    delivery_fee = money()
    shortage = money()
    weighed_off = serializers.DecimalField(
        max_digits=12, decimal_places=2,
        help_text=_("What goods sold by weight cost less than was reserved."),
    )  # fmt: skip
    total = money()
    is_estimate = serializers.BooleanField(
        help_text=_("Some goods are weighed when they are packed: the total is the most it can be.")
    )
    given_back = money()
    coming_back = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        allow_null=True,
        help_text=_("What a cancelled order gives back; 0.00: nothing was taken. Null otherwise."),
    )
    payment = serializers.CharField()
    is_paid = serializers.BooleanField()
    address = serializers.CharField()
    contact_name = serializers.CharField()
    contact_phone = serializers.CharField()
    comment = serializers.CharField()
    if_short = serializers.ChoiceField(choices=IfShort.choices)
    slot_starts_at = serializers.DateTimeField(allow_null=True)
    slot_ends_at = serializers.DateTimeField(allow_null=True)
    pickup_code = serializers.CharField()
    can_cancel = serializers.BooleanField()
    hold_expires_at = serializers.DateTimeField(allow_null=True)
    lines = OrderLineSerializer(many=True)


class OrderDetailSerializer(OrderSerializer):
    """An order of the caller's, with its timeline."""

    address_details = serializers.CharField()
    courier_name = serializers.CharField(
        help_text=_("Who brings it, while it is on the road; empty otherwise.")
    )
    is_declined = serializers.BooleanField(
        help_text=_("The last attempt to pay failed; the order still waits for a payment.")
    )
    events = OrderEventSerializer(many=True)


class CancelSerializer(serializers.Serializer[Any]):
    """Why the order is not wanted any more, if the caller wants to say."""

    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class RefillSerializer(serializers.Serializer[Any]):
    """The cart with the order's goods in it, and what could not be had as before."""

    cart = CartSerializer()
    changes = CartWarningSerializer(many=True)


class StartPaymentSerializer(serializers.Serializer[Any]):
    """Through whom the caller wants to pay."""

    provider = serializers.ChoiceField(
        choices=Provider.choices,
        required=False,
        help_text=_("Left out: as chosen at the checkout."),
    )


class PayWaySerializer(serializers.Serializer[PayWay]):
    """Where to pay; `confirmation_url` is a page of the provider's, or an invoice of Telegram's."""

    provider = serializers.ChoiceField(choices=Provider.choices)
    state = serializers.ChoiceField(choices=PaymentState.choices)
    confirmation_url = serializers.CharField()
    amount = money()
    expires_at = serializers.DateTimeField(allow_null=True)


class PaymentMethodSerializer(serializers.Serializer[Provider]):
    """A way to pay; those at the door need no payment beforehand."""

    code = serializers.ChoiceField(choices=Provider.choices, source="value")
    name = serializers.CharField(source="label")
    is_online = serializers.SerializerMethodField()

    def get_is_online(self, provider: Provider) -> bool:
        """Return whether the order waits for the payment."""
        return provider not in ON_DELIVERY
