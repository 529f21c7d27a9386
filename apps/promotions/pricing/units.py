"""What one unit costs: the rule behind the catalogue's prices and the cart's alike."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from apps.catalog.dto import BasePrice, PriceSteps
from apps.core.money import CENT, rounded
from apps.promotions.dto import Offer, Reward

Taken = tuple[tuple[Offer, Decimal], ...]

_WHOLE = Decimal(100)


def reduced(price: Decimal, offer: Offer, *, floor: Decimal = CENT) -> Decimal:
    """Return a price after one offer: never above it, never below the floor."""
    if offer.reward == Reward.PERCENT:
        after = rounded(price * (_WHOLE - offer.value) / _WHOLE)
    elif offer.reward == Reward.AMOUNT:
        after = price - offer.value
    elif offer.reward == Reward.FIXED_PRICE:
        after = offer.value
    else:
        after = floor
    return max(min(price, floor), min(price, after))


def after_offers(
    price: Decimal, offers: Iterable[Offer], *, floor: Decimal = CENT
) -> tuple[Decimal, Taken]:
    """Return a price after the best of its offers and all stackable ones, and what each took off.

    The best is the one of highest priority that gives anything; among those, the lowest price.
    """
    offers = list(offers)
    lowered = [
        (-offer.priority, reduced(price, offer, floor=floor), offer.rank, offer)
        for offer in offers
        if not offer.is_stackable and reduced(price, offer, floor=floor) < price
    ]
    chosen = [offer for offer in offers if offer.is_stackable]
    if lowered:
        chosen.append(min(lowered, key=lambda entry: entry[:3])[3])
    taken = []
    for offer in sorted(chosen, key=lambda offer: offer.rank):
        after = reduced(price, offer, floor=floor)
        if after < price:
            taken.append((offer, price - after))
            price = after
    return price, tuple(taken)


def list_price(base: Decimal, offers: Iterable[Offer]) -> Decimal:
    """Return what the catalogue shows: the price of one unit in an otherwise empty cart."""
    offers = [offer for offer in offers if offer.is_listed]
    while True:
        price, taken = after_offers(base, offers)
        broke = {offer.key for offer, amount in taken if offer.exceeds_budget(amount)}
        if not broke:
            return price
        offers = [offer for offer in offers if offer.key not in broke]


def price_steps(*, base: BasePrice, offers: Iterable[Offer], now: datetime) -> PriceSteps:
    """Return a pack's published price from `now` on, with every instant at which it changes."""
    about = [
        offer
        for offer in offers
        if offer.is_listed
        and not base.on_clearance
        and offer.is_about(base.product_id, base.category_ids)
    ]

    def price_at(moment: datetime) -> Decimal:
        return list_price(base.steps.at(moment), (o for o in about if o.holds(moment)))

    turns = {*base.steps.edges, *(o.starts_at for o in about), *(o.ends_at for o in about)}
    first = last = price_at(now)
    edges, steps = [], []
    for moment in sorted(turn for turn in turns if turn is not None and turn > now):
        price = price_at(moment)
        if price != last:
            edges.append(moment)
            steps.append(price)
            last = price
    return PriceSteps(first, tuple(edges), tuple(steps))
