"""Orders as staff see and move them, as JSON. Money is a string with two places."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.fulfilment.dto import (
    Asked,
    PickedLot,
    PickLine,
    PickList,
    ShortCause,
    SubstitutionState,
    UnitsBack,
)
from apps.inventory.dto import LotPick, LotSuggestion, WasteReason
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


class UnitsBackSerializer(serializers.Serializer[UnitsBack]):
    """Units of a lot that came back for a line: to the shelf, or thrown away for a cause."""

    order_line_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    lot_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    back = serializers.IntegerField(min_value=0, max_value=1_000_000)
    waste = serializers.IntegerField(min_value=0, max_value=1_000_000)
    cause = serializers.ChoiceField(
        choices=WasteReason.choices, required=False, allow_blank=True, default=""
    )


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
        help_text=_("What is in the box; without it what was scanned, or else the oldest lots."),
    )
    returns = serializers.ListField(
        child=UnitsBackSerializer(),
        required=False,
        max_length=1000,
        help_text=_("What became of each unit that came back; without it all go the same way."),
    )


class LotSuggestionSerializer(serializers.Serializer[LotSuggestion]):
    """A lot to take units from."""

    lot_id = serializers.IntegerField()
    code = serializers.CharField()
    expires_on = serializers.DateField()
    quantity = serializers.IntegerField()
    shelf = serializers.CharField()


class PickedLotSerializer(serializers.Serializer[PickedLot]):
    """Units in the open box; `problem` says why they must come out again."""

    pick_id = serializers.IntegerField()
    lot_id = serializers.IntegerField()
    code = serializers.CharField()
    expires_on = serializers.DateField()
    quantity = serializers.IntegerField()
    shelf = serializers.CharField()
    reason = serializers.CharField()
    problem = serializers.CharField()


class PickLineSerializer(serializers.Serializer[PickLine]):
    """What to take for one line; `missing` units are not to be had.

    `lots` are for what is still to be taken, `in_box` lies in the open box. `short` is why the
    rest was given up, empty unless it was.
    """

    order_line_id = serializers.IntegerField()
    sku = serializers.CharField()
    barcode = serializers.CharField()
    name = serializers.CharField()
    pack_weight_g = serializers.IntegerField(
        help_text=_("Sold by weight: the most that one piece can weigh.")
    )
    quantity = serializers.IntegerField()
    lots = LotSuggestionSerializer(many=True)
    missing = serializers.IntegerField()
    in_box = PickedLotSerializer(source="picked", many=True)
    left = serializers.IntegerField()
    short = serializers.ChoiceField(choices=ShortCause.choices, allow_blank=True)
    is_weighed = serializers.BooleanField(
        help_text=_("Sold by weight: the box is not closed before its units are weighed.")
    )
    weight_g = serializers.IntegerField(
        help_text=_("What `weighed_units` of them weighed together; 0 until they are weighed.")
    )
    weighed_units = serializers.IntegerField()
    needs_weight = serializers.BooleanField()


class PickListSerializer(serializers.Serializer[PickList]):
    """An order as the picker walks it; `picked` is all that is in its box, open or closed."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    comment = serializers.CharField()
    lines = PickLineSerializer(many=True)
    picked = LotPickSerializer(many=True)
    is_done = serializers.BooleanField(help_text=_("Whether the box may be closed."))


class ScanSerializer(serializers.Serializer[Any]):
    """What was scanned: a product's barcode or SKU, a lot's label or its code."""

    code = serializers.CharField(max_length=200)
    quantity = serializers.IntegerField(min_value=1, max_value=100_000, default=1)
    reason = serializers.CharField(
        max_length=200, required=False, allow_blank=True, default="",
        help_text=_("Why not the lot that expires first."),
    )  # fmt: skip


class SetUnitsSerializer(LotPickSerializer):
    """How many units of a lot the box holds for a line; 0 takes the lot out."""

    quantity = serializers.IntegerField(min_value=0, max_value=100_000)
    reason = serializers.CharField(
        max_length=200, required=False, allow_blank=True, default="",
        help_text=_("Why not the lot that expires first."),
    )  # fmt: skip


class ShortSerializer(serializers.Serializer[Any]):
    """Why the rest of a line is not to be had."""

    cause = serializers.ChoiceField(choices=ShortCause.choices)


class WeightSerializer(serializers.Serializer[Any]):
    """What units of a line weigh together."""

    weight_g = serializers.IntegerField(min_value=1, max_value=100_000_000)
    units = serializers.IntegerField(
        min_value=1, max_value=100_000, required=False,
        help_text=_("Left out: all that are in the box, or all that were ordered."),
    )  # fmt: skip


class SubstituteSerializer(serializers.Serializer[Any]):
    """What is offered to the customer instead of the rest of a short line."""

    sku = serializers.CharField(max_length=40)


class AskedSerializer(serializers.Serializer[Asked]):
    """A question to the customer; `price` is for one unit, never more than what ran out."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    instead_of = serializers.CharField(source="other")
    units = serializers.IntegerField()
    price = serializers.DecimalField(max_digits=12, decimal_places=2)
    state = serializers.ChoiceField(choices=SubstitutionState.choices)
    deadline = serializers.DateTimeField()
    is_late = serializers.BooleanField(
        help_text=_("The time is up: open ones are settled by the shop, or by telephone.")
    )


class QuestionSerializer(AskedSerializer):
    """A question with what the customer needs to decide; sums are for all its units."""

    order = serializers.UUIDField(source="order_public_id")
    order_number = serializers.CharField(source="number")
    image = serializers.CharField()
    pack_weight_g = serializers.IntegerField()
    instead_of_pack_weight_g = serializers.IntegerField(source="other_pack_weight_g")
    total = serializers.DecimalField(
        max_digits=12, decimal_places=2, help_text=_("What is charged for the substitute.")
    )
    regular_total = serializers.DecimalField(
        max_digits=12, decimal_places=2, help_text=_("What the substitute costs in the shop.")
    )
    worth = serializers.DecimalField(
        max_digits=12, decimal_places=2, help_text=_("What the units that ran out cost.")
    )


class AnswerSerializer(serializers.Serializer[Any]):
    """Whether the substitute is wanted."""

    taken = serializers.BooleanField()


class QueuedOrderSerializer(serializers.Serializer[Any]):
    """An order that waits for the freezer, or is being picked by somebody."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    method = serializers.ChoiceField(choices=Method.choices)
    deadline = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    units = serializers.IntegerField()
    in_box = serializers.IntegerField()
    picker = serializers.CharField()
    attention = serializers.CharField()
