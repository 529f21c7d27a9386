"""Markdowns, alerts, favourites and reviews as JSON."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.marketing.dto import (
    AlertCard,
    Arrival,
    FavouriteCard,
    MarkdownCard,
    MarkdownState,
    Place,
    ReviewCard,
)
from apps.marketing.pricing import LEAST_PERCENT, MOST_PERCENT
from apps.users.roles import sees_costs

_PRICE: dict[str, Any] = {"max_digits": 12, "decimal_places": 2}


class MarkdownSerializer(serializers.Serializer[MarkdownCard]):
    """A markdown: of now while it is open, then as it was decided."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=MarkdownState.choices)
    lot_id = serializers.IntegerField()
    lot_code = serializers.CharField()
    sku = serializers.CharField()
    name = serializers.CharField()
    expires_on = serializers.DateField()
    sell_by = serializers.DateField()
    days_left = serializers.IntegerField(help_text=_("Until the last day of sale."))
    units = serializers.IntegerField(help_text=_("Those promised to no order."))
    percent = serializers.IntegerField()
    old_price = serializers.DecimalField(**_PRICE)
    new_price = serializers.DecimalField(**_PRICE)
    given_up = serializers.DecimalField(
        **_PRICE, help_text=_("What the markdown costs if all units are sold.")
    )
    loss = serializers.DecimalField(
        **_PRICE,
        allow_null=True,
        help_text=_(
            "What would be thrown away without it, at the recent pace of sales and at cost: null "
            "for those who read no delivery notes."
        ),
    )

    def to_representation(self, instance: MarkdownCard) -> dict[str, Any]:
        """Leave out what goods have cost where it is not the reader's business."""
        told = super().to_representation(instance)
        return told if sees_costs(self.context["request"].user) else {**told, "loss": None}


class MarkdownQuerySerializer(serializers.Serializer[Any]):
    """Which markdowns are meant."""

    state = serializers.ChoiceField(
        choices=MarkdownState.choices, required=False, help_text=_("Left out, all of them.")
    )


class ProposeSerializer(serializers.Serializer[Any]):
    """A markdown that a person proposes."""

    lot_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    percent = serializers.IntegerField(min_value=LEAST_PERCENT, max_value=MOST_PERCENT)


class AcceptSerializer(serializers.Serializer[Any]):
    """How a markdown is accepted."""

    percent = serializers.IntegerField(
        min_value=LEAST_PERCENT,
        max_value=MOST_PERCENT,
        required=False,
        help_text=_("What was proposed, if left out."),
    )
    seen_price = serializers.DecimalField(
        **_PRICE,
        required=False,
        help_text=_("The old price that was seen; if it has changed, 409 markdown_price_moved."),
    )


class DeclineSerializer(serializers.Serializer[Any]):
    """Why a markdown is declined."""

    reason = serializers.CharField(max_length=200)


class NoticeSerializer(serializers.Serializer[Any]):
    """How many people are told of a markdown."""

    recipients = serializers.IntegerField()


class AlertSerializer(serializers.Serializer[AlertCard]):
    """A pack that the caller waits for."""

    sku = serializers.CharField()
    name = serializers.CharField()
    product_slug = serializers.CharField()
    pack_weight_g = serializers.IntegerField()
    asked_at = serializers.DateTimeField()


class ReviewSerializer(serializers.Serializer[ReviewCard]):
    """What the caller says of an order."""

    stars = serializers.IntegerField(min_value=1, max_value=5)
    words = serializers.CharField(
        max_length=2000, required=False, allow_blank=True,
        help_text=_("Left out, what was said before stays."),
    )  # fmt: skip
    has_photo = serializers.BooleanField(read_only=True)
    given_at = serializers.DateTimeField(read_only=True)


class OpenLinkSerializer(serializers.Serializer[Any]):
    """What stands behind `startapp=` in the link that opened the Mini App."""

    payload = serializers.CharField(max_length=64)


class ArrivalSerializer(serializers.Serializer[Arrival]):
    """Where a link leads."""

    place = serializers.ChoiceField(choices=Place.choices)
    name = serializers.CharField(
        help_text=_("A product's or category's slug, or an order's id; empty for the others.")
    )


class FavouriteSerializer(serializers.Serializer[FavouriteCard]):
    """A product that the caller likes."""

    slug = serializers.CharField()
    name = serializers.CharField()
    added_at = serializers.DateTimeField()
    price = serializers.DecimalField(
        **_PRICE, allow_null=True, help_text=_("Of the cheapest pack; null when it is gone.")
    )
    image = serializers.CharField(help_text=_("A small picture; empty where there is none."))
    is_sold_out = serializers.BooleanField()
    is_gone = serializers.BooleanField(help_text=_("The product left the shop."))
