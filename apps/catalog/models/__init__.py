"""What the shop offers. `Variant` is what is sold, and carries its published price and stock."""

from apps.catalog.models.exchanges import CatalogExchange as CatalogExchange
from apps.catalog.models.prices import PriceBatch as PriceBatch
from apps.catalog.models.prices import PriceBatchLine as PriceBatchLine
from apps.catalog.models.prices import PriceChange as PriceChange
from apps.catalog.models.prices import ScheduledPrice as ScheduledPrice
from apps.catalog.models.products import CatalogVersion as CatalogVersion
from apps.catalog.models.products import Category as Category
from apps.catalog.models.products import CategoryQuerySet as CategoryQuerySet
from apps.catalog.models.products import Product as Product
from apps.catalog.models.products import ProductImage as ProductImage
from apps.catalog.models.products import ProductQuerySet as ProductQuerySet
from apps.catalog.models.products import Tag as Tag
from apps.catalog.models.variants import Variant as Variant
from apps.catalog.models.variants import VariantQuerySet as VariantQuerySet
