"""What a screen needs, read in one go: every hop to the database's thread costs time.

What the catalogue's screens need is in `browsing.py`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from apps.cart import selectors as carts
from apps.cart.dto import CartView, Quote
from apps.cart.errors import CartEmpty
from apps.core.errors import NotAllowed
from apps.core.time import shop_date
from apps.delivery import selectors as delivery
from apps.delivery.dto import PickupCard, SlotCard, ZoneCard
from apps.delivery.errors import OutsideZones
from apps.fulfilment import selectors as fulfilment
from apps.fulfilment.dto import RunCard, ShiftCard
from apps.marketing import selectors as marketing
from apps.marketing.dto import AlertCard
from apps.orders import selectors as orders
from apps.orders.dto import IfShort, Method, OrderCard
from apps.orders.lifecycle import Actor
from apps.payments import selectors as payments
from apps.payments.dto import Provider
from apps.users import selectors as users
from apps.users.dto import AddressCard, CustomerCard
from bot.errors import CheckoutOutdated
from bot.models import Dialogue

PAGE_SIZE = 6
SLOT_DAYS = 4


@dataclass(frozen=True)
class CourierDay:
    """What a courier drives now, and what they carry."""

    courier_id: int
    run: RunCard | None
    purse: ShiftCard | None


class CheckoutStep(StrEnum):
    """What the checkout wants to know next."""

    CART = "cart"
    PHONE = "phone"
    METHOD = "method"
    ADDRESS = "address"
    SLOT = "slot"
    PICKUP_POINT = "point"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class CheckoutView:
    """A checkout as far as it is: the next step, and what there is to choose from."""

    key: str
    step: CheckoutStep
    person: CustomerCard
    cart: CartView
    comment: str = ""
    method: str = ""
    payment: str = Provider.CASH
    if_short: str = IfShort.LEAVE
    payments: tuple[str, ...] = (Provider.CASH,)
    addresses: tuple[AddressCard, ...] = ()
    address: AddressCard | None = None
    is_outside: bool = False
    slots: tuple[SlotCard, ...] = ()
    slot: SlotCard | None = None
    points: tuple[PickupCard, ...] = ()
    point: PickupCard | None = None
    quote: Quote | None = None


@dataclass(frozen=True)
class Usual:
    """What somebody bought last: its first product, and how many more there were."""

    order_id: int
    name: str
    more: int


@dataclass(frozen=True)
class MenuView:
    """What stands in the menu."""

    cart: CartView
    usual: Usual | None = None


@dataclass(frozen=True)
class OrdersPage:
    """A page of a customer's orders, newest first."""

    items: tuple[OrderCard, ...]
    page: int
    pages: int


@dataclass(frozen=True)
class AlertsPage:
    """A page of what a person waits for, the newest ask first."""

    items: tuple[AlertCard, ...]
    total: int
    page: int
    pages: int


def menu(*, customer_id: int, now: datetime) -> MenuView:
    """Return what the menu shows: who has an empty cart is offered their last order again."""
    cart = carts.cart_view(customer_id=customer_id, now=now)
    last = None if cart.lines else orders.last_bought(customer_id=customer_id)
    names = [line.name for line in last.lines.all()] if last else []
    usual = Usual(last.pk, names[0], len(names) - 1) if last and names else None
    return MenuView(cart, usual)


def alerts_page(*, customer_id: int, page: int, now: datetime) -> AlertsPage:
    """Return a page of what a person waits for; beyond the last one, the last."""
    own = marketing.own_alerts(customer_id=customer_id)
    total = own.count()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    start = (page - 1) * PAGE_SIZE
    found = list(own[start : start + PAGE_SIZE])
    cards = marketing.alert_cards(alerts=found, now=now)
    return AlertsPage(tuple(cards), total, page, pages)


def orders_page(*, customer_id: int, page: int, now: datetime) -> OrdersPage:
    """Return a page of a customer's orders; beyond the last one, the last."""
    own = orders.customer_orders(customer_id=customer_id)
    pages = max(1, -(-own.count() // PAGE_SIZE))
    page = min(max(page, 1), pages)
    start = (page - 1) * PAGE_SIZE
    rows = own[start : start + PAGE_SIZE]
    return OrdersPage(tuple(orders.card_of(row, now=now) for row in rows), page, pages)


def checkout(*, customer_id: int, chat_id: int, now: datetime) -> CheckoutView:
    """Return a chat's checkout: the first thing that is still unknown is the next step.

    Raises:
        CartEmpty: There is nothing to buy.
        CheckoutOutdated: No checkout was begun in this chat.
    """
    draft = Dialogue.objects.filter(pk=chat_id).values_list("draft", flat=True).first() or {}
    cart = carts.cart_view(customer_id=customer_id, now=now)
    if not cart.lines:
        raise CartEmpty
    if not draft.get("key"):
        raise CheckoutOutdated
    view = CheckoutView(
        key=draft["key"],
        step=CheckoutStep.CART,
        person=users.customer_card(user_id=customer_id),
        cart=cart,
        comment=draft.get("comment") or "",
        if_short=draft.get("if_short") or IfShort.LEAVE.value,
        method=draft.get("method") or "",
        **_payment(draft.get("payment")),
    )
    if not cart.can_check_out:
        return view
    if not view.person.phone:
        return replace(view, step=CheckoutStep.PHONE)
    if view.method == Method.PICKUP:
        return _pickup(view, point_id=draft.get("pickup_point_id"), now=now)
    if view.method == Method.DELIVERY:
        chosen = {"address_id": draft.get("address_id"), "slot_id": draft.get("slot_id")}
        return _delivery(view, customer_id=customer_id, now=now, **chosen)
    return replace(view, step=CheckoutStep.METHOD, points=tuple(delivery.pickup_points(now=now)))


def courier_day(*, staff_id: int, now: datetime) -> CourierDay:
    """Return a courier's day.

    Raises:
        NotAllowed: The person is no courier.
    """
    if Actor.COURIER not in orders.staff_parts(user_id=staff_id):
        raise NotAllowed
    return CourierDay(
        courier_id=staff_id,
        run=fulfilment.courier_run(courier_id=staff_id, today=shop_date(now)),
        purse=fulfilment.open_shift(courier_id=staff_id),
    )


def _payment(chosen: str | None) -> dict[str, Any]:
    """Return how one may pay, and how one chose to; a way that is not offered any more is cash."""
    offered = tuple(str(provider) for provider in payments.offered_providers())
    return {"payments": offered, "payment": chosen if chosen in offered else str(Provider.CASH)}


def _pickup(view: CheckoutView, *, point_id: int | None, now: datetime) -> CheckoutView:
    points = tuple(delivery.pickup_points(now=now))
    point = next((p for p in points if p.id == point_id), None)
    if point is None:
        return replace(view, step=CheckoutStep.PICKUP_POINT, points=points)
    quote = carts.quote_for(cart=view.cart, zone=None)
    return replace(view, step=CheckoutStep.CONFIRM, point=point, quote=quote)


def _delivery(
    view: CheckoutView,
    *,
    customer_id: int,
    address_id: int | None,
    slot_id: int | None,
    now: datetime,
) -> CheckoutView:
    addresses = tuple(users.addresses(customer_id=customer_id))
    address = next((a for a in addresses if a.id == address_id), None)
    zone = _zone(address)
    if zone is None:
        outside = address is not None
        return replace(view, step=CheckoutStep.ADDRESS, addresses=addresses, is_outside=outside)
    slots = tuple(delivery.slots(zone_id=zone.id, now=now, days=SLOT_DAYS))
    slot = next((s for s in slots if s.id == slot_id and not s.closed_reason), None)
    return replace(
        view,
        step=CheckoutStep.CONFIRM if slot else CheckoutStep.SLOT,
        address=address,
        slots=slots,
        slot=slot,
        quote=carts.quote_for(cart=view.cart, zone=zone),
    )


def _zone(address: AddressCard | None) -> ZoneCard | None:
    if address is None:
        return None
    try:
        return delivery.zone_for(latitude=address.latitude, longitude=address.longitude)
    except OutsideZones:
        return None
