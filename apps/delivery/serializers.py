"""Zones, windows and pickup points as JSON. Money is a string with two places."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.delivery.dto import ClosedReason, FeeRule, PickupCard, SlotCard, ZoneCard


class FeeStepSerializer(serializers.Serializer[FeeRule]):
    """A fee from a worth of goods and from a distance on."""

    from_total = serializers.DecimalField(max_digits=12, decimal_places=2)
    from_km = serializers.DecimalField(max_digits=6, decimal_places=2)
    fee = serializers.DecimalField(max_digits=12, decimal_places=2)


class ZoneSerializer(serializers.Serializer[ZoneCard]):
    """What bringing food to a zone costs."""

    slug = serializers.CharField()
    name = serializers.CharField()
    fee = serializers.DecimalField(max_digits=12, decimal_places=2)
    free_from = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    minimum_total = serializers.DecimalField(max_digits=12, decimal_places=2)
    fee_steps = FeeStepSerializer(
        many=True,
        source="steps",
        help_text=_(
            "Fees that replace the zone's own: of the steps that hold, that of the furthest"
            " distance, and among those that of the biggest order."
        ),
    )


class PickupPointSerializer(serializers.Serializer[PickupCard]):
    """Where customers fetch their orders themselves."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    address = serializers.CharField()
    hours = serializers.CharField()
    notice = serializers.CharField(
        help_text=_("Days of the coming two weeks on which it is closed or open otherwise.")
    )
    latitude = serializers.DecimalField(max_digits=9, decimal_places=6)
    longitude = serializers.DecimalField(max_digits=9, decimal_places=6)


class DeliveryPlacesSerializer(serializers.Serializer[Any]):
    """Where the shop brings food, and where it can be fetched."""

    zones = ZoneSerializer(many=True)
    pickup_points = PickupPointSerializer(many=True)


class SlotSerializer(serializers.Serializer[SlotCard]):
    """A window [starts_at, ends_at); a closed one says why."""

    id = serializers.UUIDField(source="public_id")
    date = serializers.DateField(help_text=_("The day on the shop's calendar."))
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    cutoff_at = serializers.DateTimeField(help_text=_("From then on it takes no more orders."))
    is_open = serializers.SerializerMethodField()
    closed_reason = serializers.ChoiceField(
        choices=ClosedReason.choices, allow_blank=True, help_text=_("Empty while it is open.")
    )

    def get_is_open(self, card: SlotCard) -> bool:
        """Tell whether the window takes another order."""
        return not card.closed_reason


class OfferedSlotsSerializer(serializers.Serializer[Any]):
    """The zone that was meant and its windows."""

    zone = ZoneSerializer()
    slots = SlotSerializer(many=True)


class SlotQuerySerializer(serializers.Serializer[Any]):
    """Which place is meant: a zone, a point, or one of the caller's addresses.

    Without any of them the zone for addresses without coordinates is meant.
    """

    zone = serializers.SlugField(required=False, help_text=_("A zone's slug."))
    latitude = serializers.DecimalField(
        max_digits=9, decimal_places=6, min_value=-90, max_value=90, required=False
    )
    longitude = serializers.DecimalField(
        max_digits=9, decimal_places=6, min_value=-180, max_value=180, required=False
    )
    address = serializers.UUIDField(required=False, help_text=_("The caller must be signed in."))
    date = serializers.DateField(required=False, help_text=_("Only this day."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse half a point, and two places at once."""
        if ("latitude" in attrs) != ("longitude" in attrs):
            raise serializers.ValidationError(_("Send both latitude and longitude."))
        if len(attrs.keys() & {"zone", "latitude", "address"}) > 1:
            raise serializers.ValidationError(_("Send a zone, a point or an address, not several."))
        return attrs
