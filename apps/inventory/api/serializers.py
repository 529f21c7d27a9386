"""Stock as JSON, for staff."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.core.models import in_language
from apps.inventory.dto import LotStatus, MovementKind, WasteReason
from apps.inventory.models import Lot, StockLevel, StockMovement
from apps.users.roles import sees_costs


class StockLevelSerializer(serializers.Serializer[StockLevel]):
    """How many units of a pack there are; `available` may still be promised."""

    sku = serializers.CharField(source="variant.sku")
    name = serializers.SerializerMethodField()
    on_hand = serializers.IntegerField()
    blocked = serializers.IntegerField()
    reserved = serializers.IntegerField()
    available = serializers.IntegerField()
    low_threshold = serializers.IntegerField()

    def get_name(self, level: StockLevel) -> str:
        """Return the product's name in the reader's language."""
        return in_language(level.variant.product, "name")


class StockQuerySerializer(serializers.Serializer[Any]):
    """Which stock levels are meant."""

    sku = serializers.CharField(max_length=40, required=False, help_text=_("How the SKU begins."))
    low = serializers.BooleanField(
        default=False, help_text=_("Only packs with no more units than their threshold.")
    )


class LotSerializer(serializers.Serializer[Lot]):
    """Units that were made together; a blocked lot is neither sold nor picked."""

    id = serializers.IntegerField()
    sku = serializers.CharField(source="variant.sku")
    code = serializers.CharField()
    supplier = serializers.SerializerMethodField(
        help_text=_("Null for those who read no delivery notes.")
    )
    made_on = serializers.DateField()
    expires_on = serializers.DateField()
    sell_by = serializers.DateField()
    received = serializers.IntegerField()
    remaining = serializers.IntegerField()
    shelf = serializers.CharField()
    status = serializers.ChoiceField(choices=LotStatus.choices)
    is_blocked = serializers.BooleanField()

    def get_supplier(self, lot: Lot) -> str | None:
        """Return from whom it came, to those who may know."""
        return lot.supplier if sees_costs(self.context["request"].user) else None


class MovementSerializer(serializers.Serializer[StockMovement]):
    """One change of one lot; what happened is never rewritten."""

    id = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=MovementKind.choices)
    sku = serializers.CharField(source="variant.sku")
    lot_id = serializers.IntegerField()
    lot_code = serializers.CharField(source="lot.code")
    quantity = serializers.IntegerField(help_text=_("By how many units the lot changed."))
    blocked = serializers.IntegerField(
        help_text=_("How many units were put aside, or let back: a quarantine loses none.")
    )
    order = serializers.CharField(
        source="order.number",
        default=None,
        allow_null=True,
        help_text=_("The number of the order that it was for."),
    )
    actor = serializers.CharField(
        source="actor.username",
        default=None,
        allow_null=True,
        help_text=_("Null: the shop itself."),
    )
    reason_code = serializers.ChoiceField(choices=WasteReason.choices, allow_blank=True)
    reason = serializers.CharField()


class MovementQuerySerializer(serializers.Serializer[Any]):
    """Which movements are meant."""

    sku = serializers.CharField(max_length=40, required=False, help_text=_("The pack's SKU."))
    lot = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text=_("The lot's id.")
    )
    kind = serializers.ChoiceField(choices=MovementKind.choices, required=False)


class LotQuerySerializer(serializers.Serializer[Any]):
    """Which lots are meant."""

    sku = serializers.CharField(max_length=40, required=False, help_text=_("The pack's SKU."))
    shelf = serializers.CharField(
        max_length=20, required=False, help_text=_("The shelf's code, as its label says.")
    )
    remaining = serializers.BooleanField(
        default=True, help_text=_("Only lots that still hold units.")
    )


class ReceiveSerializer(serializers.Serializer[Any]):
    """A delivery of one lot."""

    sku = serializers.CharField(max_length=40)
    code = serializers.CharField(max_length=40)
    made_on = serializers.DateField()
    expires_on = serializers.DateField()
    quantity = serializers.IntegerField(min_value=1, max_value=1_000_000)
    supplier = serializers.CharField(max_length=100, required=False, allow_blank=True)
    cost = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, required=False, allow_null=True
    )
    shelf = serializers.CharField(max_length=40, required=False, allow_blank=True)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class AdjustSerializer(serializers.Serializer[Any]):
    """What was counted on the shelf."""

    counted = serializers.IntegerField(min_value=0, max_value=1_000_000)
    reason = serializers.CharField(max_length=200)


class WriteOffSerializer(serializers.Serializer[Any]):
    """What is thrown away."""

    quantity = serializers.IntegerField(min_value=1, max_value=1_000_000)
    reason_code = serializers.ChoiceField(
        choices=WasteReason.choices,
        default=WasteReason.OTHER,
        help_text=_("The cause; “other” needs a reason in words."),
    )
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)

    def validate_reason_code(self, value: str) -> WasteReason:
        """Return the cause itself."""
        return WasteReason(value)


class ShelfSerializer(serializers.Serializer[Any]):
    """Where a lot stands; empty where nobody knows."""

    shelf = serializers.CharField(max_length=40, allow_blank=True)


class ReasonSerializer(serializers.Serializer[Any]):
    """Why a lot is put aside, or let back."""

    reason = serializers.CharField(max_length=200)
