"""What comes along for nothing, as long as there is some of it."""

from collections.abc import Collection

from apps.promotions.dto import Basket, Offer, PricedGift, Reward
from apps.promotions.pricing.lines import OpenLine
from apps.promotions.pricing.steps import step_of


def choose_gifts(
    basket: Basket, lines: Collection[OpenLine], offers: Collection[Offer]
) -> list[PricedGift]:
    """Return the gifts of a basket: the dearest one of those that don't combine, and all others.

    A gift is only given where the shelf has it after the basket's own units were taken.
    """
    left = {variant_id: shelf.available for variant_id, shelf in basket.gifts.items()}
    for line in basket.lines:
        if line.variant_id in left:
            left[line.variant_id] -= line.quantity
    gifts = []
    is_given = False
    for offer in sorted(_due(basket, lines, offers), key=lambda offer: _order(basket, offer)):
        variant_id, quantity = offer.gift_variant_id, offer.gift_quantity
        if variant_id is None or left[variant_id] < quantity:
            continue
        if not offer.is_stackable:
            if is_given:
                continue
            is_given = True
        left[variant_id] -= quantity
        price = basket.gifts[variant_id].price
        step = step_of(offer, price * quantity)
        gifts.append(PricedGift(variant_id, quantity, price, step))
    return gifts


def _due(basket: Basket, lines: Collection[OpenLine], offers: Collection[Offer]) -> list[Offer]:
    return [
        offer
        for offer in offers
        if offer.reward == Reward.GIFT
        and offer.gift_variant_id in basket.gifts
        and any(line.is_meant_by(offer) for line in lines)
    ]


def _order(basket: Basket, offer: Offer) -> tuple[object, ...]:
    variant_id = offer.gift_variant_id
    worth = basket.gifts[variant_id].price * offer.gift_quantity if variant_id else 0
    return -offer.priority, -worth, offer.rank
