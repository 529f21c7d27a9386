"""What a cart costs when it is brought or fetched."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings

from apps.cart.dto import CartView, CodeCard, Quote
from apps.cart.selectors.views import cart_view, saving_of
from apps.core.money import ZERO
from apps.delivery import selectors as delivery
from apps.delivery.dto import ZoneCard
from apps.promotions import pricing
from apps.promotions import texts as offer_texts
from apps.promotions.dto import CodeState, OfferKind, PricedFee
from apps.users import selectors as users


def quote(*, customer_id: int, now: datetime, method: str, zone: ZoneCard | None) -> Quote:
    """Return what the cart costs in a zone, or (without one) fetched from a pickup point.

    `method` is an order's method: the fee and the zone's least order hold for deliveries only.
    """
    cart = cart_view(customer_id=customer_id, now=now)
    return quote_for(cart=cart, zone=zone if method == "delivery" else None)


def quote_at(
    *,
    customer_id: int,
    now: datetime,
    method: str,
    address: UUID | None = None,
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    zone: str = "",
) -> Quote:
    """Return what the cart costs at one of the customer's addresses, at a point, or in a zone.

    `address` is a public id, `zone` a slug. With none of them it is the zone of addresses without
    coordinates.

    Raises:
        AddressNotFound: The address is not the customer's.
        ZoneNotFound: There is no such zone.
        OutsideZones: Nobody drives there.
    """
    if method != "delivery":
        return quote(customer_id=customer_id, now=now, method=method, zone=None)
    if address is not None:
        card = users.own_address(customer_id=customer_id, public_id=address)
        latitude, longitude = card.latitude, card.longitude
    if zone and address is None:
        place = delivery.zone_card(slug=zone)
    else:
        place = delivery.zone_for(latitude=latitude, longitude=longitude)
    return quote(customer_id=customer_id, now=now, method=method, zone=place)


def quote_for(*, cart: CartView, zone: ZoneCard | None) -> Quote:
    """Return what a cart that was read already costs."""
    fee, missing_for_free = PricedFee(ZERO, ZERO), None
    minimum: Decimal = settings.MINIMUM_ORDER_TOTAL
    worth = cart.priced.list_total
    if zone is not None:
        full = delivery.delivery_fee(zone=zone, items_total=worth)
        fee = pricing.price_delivery(fee=full, offers=cart.priced.delivery_offers)
        minimum = max(minimum, zone.minimum_total)
        if fee.fee and zone.free_from is not None:
            missing_for_free = zone.free_from - worth
    return Quote(
        cart=cart,
        fee=fee,
        minimum_total=minimum,
        missing_for_minimum=max(ZERO, minimum - worth),
        missing_for_free=missing_for_free,
        zone=zone,
        delivery_offers=tuple(saving_of(step) for step in fee.steps),
        code=_code(cart.code, fee),
    )


def _code(code: CodeCard | None, fee: PricedFee) -> CodeCard | None:
    """Return the promo code as it stands now that it is known what the delivery costs."""
    if code is None or code.state != CodeState.AT_DELIVERY:
        return code
    given = sum((s.amount for s in fee.steps if s.kind == OfferKind.CODE), ZERO)
    state = CodeState.APPLIED if given else CodeState.NOTHING_FITS
    return replace(code, state=state, text=offer_texts.code_state(state), amount=given)
