"""Carts and quotes as JSON. Money is a string with two places."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.cart.dto import (
    CartLine,
    CartView,
    CartWarning,
    CodeCard,
    GiftCard,
    Quote,
    Saving,
)
from apps.cart.services import MAX_QUANTITY
from apps.catalog.dto import SoldBy
from apps.delivery.dto import FeeReason
from apps.delivery.serializers import SlotSerializer
from apps.promotions.dto import CodeState, OfferKind

# As many different packs as one quote is asked for.
MAX_QUOTED = 50


def money() -> serializers.DecimalField:
    """Return the field of a sum."""
    return serializers.DecimalField(max_digits=12, decimal_places=2, read_only=True)


class CartWarningSerializer(serializers.Serializer[CartWarning]):
    """Something changed since it was put into the cart."""

    code = serializers.CharField(
        help_text=_("price_up, price_down, less_stock, sold_out, over_maximum or gone.")
    )
    text = serializers.CharField()


class SavingSerializer(serializers.Serializer[Saving]):
    """What one offer takes off."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in OfferKind])
    text = serializers.CharField(help_text=_("Names the offer and says what it gives."))
    amount = money()


class GiftSerializer(serializers.Serializer[GiftCard]):
    """Packs that come along for nothing."""

    sku = serializers.CharField()
    name = serializers.CharField()
    product_slug = serializers.CharField()
    image = serializers.CharField(source="small_image")
    pack_weight_g = serializers.IntegerField()
    quantity = serializers.IntegerField()
    price = serializers.DecimalField(
        max_digits=12, decimal_places=2, help_text=_("What one costs those who buy it.")
    )
    text = serializers.CharField(help_text=_("Names the offer and says what it gives."))


class CodeSerializer(serializers.Serializer[CodeCard]):
    """The promo code of the cart."""

    code = serializers.CharField()
    state = serializers.ChoiceField(choices=[state.value for state in CodeState])
    text = serializers.CharField()
    amount = money()
    is_applied = serializers.BooleanField()


class CartLineSerializer(serializers.Serializer[CartLine]):
    """So many of one pack."""

    id = serializers.UUIDField(source="public_id")
    sku = serializers.CharField()
    name = serializers.CharField()
    product_slug = serializers.CharField()
    image = serializers.CharField(source="small_image")
    sold_by = serializers.ChoiceField(choices=SoldBy.choices)
    pack_weight_g = serializers.IntegerField(
        help_text=_("Sold by weight: the most that one piece can weigh.")
    )
    quantity = serializers.IntegerField()
    unit_price = money()
    kilogram_price = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        allow_null=True,
        help_text=_("Sold by weight: what a kilogram costs; null otherwise."),
    )
    regular_price = money()
    seen_price = money()
    total = money()
    discount = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        help_text=_("The line's share of what offers take off beside the prices."),
    )
    offers = serializers.ListField(
        child=serializers.CharField(), help_text=_("The offers that are about this pack.")
    )
    available = serializers.IntegerField()
    max_per_order = serializers.IntegerField()
    best_before = serializers.DateField(
        allow_null=True, help_text=_("Of a clearance pack, whose units keep until that day.")
    )
    warnings = CartWarningSerializer(many=True)


class CartSerializer(serializers.Serializer[CartView]):
    """The caller's cart at today's prices."""

    version = serializers.IntegerField(help_text=_("Counts up with each change; 0 is no cart yet."))
    lines = CartLineSerializer(many=True)
    items_total = money()
    discount = money()
    total = serializers.DecimalField(
        max_digits=12, decimal_places=2, help_text=_("What is paid for the goods.")
    )
    savings = money()
    offers = SavingSerializer(many=True, help_text=_("What the discount is made of."))
    gifts = GiftSerializer(many=True)
    code = CodeSerializer(allow_null=True)
    chance = serializers.CharField(
        help_text=_("What a few goods more would bring; empty for nothing.")
    )
    count = serializers.IntegerField(help_text=_("Packs in all."))
    warnings = CartWarningSerializer(many=True)
    can_check_out = serializers.BooleanField()


class VersionSerializer(serializers.Serializer[Any]):
    """The cart that the caller saw, where it matters to them."""

    version = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text=_("With it, a cart that was changed since answers 409 cart_changed."),
    )


class NewItemSerializer(VersionSerializer):
    """So many more of a pack."""

    sku = serializers.CharField(max_length=40)
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY, default=1)


class ItemQuantitySerializer(VersionSerializer):
    """So many of what is in the cart; 0 takes it out."""

    quantity = serializers.IntegerField(min_value=0, max_value=MAX_QUANTITY)


class TypedCodeSerializer(VersionSerializer):
    """A promo code, as somebody types it."""

    code = serializers.CharField(max_length=60)


class QuotedLineSerializer(serializers.Serializer[Any]):
    """So many of a pack that need lie in no cart."""

    sku = serializers.CharField(max_length=40)
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY, default=1)


class QuoteRequestSerializer(serializers.Serializer[Any]):
    """What is to be brought, and where: an address of the caller's, a point, or a zone."""

    method = serializers.ChoiceField(choices=("delivery", "pickup"), default="delivery")
    lines = serializers.ListField(
        child=QuotedLineSerializer(), required=False, min_length=1, max_length=MAX_QUOTED,
        help_text=_("These goods instead of the caller's cart; without a promo code."),
    )  # fmt: skip
    address = serializers.UUIDField(
        required=False,
        help_text=_("The caller's own; staff who see addresses may name anybody's."),
    )
    latitude = serializers.DecimalField(
        max_digits=9, decimal_places=6, min_value=-90, max_value=90, required=False
    )
    longitude = serializers.DecimalField(
        max_digits=9, decimal_places=6, min_value=-180, max_value=180, required=False
    )
    zone = serializers.CharField(max_length=60, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse half a point."""
        if ("latitude" in attrs) != ("longitude" in attrs):
            raise serializers.ValidationError(_("Send both latitude and longitude."))
        return attrs

    def validate_lines(self, lines: list[dict[str, Any]]) -> dict[str, int]:
        """Return the units by SKU; a pack that is named twice is refused."""
        units = {line["sku"]: line["quantity"] for line in lines}
        if len(units) < len(lines):
            raise serializers.ValidationError(_("Name each line once."))
        return units


class QuotedZoneSerializer(serializers.Serializer[Any]):
    """The zone that a quote is for."""

    slug = serializers.CharField()
    name = serializers.CharField()


class QuoteSerializer(serializers.Serializer[Quote]):
    """What the cart costs there."""

    zone = QuotedZoneSerializer(allow_null=True)
    items_total = serializers.DecimalField(
        source="cart.items_total", max_digits=12, decimal_places=2
    )
    discount = serializers.DecimalField(source="cart.discount", max_digits=12, decimal_places=2)
    offers = SavingSerializer(many=True, source="cart.offers")
    full_delivery_fee = serializers.DecimalField(
        source="fee.full",
        max_digits=12,
        decimal_places=2,
        help_text=_("What bringing costs without offers."),
    )
    delivery_offers = SavingSerializer(many=True)
    delivery_fee = money()
    code = CodeSerializer(allow_null=True)
    savings = money()
    total = money()
    is_estimate = serializers.BooleanField(
        source="cart.is_estimate",
        help_text=_(
            "Some goods are weighed when they are packed: the total is the most it can be."
        ),
    )
    minimum_total = money()
    missing_for_minimum = money()
    missing_for_free = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        allow_null=True,
        help_text=_("Null where delivery is free already, or never is."),
    )
    missing_for_less = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        allow_null=True,
        help_text=_("Null where no bigger order lowers the fee before it is free."),
    )
    less_fee = serializers.DecimalField(
        max_digits=12, decimal_places=2, allow_null=True, help_text=_("What the fee would be then.")
    )
    fee_reason = serializers.ChoiceField(
        choices=[reason.value for reason in FeeReason],
        allow_blank=True,
        help_text=_("Why bringing costs what it costs; empty for a pickup."),
    )
    fee_text = serializers.CharField(
        help_text=_("The same for a person; empty where there is nothing to say.")
    )
    next_slots = SlotSerializer(many=True, help_text=_("The next windows that take orders."))
    warnings = CartWarningSerializer(
        many=True, source="cart.warnings", help_text=_("What can't be had as it is asked for.")
    )
    cart_version = serializers.IntegerField(source="cart.version")
    can_check_out = serializers.SerializerMethodField()

    def get_can_check_out(self, quote: Quote) -> bool:
        """Tell whether the cart could be ordered as it stands."""
        return quote.cart.can_check_out and not quote.missing_for_minimum
