"""Answers about sales and goods."""

from typing import Any

from rest_framework import serializers

from apps.analytics.dto import OfferKind
from apps.analytics.serializers.values import AnswerSerializer, Money, Tenths
from apps.analytics.tables import offer_name, waste_reason
from apps.inventory.dto import WasteReason


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
