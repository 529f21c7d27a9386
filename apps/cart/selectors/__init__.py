"""What is in a cart, at the prices, offers and stock of one instant."""

from apps.cart.selectors.quotes import missing_for_free as missing_for_free
from apps.cart.selectors.quotes import quote as quote
from apps.cart.selectors.quotes import quote_at as quote_at
from apps.cart.selectors.quotes import quote_for as quote_for
from apps.cart.selectors.samples import recent_carts as recent_carts
from apps.cart.selectors.samples import samples_of as samples_of
from apps.cart.selectors.views import cart_view as cart_view
from apps.cart.selectors.views import name_of as name_of
from apps.cart.selectors.views import variant_of_item as variant_of_item
