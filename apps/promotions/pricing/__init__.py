"""The price engine: pure functions from goods and offers to prices with their explanations.

Regular or scheduled price → best promotion of a product (stackable ones besides) → several for
the price of fewer → gifts → cart promotion → one promo code; then the delivery fee. No clock, no
database, no order of lines or offers matters: the same basket always costs the same.
"""

from apps.promotions.pricing.basket import price_basket as price_basket
from apps.promotions.pricing.delivery import price_delivery as price_delivery
from apps.promotions.pricing.units import price_steps as price_steps
