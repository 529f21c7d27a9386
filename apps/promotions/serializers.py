"""Promotions and promo codes as staff's programs see them. Money is a string with two places."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.core.fields import MomentField
from apps.promotions import texts
from apps.promotions.dto import OfferState, Reward, Scope, Trial


def _sum(**more: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, **more)


class OfferQuerySerializer(serializers.Serializer[Any]):
    """Which offers are meant."""

    state = serializers.ChoiceField(choices=OfferState.choices, required=False)


class OfferSerializer(serializers.Serializer[Any]):
    """What promotions and promo codes have in common."""

    id = serializers.UUIDField(source="public_id")
    state = serializers.ChoiceField(choices=OfferState.choices)
    scope = serializers.ChoiceField(choices=Scope.choices)
    reward = serializers.ChoiceField(choices=Reward.choices)
    value = _sum(allow_null=True)
    buy = serializers.IntegerField(allow_null=True)
    pay = serializers.IntegerField(allow_null=True)
    gift = serializers.CharField(source="gift_variant.sku", default=None, allow_null=True)
    gift_quantity = serializers.IntegerField()
    products = serializers.SerializerMethodField()
    categories = serializers.SerializerMethodField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    first_order_only = serializers.BooleanField()
    minimum_total = _sum()
    is_active = serializers.BooleanField()
    budget = _sum(allow_null=True)
    spent = _sum()

    def get_products(self, row: Any) -> list[str]:
        """Return the slugs of the products that it is about."""
        return [product.slug for product in row.products.all()]

    def get_categories(self, row: Any) -> list[str]:
        """Return the slugs of the categories that it is about."""
        return [category.slug for category in row.categories.all()]


class PromotionSerializer(OfferSerializer):
    """A promotion."""

    name_ru = serializers.CharField()
    name_en = serializers.CharField()
    priority = serializers.IntegerField()
    is_stackable = serializers.BooleanField()


class PromoCodeSerializer(OfferSerializer):
    """A promo code."""

    code = serializers.CharField()
    note = serializers.CharField()
    uses_limit = serializers.IntegerField(allow_null=True)
    per_customer = serializers.IntegerField(allow_null=True)
    used = serializers.IntegerField()


class OfferWriteSerializer(serializers.Serializer[Any]):
    """What is given, for what, when and to whom."""

    scope = serializers.ChoiceField(choices=Scope.choices)
    reward = serializers.ChoiceField(choices=Reward.choices)
    value = _sum(
        required=False,
        allow_null=True,
        help_text=_("Percent, a sum, or a price, as the reward says."),
    )
    buy = serializers.IntegerField(min_value=2, max_value=100, required=False, allow_null=True)
    pay = serializers.IntegerField(min_value=1, max_value=100, required=False, allow_null=True)
    gift = serializers.CharField(
        max_length=40, required=False, allow_null=True, help_text=_("The SKU of the gift.")
    )
    gift_quantity = serializers.IntegerField(min_value=1, max_value=20, required=False)
    products = serializers.ListField(
        child=serializers.SlugField(max_length=120), required=False, max_length=200
    )
    categories = serializers.ListField(
        child=serializers.SlugField(max_length=80), required=False, max_length=200
    )
    starts_at = MomentField()
    ends_at = MomentField(
        required=False,
        allow_null=True,
        help_text=_("From this moment on it gives nothing more."),
    )
    first_order_only = serializers.BooleanField(required=False)
    minimum_total = _sum(required=False)
    is_active = serializers.BooleanField(required=False)
    budget = _sum(required=False, allow_null=True)


class PromotionWriteSerializer(OfferWriteSerializer):
    """A promotion to be made, or what changes of one."""

    name_ru = serializers.CharField(max_length=80)
    name_en = serializers.CharField(max_length=80)
    priority = serializers.IntegerField(min_value=-1000, max_value=1000, required=False)
    is_stackable = serializers.BooleanField(required=False)


class PromoCodeWriteSerializer(OfferWriteSerializer):
    """A promo code to be made, or what changes of one."""

    code = serializers.CharField(max_length=60)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    uses_limit = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, allow_null=True
    )
    per_customer = serializers.IntegerField(
        min_value=1, max_value=2**15 - 1, required=False, allow_null=True
    )


class PreviewQuerySerializer(serializers.Serializer[Any]):
    """Whose changes are tried; without it, a new offer."""

    changes = serializers.UUIDField(
        required=False, help_text=_("The offer that the body would change.")
    )


class TrialLineSerializer(serializers.Serializer[Any]):
    """A line of a real cart, before and after."""

    name = serializers.CharField()
    quantity = serializers.IntegerField()
    before = _sum()
    after = _sum()


class TrialSerializer(serializers.Serializer[Trial]):
    """What the offer does to one real cart."""

    title = serializers.CharField(source="sample.title")
    lines = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()
    delivery_before = _sum(source="before.fee.fee")
    delivery_after = _sum(source="after.fee.fee")
    before = _sum(source="before.total")
    after = _sum(source="after.total")

    def get_lines(self, trial: Trial) -> list[dict[str, Any]]:
        """Return the lines with their sums before and after."""
        before = {line.line.variant_id: line.to_pay for line in trial.before.goods.lines}
        lines = [
            {
                "name": trial.sample.names[line.line.variant_id],
                "quantity": line.line.quantity,
                "before": before[line.line.variant_id],
                "after": line.to_pay,
            }
            for line in trial.after.goods.lines
        ]
        return list(TrialLineSerializer(lines, many=True).data)

    def get_steps(self, trial: Trial) -> list[str]:
        """Return every offer that gives something to this cart, gifts included."""
        goods = trial.after.goods
        steps = {
            step.key: texts.explain(step)
            for step in (
                *(step for line in goods.lines for step in line.unit_steps),
                *goods.steps,
                *(gift.step for gift in goods.gifts),
                *trial.after.fee.steps,
            )
        }
        return list(steps.values())
