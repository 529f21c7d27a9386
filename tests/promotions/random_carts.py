"""Random baskets and offers: small numbers, so that everything collides with everything."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from apps.catalog.dto import BasePrice, PriceSteps
from apps.promotions.dto import (
    REWARDS_OF,
    Basket,
    BasketLine,
    Offer,
    OfferKind,
    Reward,
    Scope,
    Shelf,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
_PRODUCTS, _CATEGORIES = range(1, 7), range(100, 105)


class RandomCart(NamedTuple):
    """What one call of the engine takes."""

    basket: Basket
    offers: list[Offer]
    code: Offer | None
    fee: Decimal


def cents(dice: Random, lowest: int, highest: int) -> Decimal:
    """Return a sum between two numbers of cents."""
    return Decimal(dice.randint(lowest, highest)).scaleb(-2)


def random_cart(dice: Random) -> RandomCart:
    """Return a basket with anything between no offers and too many of them."""
    lines = tuple(random_line(dice, variant_id) for variant_id in range(1, dice.randint(1, 7) + 1))
    basket = Basket(
        lines=lines,
        gifts={
            variant_id: Shelf(cents(dice, 1, 30_000), dice.randint(0, 6))
            for variant_id in dice.sample(range(1, 10), dice.randint(0, 4))
        },
        is_first_order=dice.random() < 0.5,
    )
    offers = [random_offer(dice, number) for number in range(1, dice.randint(0, 6) + 1)]
    code = random_offer(dice, 1, kind=OfferKind.CODE) if dice.random() < 0.5 else None
    return RandomCart(basket, offers, code, cents(dice, 0, 50_000))


def random_line(dice: Random, variant_id: int) -> BasketLine:
    """Return some units of a pack; a third of the packs are cheaper than regularly."""
    regular = cents(dice, 1, dice.choice((100, 10_000, 200_000)))
    base = regular if dice.random() < 0.7 else cents(dice, 1, int(regular * 100))
    category = dice.choice(_CATEGORIES)
    return BasketLine(
        variant_id=variant_id,
        product_id=dice.choice(_PRODUCTS),
        category_ids=(category, 200) if dice.random() < 0.5 else (category,),
        quantity=dice.choice((1, 1, 2, 3, 5, dice.randint(1, 40))),
        regular_price=regular,
        base_price=base,
        on_clearance=dice.random() < 0.1,
    )


def random_offer(dice: Random, number: int, kind: OfferKind = OfferKind.PROMOTION) -> Offer:
    """Return an offer of any scope and reward that the shop allows."""
    scope = dice.choice(Scope.values)
    reward = dice.choice(sorted(REWARDS_OF[scope]))
    buy = dice.randint(2, 5)
    return Offer(
        kind=kind,
        id=number,
        scope=scope,
        reward=reward,
        name_ru=f"Акция {number}",
        name_en=f"Offer {number}",
        starts_at=NOW - timedelta(days=dice.randint(0, 3)),
        ends_at=NOW + timedelta(hours=dice.randint(1, 50)) if dice.random() < 0.7 else None,
        value=_value(dice, reward),
        buy=buy,
        pay=dice.randint(1, buy - 1),
        gift_variant_id=dice.randint(1, 10),
        gift_quantity=dice.choice((1, 1, 2)),
        product_ids=frozenset(dice.sample(_PRODUCTS, dice.randint(1, 4))),
        category_ids=frozenset(dice.sample((*_CATEGORIES, 200), dice.randint(1, 3))),
        priority=dice.choice((0, 0, 0, 1, 5)),
        is_stackable=dice.random() < 0.3,
        first_order_only=dice.random() < 0.2,
        minimum_total=cents(dice, 0, 100_000) if dice.random() < 0.3 else Decimal(0),
        left=cents(dice, 0, 50_000) if dice.random() < 0.3 else None,
    )


def random_base(dice: Random, variant_id: int) -> BasePrice:
    """Return what staff ask for a pack over the coming days."""
    edges = sorted(NOW + timedelta(hours=hour) for hour in dice.sample(range(-5, 60), 2))
    regular = cents(dice, 100, 20_000)
    return BasePrice(
        variant_id=variant_id,
        product_id=dice.choice(_PRODUCTS),
        category_ids=(dice.choice(_CATEGORIES), 200),
        regular_price=regular,
        steps=PriceSteps(regular, tuple(edges), tuple(cents(dice, 1, 20_000) for _ in edges)),
        on_clearance=dice.random() < 0.1,
    )


def _value(dice: Random, reward: str) -> Decimal:
    if reward == Reward.PERCENT:
        return Decimal(dice.choice((1, 5, 10, 15, 33, 50, 99, 100, Decimal("12.5"))))
    return cents(dice, 1, dice.choice((300, 30_000)))
