"""Questions, each answered by one or a few statements over daily sums and what is newer."""

from apps.analytics.selectors.customers import cohorts as cohorts
from apps.analytics.selectors.customers import customers as customers
from apps.analytics.selectors.funnel import funnel as funnel
from apps.analytics.selectors.products import idle_stock as idle_stock
from apps.analytics.selectors.products import top_products as top_products
from apps.analytics.selectors.promotions import promotion_effect as promotion_effect
from apps.analytics.selectors.sales import sales as sales
from apps.analytics.selectors.sales import sales_so_far as sales_so_far
from apps.analytics.selectors.sales import taken_by_hour as taken_by_hour
from apps.analytics.selectors.stock import stock_turnover as stock_turnover
from apps.analytics.selectors.stock import waste as waste
from apps.analytics.selectors.tastes import goes_well_with as goes_well_with
from apps.analytics.selectors.tastes import popular_products as popular_products
