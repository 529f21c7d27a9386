"""Prices as JSON, for staff: their history, what is scheduled, what changes together."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.catalog.dto import (
    PriceBatchKind,
    PriceBatchState,
    PriceChangeKind,
    PriceFilter,
    PriceMove,
    PriceOperation,
    PriceProblem,
    PriceRounding,
    PriceTarget,
)
from apps.catalog.models import PriceBatchLine, PriceChange, ScheduledPrice
from apps.core.fields import MomentField

_PRICE: dict[str, Any] = {"max_digits": 12, "decimal_places": 2}
_LEAST = Decimal("0.01")


class PriceChangeSerializer(serializers.Serializer[PriceChange]):
    """One change of what staff ask for a pack; before its first price there was none."""

    sku = serializers.CharField(source="variant.sku")
    changed_at = serializers.DateTimeField(help_text=_("From when on it was asked."))
    kind = serializers.ChoiceField(choices=PriceChangeKind.choices)
    old_price = serializers.DecimalField(allow_null=True, **_PRICE)
    new_price = serializers.DecimalField(**_PRICE)
    old_regular_price = serializers.DecimalField(allow_null=True, **_PRICE)
    new_regular_price = serializers.DecimalField(**_PRICE)
    reason = serializers.CharField()
    by = serializers.SerializerMethodField()

    def get_by(self, change: PriceChange) -> str | None:
        """Return who did it, None for a program."""
        return str(change.actor) if change.actor else None


class SkuQuerySerializer(serializers.Serializer[Any]):
    """Whose prices are meant."""

    sku = serializers.CharField(max_length=40, required=False, help_text=_("The pack's SKU."))


class SchedulesQuerySerializer(SkuQuerySerializer):
    """Which scheduled prices are meant."""

    done = serializers.BooleanField(
        default=False, help_text=_("Also those that are over or withdrawn.")
    )


class ScheduledPriceSerializer(serializers.Serializer[ScheduledPrice]):
    """A price for later; without an end it is for good."""

    public_id = serializers.UUIDField()
    sku = serializers.CharField(source="variant.sku")
    price = serializers.DecimalField(**_PRICE)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    by = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    applied_at = serializers.DateTimeField(
        allow_null=True, help_text=_("When one for good became the price asked.")
    )

    def get_by(self, row: ScheduledPrice) -> str | None:
        """Return who scheduled it, None for a program."""
        return str(row.made_by) if row.made_by else None


class ScheduleSerializer(serializers.Serializer[Any]):
    """A price to be scheduled. Times without an offset are meant on the shop's clock."""

    sku = serializers.CharField(max_length=40)
    price = serializers.DecimalField(min_value=_LEAST, **_PRICE)
    starts_at = MomentField()
    ends_at = MomentField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class PriceChoiceSerializer(serializers.Serializer[Any]):
    """Which packs are meant; without any limit all of the shop, hidden ones included."""

    category = serializers.SlugField(
        max_length=80, required=False, help_text=_("Slug; those under it are included.")
    )
    tag = serializers.SlugField(max_length=40, required=False)
    brand = serializers.CharField(max_length=80, required=False)
    search = serializers.CharField(
        max_length=100, required=False, help_text=_("Words of the name or the SKU.")
    )
    price_min = serializers.DecimalField(required=False, min_value=0, **_PRICE)
    price_max = serializers.DecimalField(required=False, min_value=0, **_PRICE)
    skus = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, max_length=10_000
    )


class PriceOperationSerializer(serializers.Serializer[Any]):
    """What is done to each price; `amount` is signed, in percent or in money."""

    target = serializers.ChoiceField(choices=PriceTarget.choices)
    move = serializers.ChoiceField(choices=PriceMove.choices)
    amount = serializers.DecimalField(default=Decimal(0), **_PRICE)
    rounding = serializers.ChoiceField(choices=PriceRounding.choices, default=PriceRounding.NONE)


class PricePreviewSerializer(serializers.Serializer[Any]):
    """A change in bulk to be previewed."""

    chosen = PriceChoiceSerializer(required=False)
    operation = PriceOperationSerializer()
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)

    def wanted_packs(self, variant_ids: tuple[int, ...]) -> PriceFilter:
        """Return the choice, with the ids of the packs that it names by SKU."""
        chosen = dict(self.validated_data.get("chosen", {}))
        chosen.pop("skus", None)
        return PriceFilter(variant_ids=variant_ids, **chosen)

    def wanted_operation(self) -> PriceOperation:
        """Return what is done to each price."""
        values = self.validated_data["operation"]
        return PriceOperation(
            target=PriceTarget(values["target"]),
            move=PriceMove(values["move"]),
            amount=values["amount"],
            rounding=PriceRounding(values["rounding"]),
        )


class PriceBatchSerializer(serializers.Serializer[Any]):
    """Prices that change together; `lines` are pages of their own."""

    public_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=PriceBatchKind.choices)
    state = serializers.ChoiceField(choices=PriceBatchState.choices)
    reason = serializers.CharField()
    changes = serializers.IntegerField(help_text=_("How many prices change."))
    unchanged = serializers.IntegerField(help_text=_("How many packs that were meant stay."))
    problems = serializers.IntegerField(
        help_text=_("How many packs would have no price: then nothing can be carried out.")
    )
    losses = serializers.IntegerField(help_text=_("How many would be sold below their cost."))
    created_at = serializers.DateTimeField()
    applied_at = serializers.DateTimeField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)


class PriceBatchLineSerializer(serializers.Serializer[PriceBatchLine]):
    """One pack of a batch; with `starts_at` its price is scheduled, not set."""

    sku = serializers.CharField(source="variant.sku")
    name = serializers.CharField(source="variant.product.name")
    old_price = serializers.DecimalField(**_PRICE)
    new_price = serializers.DecimalField(allow_null=True, **_PRICE)
    old_regular_price = serializers.DecimalField(**_PRICE)
    new_regular_price = serializers.DecimalField(allow_null=True, **_PRICE)
    cost = serializers.DecimalField(
        allow_null=True, help_text=_("Of a unit of the newest lot, where it is known."), **_PRICE
    )
    margin_percent = serializers.DecimalField(
        allow_null=True, max_digits=14, decimal_places=1, help_text=_("Of the new price.")
    )
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    problem = serializers.ChoiceField(choices=PriceProblem.choices, allow_blank=True)
    is_kept = serializers.BooleanField(
        help_text=_("Whether an undo left it, since its price was changed again.")
    )


class BatchUndoneSerializer(PriceBatchSerializer):
    """What came of an undo."""

    undone = serializers.IntegerField()
    kept = serializers.ListField(
        child=serializers.CharField(), help_text=_("SKUs whose price was changed again since.")
    )
