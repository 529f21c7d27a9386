"""From an offer to the plain explanation of what it did."""

from collections.abc import Mapping
from decimal import Decimal

from apps.promotions.dto import Offer, Step


def step_of(offer: Offer, amount: Decimal, shares: Mapping[int, Decimal] | None = None) -> Step:
    """Return the explanation of so much taken off by an offer."""
    return Step(
        kind=offer.kind.value,
        id=offer.id,
        name_ru=offer.name_ru,
        name_en=offer.name_en,
        scope=str(offer.scope),
        reward=str(offer.reward),
        amount=amount,
        value=offer.value,
        buy=offer.buy,
        pay=offer.pay,
        shares=shares or {},
    )
