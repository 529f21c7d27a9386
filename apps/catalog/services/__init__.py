"""Everything that changes the catalogue. No other code writes its tables."""

from apps.catalog.services.categories import CATEGORY_FIELDS as CATEGORY_FIELDS
from apps.catalog.services.categories import remove_category as remove_category
from apps.catalog.services.categories import save_category as save_category
from apps.catalog.services.images import add_image as add_image
from apps.catalog.services.images import add_renditions as add_renditions
from apps.catalog.services.images import arrange_images as arrange_images
from apps.catalog.services.images import remember_telegram_file as remember_telegram_file
from apps.catalog.services.images import remove_image as remove_image
from apps.catalog.services.indexing import index_product as index_product
from apps.catalog.services.indexing import index_products as index_products
from apps.catalog.services.products import PRODUCT_FIELDS as PRODUCT_FIELDS
from apps.catalog.services.products import remove_product as remove_product
from apps.catalog.services.products import save_product as save_product
from apps.catalog.services.products import save_tag as save_tag
from apps.catalog.services.publishing import publish_availability as publish_availability
from apps.catalog.services.publishing import publish_due_prices as publish_due_prices
from apps.catalog.services.publishing import schedule_price as schedule_price
from apps.catalog.services.publishing import set_price as set_price
from apps.catalog.services.variants import VARIANT_FIELDS as VARIANT_FIELDS
from apps.catalog.services.variants import remove_variant as remove_variant
from apps.catalog.services.variants import save_variant as save_variant
