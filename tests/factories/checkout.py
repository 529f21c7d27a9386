"""Carts and real orders, through the shop's own services."""

from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any

from apps.cart import selectors as cart_selectors
from apps.cart import services as cart
from apps.catalog.models import Variant
from apps.core.money import ZERO
from apps.core.time import now as present
from apps.delivery import selectors as delivery
from apps.orders import services
from apps.orders.dto import CheckoutRequest, Method, Source
from apps.orders.models import Order
from apps.users.models import User
from tests.factories.catalog import stocked_variant
from tests.factories.orders import PickupPointFactory, SlotFactory
from tests.factories.users import AddressFactory, CustomerFactory

_keys = count(1)


def fill_cart(
    customer: User, wanted: Mapping[Variant, int], *, now: datetime | None = None
) -> None:
    """Put so many of each variant into the customer's cart."""
    for variant, quantity in wanted.items():
        cart.set_quantity(
            customer_id=customer.pk, variant_id=variant.pk, quantity=quantity, now=now or present()
        )


def checkout_request(
    customer: User, *, now: datetime | None = None, **fields: Any
) -> CheckoutRequest:
    """Return what the customer would agree to; a delivery gets an address and a slot."""
    fields = {"method": Method.DELIVERY, **fields}
    if fields["method"] == Method.DELIVERY:
        if "address_id" not in fields and "new_address" not in fields:
            fields["address_id"] = AddressFactory(customer=customer).pk
        if "slot_id" not in fields:
            fields["slot_id"] = SlotFactory().pk
    elif "pickup_point_id" not in fields:
        fields["pickup_point_id"] = PickupPointFactory().pk
    if "expected_total" not in fields:
        fields["expected_total"] = total_of(customer, fields["method"], now=now)
    defaults = {"payment": "cash", "key": f"checkout-{next(_keys)}", "source": Source.BOT}
    return CheckoutRequest(**(defaults | fields))


def total_of(customer: User, method: str, *, now: datetime | None = None) -> Any:
    """Return what the customer's cart costs, brought to the default zone or fetched."""
    zone = None
    if method == Method.DELIVERY:
        zone = delivery.zone_for(latitude=None, longitude=None)
    view = cart_selectors.quote(
        customer_id=customer.pk, now=now or present(), method=method, zone=zone
    )
    return view.total if view.cart.lines else ZERO


def placed_order(
    *,
    customer: User | None = None,
    wanted: Mapping[Variant, int] | None = None,
    now: datetime | None = None,
    **fields: Any,
) -> Order:
    """Place a real order: stock reserved, slot booked, payment opened, messages queued."""
    customer = customer or CustomerFactory()
    fill_cart(customer, wanted or {stocked_variant(20): 3}, now=now)
    request = checkout_request(customer, now=now, **fields)
    return services.place_order(customer_id=customer.pk, request=request, now=now or present())
