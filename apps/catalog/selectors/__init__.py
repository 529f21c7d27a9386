"""Read-only questions about the catalogue; all answer in the reader's language."""

from apps.catalog.selectors.cards import product_cards as product_cards
from apps.catalog.selectors.cards import product_detail as product_detail
from apps.catalog.selectors.listing import product_page as product_page
from apps.catalog.selectors.packs import category_ids_under as category_ids_under
from apps.catalog.selectors.packs import find_packs as find_packs
from apps.catalog.selectors.packs import packs_by_code as packs_by_code
from apps.catalog.selectors.packs import packs_by_id as packs_by_id
from apps.catalog.selectors.shelves import category_tree as category_tree
from apps.catalog.selectors.shelves import shelves as shelves
from apps.catalog.selectors.variants import category_id_by_slug as category_id_by_slug
from apps.catalog.selectors.variants import product_id_by_slug as product_id_by_slug
from apps.catalog.selectors.variants import sale_variants as sale_variants
from apps.catalog.selectors.variants import variant_id_by_sku as variant_id_by_sku
