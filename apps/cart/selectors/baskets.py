"""From what a cart holds to what the price engine reads."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from apps.catalog import selectors as catalog
from apps.catalog.dto import SaleVariant
from apps.inventory import selectors as inventory
from apps.promotions import selectors as promotions
from apps.promotions.dto import Basket, BasketLine, CodeCheck, Offer, Reward, Shelf


class Goods(NamedTuple):
    """Packs and how many of them there are, by variant."""

    on_sale: Mapping[int, SaleVariant]
    available: Mapping[int, int]


def goods_at(*, variant_ids: Collection[int], now: datetime) -> Goods:
    """Return packs at the prices of one instant, and their stock: two queries."""
    if not variant_ids:
        return Goods({}, {})
    return Goods(
        catalog.sale_variants(variant_ids=variant_ids, now=now),
        inventory.available(variant_ids=variant_ids),
    )


def gift_ids(offers: Iterable[Offer]) -> set[int]:
    """Return the packs that offers may give away."""
    return {
        offer.gift_variant_id
        for offer in offers
        if offer.reward == Reward.GIFT and offer.gift_variant_id is not None
    }


def basket_of(
    *, wanted: Mapping[int, int], goods: Goods, gifts: Collection[int], is_first_order: bool
) -> Basket:
    """Return so many units of each pack as the engine reads them; what is gone is left out."""
    return Basket(
        lines=tuple(
            _line(variant, wanted[variant_id])
            for variant_id, variant in goods.on_sale.items()
            if variant_id in wanted and variant.is_on_sale_floor
        ),
        gifts={
            variant_id: Shelf(variant.price, goods.available.get(variant_id, 0))
            for variant_id, variant in goods.on_sale.items()
            if variant_id in gifts and variant.is_on_sale_floor
        },
        is_first_order=is_first_order,
    )


def is_first_order(customer_id: int, offers: Iterable[Offer], code: CodeCheck | None) -> bool:
    """Tell whether a customer never ordered, where an offer asks for it; nobody else is asked."""
    asked = [*offers, *([code.offer] if code else [])]
    if not any(offer.first_order_only for offer in asked):
        return False
    return not promotions.has_ordered_before(customer_id=customer_id)


def _line(variant: SaleVariant, quantity: int) -> BasketLine:
    return BasketLine(
        variant_id=variant.id,
        product_id=variant.product_id,
        category_ids=variant.category_ids,
        quantity=quantity,
        regular_price=max(variant.regular_price, variant.base_price),
        base_price=variant.base_price,
        list_price=variant.price,
        on_clearance=variant.best_before is not None,
    )
