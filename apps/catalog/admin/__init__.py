"""The catalogue in the admin."""

from apps.catalog.admin.categories import CategoryAdmin as CategoryAdmin
from apps.catalog.admin.categories import TagAdmin as TagAdmin
from apps.catalog.admin.exchange import CatalogExchangeAdmin as CatalogExchangeAdmin
from apps.catalog.admin.price_batches import PriceBatchAdmin as PriceBatchAdmin
from apps.catalog.admin.prices import PriceChangeAdmin as PriceChangeAdmin
from apps.catalog.admin.prices import ScheduledPriceAdmin as ScheduledPriceAdmin
from apps.catalog.admin.products import ProductAdmin as ProductAdmin
from apps.catalog.admin.variants import VariantAdmin as VariantAdmin
