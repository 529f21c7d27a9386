"""Stocktakes as JSON, for staff. A blind one keeps to itself what the books say."""

from typing import Any

from rest_framework import serializers

from apps.core.models import in_language
from apps.inventory.dto import StocktakeState, Uncounted
from apps.inventory.models import Stocktake
from apps.inventory.selectors.stocktakes import CountedLot

_MOST_UNITS = 1_000_000


class StocktakeSerializer(serializers.Serializer[Stocktake]):
    """A count of a shelf, or of a category."""

    id = serializers.IntegerField()
    shelf = serializers.CharField()
    category = serializers.CharField(source="category.slug", allow_null=True, default=None)
    is_blind = serializers.BooleanField()
    state = serializers.ChoiceField(choices=StocktakeState.choices)
    started_by = serializers.CharField(allow_null=True)
    in_charge = serializers.CharField(source="keeper", allow_null=True)
    started_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    lot_count = serializers.IntegerField()
    counted_count = serializers.IntegerField()


class CountedLotSerializer(serializers.Serializer[CountedLot]):
    """A lot to be counted. `moved` is what was picked or came in since it was."""

    lot_id = serializers.IntegerField(source="lot.pk")
    sku = serializers.CharField(source="lot.variant.sku")
    name = serializers.SerializerMethodField()
    code = serializers.CharField(source="lot.code")
    shelf = serializers.CharField(source="lot.shelf")
    expires_on = serializers.DateField(source="lot.expires_on")
    counted = serializers.IntegerField(source="line.counted", allow_null=True)
    counted_by = serializers.CharField(source="line.counted_by", allow_null=True)
    counted_at = serializers.DateTimeField(source="line.counted_at", allow_null=True)
    expected = serializers.IntegerField(source="line.expected", allow_null=True)
    difference = serializers.IntegerField(allow_null=True)
    value = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    moved = serializers.IntegerField(allow_null=True)
    must_be_counted_again = serializers.BooleanField(source="is_stale")

    def get_name(self, row: CountedLot) -> str:
        """Return the product's name in the reader's language."""
        return in_language(row.lot.variant.product, "name")

    def to_representation(self, instance: CountedLot) -> dict[str, Any]:
        """Leave out what would tell a blind count the books."""
        shown: dict[str, Any] = super().to_representation(instance)
        if self.context.get("is_hidden"):
            shown |= dict.fromkeys(("expected", "difference", "value", "moved"))
        return shown


class StocktakeDetailSerializer(StocktakeSerializer):
    """A stocktake with its lots."""

    lots = CountedLotSerializer(many=True)


class StocktakeQuerySerializer(serializers.Serializer[Any]):
    """Which stocktakes are meant."""

    state = serializers.ChoiceField(choices=StocktakeState.choices, required=False)


class StartSerializer(serializers.Serializer[Any]):
    """What is to be counted: a shelf by its code, or a category by its slug."""

    shelf = serializers.CharField(max_length=40, required=False, allow_blank=True)
    category = serializers.SlugField(max_length=80, required=False)
    is_blind = serializers.BooleanField(default=True)


class CountSerializer(serializers.Serializer[Any]):
    """What was counted; `seen` is the count that was there before, null if there was none."""

    lot_id = serializers.IntegerField(min_value=1)
    counted = serializers.IntegerField(min_value=0, max_value=_MOST_UNITS)
    seen = serializers.IntegerField(min_value=0, allow_null=True, default=None)


class LotIdSerializer(serializers.Serializer[Any]):
    """One lot."""

    lot_id = serializers.IntegerField(min_value=1)


class ConfirmSerializer(serializers.Serializer[Any]):
    """What becomes of lots that nobody counted."""

    uncounted = serializers.ChoiceField(choices=Uncounted.choices, default=Uncounted.KEEP)

    def validate_uncounted(self, value: str) -> Uncounted:
        """Return the choice itself."""
        return Uncounted(value)
