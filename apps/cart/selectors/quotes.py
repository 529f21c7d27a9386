"""What a cart costs when it is brought or fetched."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.cart.dto import CartView, CodeCard, Quote
from apps.cart.selectors.views import cart_view, saving_of, view_of_goods
from apps.core.money import ZERO
from apps.delivery import selectors as delivery
from apps.delivery import texts as delivery_texts
from apps.delivery.dto import Fee, ZoneCard
from apps.delivery.errors import OutsideZones
from apps.promotions import pricing
from apps.promotions import texts as offer_texts
from apps.promotions.dto import CodeState, OfferKind, PricedFee
from apps.users import selectors as users

_NEXT_SLOTS = 3


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
    lines: Mapping[int, int] | None = None,
    is_for_anybody: bool = False,
    address: UUID | None = None,
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    zone: str = "",
) -> Quote:
    """Return what the cart costs at one of the customer's addresses, at a point, or in a zone.

    `address` is a public id, `zone` a slug. With none of them it is the zone of addresses without
    coordinates. A delivery's quote also has the next windows that take orders.

    With `lines`, the units by variant, it is their cost instead of the cart's. `is_for_anybody`
    where staff ask for somebody else: then the address may be anybody's.

    Raises:
        AddressNotFound: The address is not the customer's.
        ZoneNotFound: There is no such zone.
        OutsideZones: Nobody drives there.
    """
    cart = _goods(customer_id, lines, is_for_anybody, now)
    if method != "delivery":
        return quote_for(cart=cart, zone=None)
    if address is not None:
        card = (
            users.address_of_anybody(public_id=address)
            if is_for_anybody
            else users.own_address(customer_id=customer_id, public_id=address)
        )
        latitude, longitude = card.latitude, card.longitude
    if zone and address is None:
        place = delivery.zone_card(slug=zone)
    else:
        place = delivery.zone_for(latitude=latitude, longitude=longitude)
    found = quote_for(cart=cart, zone=place)
    slots = delivery.slots(zone_id=place.id, now=now)
    open_ones = [slot for slot in slots if not slot.closed_reason]
    return replace(found, next_slots=tuple(open_ones[:_NEXT_SLOTS]))


def _goods(
    customer_id: int, lines: Mapping[int, int] | None, is_for_anybody: bool, now: datetime
) -> CartView:
    if lines is None:
        return cart_view(customer_id=customer_id, now=now)
    whose = None if is_for_anybody else customer_id
    return view_of_goods(wanted=lines, customer_id=whose, now=now)


def missing_for_free(*, cart: CartView) -> Decimal | None:
    """Return what is missing to a free delivery in the zone of most addresses.

    None where nothing makes it free, it is free already, or nobody drives.
    """
    if not cart.lines:
        return None
    try:
        zone = delivery.zone_for(latitude=None, longitude=None)
    except OutsideZones:
        return None
    return quote_for(cart=cart, zone=zone).missing_for_free


def quote_for(*, cart: CartView, zone: ZoneCard | None) -> Quote:
    """Return what a cart that was read already costs."""
    fee = PricedFee(ZERO, ZERO)
    minimum: Decimal = settings.MINIMUM_ORDER_TOTAL
    worth = cart.priced.list_total
    explained: dict[str, Any] = {}
    if zone is not None:
        plain = delivery.explained_fee(zone=zone, items_total=worth)
        fee = pricing.price_delivery(fee=plain.fee, offers=cart.priced.delivery_offers)
        minimum = max(minimum, zone.minimum_total)
        explained = _explained(plain, fee, zone, worth)
    return Quote(
        cart=cart,
        fee=fee,
        minimum_total=minimum,
        missing_for_minimum=max(ZERO, minimum - worth),
        missing_for_free=explained.pop("missing_for_free", None),
        zone=zone,
        delivery_offers=tuple(saving_of(step) for step in fee.steps),
        code=_code(cart.code, fee),
        **explained,
    )


def _explained(plain: Fee, fee: PricedFee, zone: ZoneCard, worth: Decimal) -> dict[str, Any]:
    """Return what a quote says of the zone's fee; a promotion's words stand for themselves."""
    free = plain.free_from - worth if fee.fee and plain.free_from is not None else None
    # A lower step is only promised where no offer has changed the fee already.
    less = None
    if plain.less_from is not None and plain.less_fee and not fee.steps:
        less = plain.less_from - worth
    return {
        "missing_for_free": free,
        "missing_for_less": less,
        "less_fee": None if less is None else plain.less_fee,
        "fee_reason": plain.reason.value,
        "fee_text": delivery_texts.fee_reason(plain, zone),
    }


def _code(code: CodeCard | None, fee: PricedFee) -> CodeCard | None:
    """Return the promo code as it stands now that it is known what the delivery costs."""
    if code is None or code.state != CodeState.AT_DELIVERY:
        return code
    given = sum((s.amount for s in fee.steps if s.kind == OfferKind.CODE), ZERO)
    state = CodeState.APPLIED if given else CodeState.NOTHING_FITS
    return replace(code, state=state, text=offer_texts.code_state(state), amount=given)
