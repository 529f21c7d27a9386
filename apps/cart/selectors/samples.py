"""Real carts to try an offer on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from apps.cart.models import Cart, CartItem
from apps.cart.selectors.baskets import basket_of, goods_at
from apps.cart.selectors.views import name_of
from apps.core.money import ZERO
from apps.delivery import selectors as delivery
from apps.delivery.errors import OutsideZones
from apps.promotions.dto import Sample


@dataclass(frozen=True)
class RecentCart:
    """What somebody put together: when, and how many of each variant."""

    updated_at: datetime
    wanted: Mapping[int, int]


def recent_carts(*, count: int) -> list[RecentCart]:
    """Return the carts that were changed last and hold something, newest first."""
    filled = CartItem.objects.values("cart_id")
    carts = Cart.objects.filter(pk__in=filled).order_by("-updated_at", "-pk")[:count]
    times = dict(carts.values_list("pk", "updated_at"))
    wanted: dict[int, dict[int, int]] = {pk: {} for pk in times}
    for item in CartItem.objects.filter(cart_id__in=times).order_by("pk"):
        wanted[item.cart_id][item.variant_id] = item.quantity
    return [RecentCart(times[pk], wanted[pk]) for pk in times]


def samples_of(
    *,
    wanted: Sequence[tuple[str, Mapping[int, int]]],
    gift_variant_ids: Collection[int],
    now: datetime,
) -> list[Sample]:
    """Return titled carts as the price engine reads them, brought to the zone of most addresses.

    Carts of which nothing is sold any more are left out.
    """
    ids = {variant_id for _title, units in wanted for variant_id in units}
    goods = goods_at(variant_ids=ids | set(gift_variant_ids), now=now)
    names = {variant_id: name_of(variant) for variant_id, variant in goods.on_sale.items()}
    samples = [
        Sample(
            title=title,
            basket=basket_of(
                wanted=units, goods=goods, gifts=gift_variant_ids, is_first_order=False
            ),
            names=names,
            fee=_fee,
        )
        for title, units in wanted
    ]
    return [sample for sample in samples if sample.basket.lines]


def _fee(list_total: Decimal) -> Decimal:
    try:
        zone = delivery.zone_for(latitude=None, longitude=None)
    except OutsideZones:
        return ZERO
    return delivery.delivery_fee(zone=zone, items_total=list_total)
