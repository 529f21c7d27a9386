"""What bringing the goods costs."""

from collections.abc import Iterable
from decimal import Decimal

from apps.core.money import ZERO
from apps.promotions.dto import Offer, OfferKind, PricedFee
from apps.promotions.pricing.steps import step_of
from apps.promotions.pricing.units import after_offers


def price_delivery(*, fee: Decimal, offers: Iterable[Offer]) -> PricedFee:
    """Return a zone's fee after its promotions, and then after a promo code.

    `offers` are those whose conditions the goods fulfil: `Priced.delivery_offers`.
    """
    offers = list(offers)
    while True:
        promotions = [offer for offer in offers if offer.kind == OfferKind.PROMOTION]
        codes = [offer for offer in offers if offer.kind == OfferKind.CODE]
        left, taken = after_offers(fee, promotions, floor=ZERO)
        left, by_code = after_offers(left, codes, floor=ZERO)
        taken += by_code
        broke = {offer.key for offer, amount in taken if offer.exceeds_budget(amount)}
        if not broke:
            return PricedFee(fee, left, tuple(step_of(offer, amount) for offer, amount in taken))
        offers = [offer for offer in offers if offer.key not in broke]
