"""How questions and answers look over HTTP. Sums have two places, percents and days one."""

from apps.analytics.serializers.goods import IdleStockSerializer as IdleStockSerializer
from apps.analytics.serializers.goods import ProductsSerializer as ProductsSerializer
from apps.analytics.serializers.goods import PromotionsSerializer as PromotionsSerializer
from apps.analytics.serializers.goods import SalesSerializer as SalesSerializer
from apps.analytics.serializers.goods import StockSerializer as StockSerializer
from apps.analytics.serializers.goods import WasteSerializer as WasteSerializer
from apps.analytics.serializers.people import CohortsSerializer as CohortsSerializer
from apps.analytics.serializers.people import CustomersSerializer as CustomersSerializer
from apps.analytics.serializers.people import FunnelSerializer as FunnelSerializer
from apps.analytics.serializers.queries import IdleQuerySerializer as IdleQuerySerializer
from apps.analytics.serializers.queries import ListQuerySerializer as ListQuerySerializer
from apps.analytics.serializers.queries import PeriodQuerySerializer as PeriodQuerySerializer
from apps.analytics.serializers.queries import StepQuerySerializer as StepQuerySerializer
