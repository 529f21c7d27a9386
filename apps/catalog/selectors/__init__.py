"""Read-only questions about the catalogue; all answer in the reader's language."""

from apps.catalog.selectors.cards import product_cards as product_cards
from apps.catalog.selectors.cards import product_detail as product_detail
from apps.catalog.selectors.listing import product_page as product_page
from apps.catalog.selectors.packs import category_ids_under as category_ids_under
from apps.catalog.selectors.packs import find_packs as find_packs
from apps.catalog.selectors.packs import packs_by_code as packs_by_code
from apps.catalog.selectors.packs import packs_by_id as packs_by_id
from apps.catalog.selectors.prices import batch_card as batch_card
from apps.catalog.selectors.prices import batch_lines as batch_lines
from apps.catalog.selectors.prices import batch_warnings as batch_warnings
from apps.catalog.selectors.prices import pack_costs as pack_costs
from apps.catalog.selectors.prices import pack_prices as pack_prices
from apps.catalog.selectors.prices import packs_chosen as packs_chosen
from apps.catalog.selectors.prices import price_batch as price_batch
from apps.catalog.selectors.prices import price_changes as price_changes
from apps.catalog.selectors.prices import price_table as price_table
from apps.catalog.selectors.prices import scheduled_prices as scheduled_prices
from apps.catalog.selectors.prices import variant_ids_by_sku as variant_ids_by_sku
from apps.catalog.selectors.shelves import category_tree as category_tree
from apps.catalog.selectors.shelves import shelves as shelves
from apps.catalog.selectors.variants import category_id_by_slug as category_id_by_slug
from apps.catalog.selectors.variants import dearest_price as dearest_price
from apps.catalog.selectors.variants import product_id_by_slug as product_id_by_slug
from apps.catalog.selectors.variants import sale_variants as sale_variants
from apps.catalog.selectors.variants import variant_id_by_sku as variant_id_by_sku
from apps.catalog.selectors.variants import variant_ids_of as variant_ids_of
