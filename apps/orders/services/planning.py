"""Check a checkout before anything is written, and say the most useful thing that is wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from apps.cart import selectors as cart
from apps.cart.dto import CartView, Quote, WarningCode
from apps.cart.errors import CartEmpty, TooMany, VariantGone
from apps.core.text import one_line
from apps.delivery import selectors as delivery
from apps.delivery.dto import PickupCard, SlotCard, ZoneCard
from apps.inventory.errors import OutOfStock
from apps.orders import selectors
from apps.orders.dto import CheckoutRequest, Method, Reference
from apps.orders.errors import (
    AddressMissing,
    BelowMinimum,
    ContactPhoneMissing,
    PaymentNotAvailable,
    PickupPointMissing,
    PriceChanged,
    SlotElsewhere,
    SlotMissing,
    TooManyCashOrders,
)
from apps.payments import selectors as payments
from apps.payments.dto import ON_DELIVERY
from apps.users import selectors as users
from apps.users import services as user_services
from apps.users.dto import AddressCard, CustomerCard
from apps.users.services.profiles import e164

_COMMENT_LENGTH, _NAME_LENGTH = 500, 200


@dataclass(frozen=True)
class Place:
    """Where and when an order goes: an address with its zone and slot, or a pickup point."""

    address: AddressCard | None = None
    zone: ZoneCard | None = None
    slot: SlotCard | None = None
    pickup_point: PickupCard | None = None


@dataclass(frozen=True)
class Plan:
    """All that an order is made of, read and found good."""

    customer: CustomerCard
    contact_name: str
    contact_phone: str
    comment: str
    quote: Quote
    volume_ml: int
    address: AddressCard | None
    zone: ZoneCard | None
    slot: SlotCard | None
    pickup_point: PickupCard | None


def plan_checkout(*, customer_id: int, request: CheckoutRequest, now: datetime) -> Plan:
    """Return what the order will be made of.

    Raises, in this order:
        CartEmpty, PaymentNotAvailable, TooManyCashOrders, ContactPhoneMissing, InvalidPhone;
        AddressMissing, AddressNotFound, OutsideZones, SlotMissing, SlotNotFound, SlotElsewhere,
        PickupPointMissing, PickupPointNotFound;
        VariantGone, TooMany, OutOfStock;
        BelowMinimum, PriceChanged.
    """
    view = cart.cart_view(customer_id=customer_id, now=now)
    if not view.lines:
        raise CartEmpty
    _check_payment(customer_id, request)
    customer = users.customer_card(user_id=customer_id)
    phone = _phone(request, customer)
    place = _place(customer_id, request)
    _check_lines(view)
    quote = cart.quote_for(cart=view, zone=place.zone)
    _check_sums(quote, request)
    return Plan(
        customer=customer,
        contact_name=one_line(request.contact_name, limit=_NAME_LENGTH) or customer.full_name,
        contact_phone=phone,
        comment=one_line(request.comment, limit=_COMMENT_LENGTH),
        quote=quote,
        volume_ml=sum(line.box_volume_ml * line.quantity for line in view.lines)
        + sum(gift.box_volume_ml * gift.quantity for gift in view.gifts),
        **vars(place),
    )


def _check_payment(customer_id: int, request: CheckoutRequest) -> None:
    if request.payment not in payments.offered_providers():
        raise PaymentNotAvailable
    # The cart is held, so that orders of one customer are counted one after another.
    if request.payment in ON_DELIVERY:
        count = selectors.open_cash_orders(customer_id=customer_id)
        if count >= settings.OPEN_CASH_ORDERS:
            raise TooManyCashOrders(count=count)


def _phone(request: CheckoutRequest, customer: CustomerCard) -> str:
    phone = e164(request.contact_phone) if request.contact_phone.strip() else customer.phone
    if not phone:
        raise ContactPhoneMissing
    return phone


def _place(customer_id: int, request: CheckoutRequest) -> Place:
    if request.method == Method.PICKUP:
        if request.pickup_point_id is None:
            raise PickupPointMissing
        point = delivery.pickup_point(**_named(request.pickup_point_id, "pickup_point_id"))
        return Place(pickup_point=point)
    address = _address(customer_id, request)
    zone = delivery.zone_for(latitude=address.latitude, longitude=address.longitude)
    if request.slot_id is None:
        raise SlotMissing
    slot = delivery.slot_card(**_named(request.slot_id, "slot_id"))
    if slot.zone_id != zone.id:
        raise SlotElsewhere
    return Place(address=address, zone=zone, slot=slot)


def _address(customer_id: int, request: CheckoutRequest) -> AddressCard:
    if request.address_id is not None:
        named = _named(request.address_id, "address_id")
        return users.own_address(customer_id=customer_id, **named)
    if request.new_address is None:
        raise AddressMissing
    return user_services.add_address(customer_id=customer_id, **vars(request.new_address))


def _named(reference: Reference, name: str) -> dict[str, Any]:
    """Return the keyword by which a selector finds a row: its own id or the public one."""
    return {name: reference} if isinstance(reference, int) else {"public_id": reference}


def _check_lines(view: CartView) -> None:
    """Refuse goods that can't be sold as the cart has them; stock is checked again at the end."""
    codes = {line: {warning.code for warning in line.warnings} for line in view.lines}
    for line, found in codes.items():
        if WarningCode.GONE in found:
            raise VariantGone(sku=line.sku)
        if WarningCode.OVER_MAXIMUM in found:
            raise TooMany(maximum=line.max_per_order, sku=line.sku)
    short = [line for line in view.lines if line.quantity > line.available]
    if short:
        raise OutOfStock(
            skus=[line.sku for line in short],
            available={line.sku: max(0, line.available) for line in short},
            names=[line.name for line in short],
        )


def _check_sums(quote: Quote, request: CheckoutRequest) -> None:
    if quote.missing_for_minimum > 0:
        raise BelowMinimum(minimum=quote.minimum_total, missing=quote.missing_for_minimum)
    if quote.total != request.expected_total:
        raise PriceChanged(expected=request.expected_total, total=quote.total)
