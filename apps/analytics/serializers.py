"""How answers look over HTTP. Sums have two places, percents and days one; no value is null."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.analytics.downloads import FORMATS
from apps.analytics.dto import Door, OfferKind, Stage, Step
from apps.analytics.questions import IDLE_DAYS
from apps.analytics.tables import door_name, offer_name, waste_reason
from apps.inventory.dto import WasteReason

_MOST_ROWS = 500


class Money(serializers.DecimalField):
    """A sum in the shop's currency."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=16, decimal_places=2, **options)


class Tenths(serializers.DecimalField):
    """Percents or days; null where there is nothing to divide by."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=16, decimal_places=1, allow_null=True, **options)


class PeriodQuerySerializer(serializers.Serializer[Any]):
    """Which days; without dates the last thirty."""

    to = serializers.DateField(
        required=False,
        help_text="The first day that no longer counts; without it everything up to now.",
    )
    download = serializers.ChoiceField(
        required=False, choices=FORMATS, help_text="Answer with a file instead of JSON."
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from`, which is no name for an attribute."""
        first = serializers.DateField(
            required=False, help_text="The first day, in the shop's time zone."
        )
        return {"from": first, **super().get_fields()}


class StepQuerySerializer(PeriodQuerySerializer):
    """Which days, and how they are put together."""

    step = serializers.ChoiceField(
        required=False, choices=Step.choices, default=Step.DAY,
        help_text="Weeks begin on Monday; at the edges only the days of the period count.",
    )  # fmt: skip


class ListQuerySerializer(PeriodQuerySerializer):
    """Which days, and how much of a long list; a file has all of it."""

    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=_MOST_ROWS)


class IdleQuerySerializer(serializers.Serializer[Any]):
    """Since when nobody wanted the goods."""

    days = serializers.IntegerField(
        required=False, default=IDLE_DAYS, min_value=1, max_value=365,
        help_text="In stock for longer than so many days, and not one unit picked since.",
    )  # fmt: skip
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=_MOST_ROWS)
    download = serializers.ChoiceField(
        required=False, choices=FORMATS, help_text="Answer with a file instead of JSON."
    )


class PeriodSerializer(serializers.Serializer[Any]):
    """The days that were counted: those after today are left out."""

    to = serializers.DateField(source="end", help_text="The first day that no longer counts.")
    days = serializers.IntegerField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from`, which is no name for an attribute."""
        return {"from": serializers.DateField(source="start"), **super().get_fields()}


class AnswerSerializer(serializers.Serializer[Any]):
    """What every answer about a period says first."""

    period = serializers.SerializerMethodField()

    @extend_schema_field(PeriodSerializer)
    def get_period(self, _answer: Any) -> Any:
        """Return the days that were counted, which the view knows."""
        return PeriodSerializer(self.context["period"]).data


class SalesRowSerializer(serializers.Serializer[Any]):
    """Sales of some days."""

    orders = serializers.IntegerField(source="taken", help_text="Placed in these days.")
    delivered = serializers.IntegerField()
    revenue = Money(help_text="Delivered in these days, less what came back in them.")
    average_order = Money(allow_null=True)
    units = serializers.IntegerField()
    returned = serializers.IntegerField()
    cancelled = serializers.IntegerField(source="lost", help_text="Or brought back undelivered.")
    cancelled_percent = Tenths(
        source="lost_share", help_text="Of the orders that ended in these days."
    )


class SalesStepSerializer(SalesRowSerializer):
    """Sales of a day, week or month."""

    start = serializers.DateField(help_text="Its first day, which may lie before the period.")


class SalesSerializer(AnswerSerializer):
    """Sales step by step, in all, and those of as many days before."""

    rows = SalesStepSerializer(many=True)
    total = SalesRowSerializer()
    previous = SalesRowSerializer()


class ProductRowSerializer(serializers.Serializer[Any]):
    """What was sold of a pack."""

    sku = serializers.CharField()
    name = serializers.CharField()
    units = serializers.IntegerField()
    orders = serializers.IntegerField()
    revenue = Money()
    percent = Tenths(source="share")


class ProductsSerializer(AnswerSerializer):
    """What sold best; the sums are of all packs."""

    rows = ProductRowSerializer(many=True)
    packs = serializers.IntegerField()
    units = serializers.IntegerField()
    revenue = Money()


class IdleRowSerializer(serializers.Serializer[Any]):
    """A pack that nobody wanted."""

    sku = serializers.CharField()
    name = serializers.CharField()
    units = serializers.IntegerField()
    tied_up = Money(help_text="What the units cost, as far as their lots know.")
    last_sold_on = serializers.DateField(allow_null=True)


class IdleStockSerializer(serializers.Serializer[Any]):
    """Goods that nobody bought for so many days; the sums are of all packs."""

    days = serializers.IntegerField()
    rows = IdleRowSerializer(many=True)
    packs = serializers.IntegerField()
    tied_up = Money()


class StockTotalSerializer(serializers.Serializer[Any]):
    """How stock turned over."""

    on_hand = serializers.IntegerField()
    sellable = serializers.IntegerField()
    sold = serializers.IntegerField(help_text="Units picked, less those put back.")
    cost_of_sales = Money()
    average_value = Money(help_text="The mean over time of the stock at cost.")
    value = Money(help_text="The stock at cost at the period's end.")
    turnover = Money(allow_null=True, help_text="Cost of sales ÷ average value.")
    days_in_stock = Tenths(help_text="Average value ÷ cost of sales × days.")
    days_of_cover = Tenths(help_text="Sellable units ÷ units sold a day.")
    uncosted = serializers.IntegerField(help_text="Units whose lots have no cost.")


class StockRowSerializer(StockTotalSerializer):
    """How the stock of a pack turned over."""

    sku = serializers.CharField()
    name = serializers.CharField()


class StockSerializer(AnswerSerializer):
    """Stock by pack, the most valuable first; the total is of all packs."""

    rows = StockRowSerializer(many=True)
    total = StockTotalSerializer()
    packs = serializers.IntegerField()


class WasteRowSerializer(serializers.Serializer[Any]):
    """What was thrown away for one reason."""

    reason = serializers.ChoiceField(
        choices=WasteReason.choices, allow_blank=True, help_text="Empty where none was noted."
    )
    reason_name = serializers.SerializerMethodField()
    units = serializers.IntegerField()
    cost = Money()
    percent = Tenths(source="share")

    def get_reason_name(self, row: Any) -> str:
        """Return the reason in the reader's language."""
        return waste_reason(row.reason)


class WasteSerializer(AnswerSerializer):
    """Waste by reason, at cost."""

    rows = WasteRowSerializer(many=True)
    units = serializers.IntegerField()
    cost = Money()
    cost_of_sales = Money()
    percent_of_sales = Tenths(source="of_sales")


class OfferSumSerializer(serializers.Serializer[Any]):
    """Orders and what offers gave them."""

    orders = serializers.IntegerField()
    revenue = Money()
    average_order = Money(allow_null=True)
    discount = Money()
    discount_percent = Tenths(source="discount_share")


class OfferRowSerializer(OfferSumSerializer):
    """Orders that one offer took part in."""

    kind = serializers.ChoiceField(choices=(OfferKind.PROMOTION, OfferKind.CODE))
    name = serializers.SerializerMethodField()

    def get_name(self, row: Any) -> str:
        """Return the promotion's name in the reader's language, or the code."""
        return offer_name(row.kind, row.name)


class PromotionsSerializer(AnswerSerializer):
    """The effect of each offer, of all of them, and the orders without one."""

    rows = OfferRowSerializer(many=True)
    with_offer = OfferSumSerializer()
    without = OfferSumSerializer()


class CustomersRowSerializer(serializers.Serializer[Any]):
    """Customers who ordered."""

    new = serializers.IntegerField(help_text="Their first order lies in these days.")
    returning = serializers.IntegerField()
    returning_percent = Tenths(source="returning_share")
    orders = serializers.IntegerField()


class CustomersStepSerializer(CustomersRowSerializer):
    """Customers who ordered in a day, week or month."""

    start = serializers.DateField()


class CustomersSerializer(AnswerSerializer):
    """New and returning customers step by step; in all each counts once."""

    rows = CustomersStepSerializer(many=True)
    total = CustomersRowSerializer()


class CohortSerializer(serializers.Serializer[Any]):
    """Customers whose first order was in a month."""

    month = serializers.DateField(help_text="The month's first day.")
    customers = serializers.IntegerField(source="size")
    active = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="How many of them ordered in this month, the next one, and so on.",
    )


class CohortsSerializer(AnswerSerializer):
    """The twelve months up to the period's last day."""

    rows = CohortSerializer(many=True)


class StageSerializer(serializers.Serializer[Any]):
    """How many visits came so far."""

    stage = serializers.ChoiceField(choices=[stage.name.lower() for stage in Stage])
    visits = serializers.IntegerField()
    percent = Tenths(help_text="Of the visits at the stage before.")


class FunnelRowSerializer(serializers.Serializer[Any]):
    """The way through one door."""

    door = serializers.ChoiceField(choices=Door.choices, allow_blank=True)
    door_name = serializers.SerializerMethodField()
    stages = serializers.SerializerMethodField()
    conversion_percent = Tenths(source="conversion", help_text="Visits that ended with an order.")

    def get_door_name(self, row: Any) -> str:
        """Return the door in the reader's language."""
        return door_name(row.door)

    @extend_schema_field(StageSerializer(many=True))
    def get_stages(self, row: Any) -> Any:
        """Return the stages in their order."""
        found = [
            {"stage": stage.name.lower(), "visits": visits, "percent": percent}
            for stage, visits, percent in zip(Stage, row.counts, row.conversions, strict=True)
        ]
        return StageSerializer(found, many=True).data


class FunnelSerializer(AnswerSerializer):
    """From visit to order; a visit is a customer's day, and over all doors it counts once."""

    total = FunnelRowSerializer()
    doors = FunnelRowSerializer(many=True)
