"""Turn a cart into an order.

Everything is read first; then rows are inserted that nobody else waits for; the slot's and the
stock's hot rows are taken last, right before the commit, so that buyers of one product wait for
each other as briefly as possible.
"""

import logging
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from apps.cart import services as cart
from apps.core.errors import IdempotencyKeyReused, ShopError
from apps.core.transactions import retrying_atomic
from apps.delivery import services as delivery
from apps.inventory import services as inventory
from apps.inventory.dto import Demand, ReservationState
from apps.notifications import services as notifications
from apps.orders.dto import CheckoutRequest, OrderStatus
from apps.orders.lifecycle import Actor
from apps.orders.models import Order, OrderEvent
from apps.orders.numbers import order_number
from apps.orders.services.announcing import tell_customer, tell_staff
from apps.orders.services.freezing import insert_adjustments, insert_lines
from apps.orders.services.planning import Plan, plan_checkout
from apps.payments import services as payments
from apps.payments.dto import ON_DELIVERY
from apps.promotions import services as promotions
from apps.promotions.dto import OfferKind
from apps.promotions.errors import (
    OfferUsedUp,
    PromoCodeExpired,
    PromoCodeUnknown,
    PromoCodeUsedByYou,
    PromoCodeUsedUp,
)
from apps.users import services as users

logger = logging.getLogger(__name__)


# What may be gone between the customer's last look and the commit: the total is another one then.
_GONE = (OfferUsedUp, PromoCodeExpired, PromoCodeUnknown, PromoCodeUsedByYou, PromoCodeUsedUp)


def place_order(*, customer_id: int, request: CheckoutRequest, now: datetime) -> Order:
    """Place an order of what is in the customer's cart, and empty the cart.

    The same key again, even at the same time, is the same order.

    Raises:
        What `plan_checkout` raises, and at the last moment:
        PriceChanged: An offer, or the last use of a promo code, went to somebody else.
        OfferUsedUp, PromoCodeUsedUp: So did a gift, which leaves the total as it was.
        SlotFull: The slot's last place went to somebody else.
        SlotClosed: The slot takes no more orders.
        OutOfStock: The last units went to somebody else.
        IdempotencyKeyReused: The key came with another place or time before.
    """
    try:
        return _place(customer_id=customer_id, request=request, now=now)
    except _GONE as refusal:
        _say_new_total(customer_id=customer_id, request=request, refusal=refusal, now=now)
        raise


@retrying_atomic
def _place(*, customer_id: int, request: CheckoutRequest, now: datetime) -> Order:
    # Twins wait here for each other, so that the second finds the first one's order.
    cart.hold(customer_id=customer_id)
    placed = Order.objects.for_customer(customer_id).filter(key=request.key).first()
    if placed is not None:
        if not _is_same(placed, request):
            raise IdempotencyKeyReused
        return placed
    plan = plan_checkout(customer_id=customer_id, request=request, now=now)
    order = _insert_order(plan, request, now)
    demands = insert_lines(order, plan.quote)
    insert_adjustments(order, plan.quote)
    _insert_event(order, customer_id)
    payments.open_payment(order_id=order.pk, provider=order.payment, amount=order.total)
    cart.clear(customer_id=customer_id)
    if plan.address:
        users.touch_address(address_id=plan.address.id, now=now)
    _tell(order, plan, now)
    _redeem(order, plan, now)
    if plan.slot:
        delivery.book_slot(slot_id=plan.slot.id, volume_ml=order.volume_ml, now=now)
    _reserve(order, demands)
    logger.info("Order placed", extra={"order": order.number})
    return order


def _is_same(order: Order, request: CheckoutRequest) -> bool:
    """Tell whether an order goes where and when it is asked for again."""
    return (
        order.method == request.method
        and (order.slot is None or request.slot_id in {order.slot.pk, order.slot.public_id})
        and (
            order.pickup_point is None
            or request.pickup_point_id in {order.pickup_point.pk, order.pickup_point.public_id}
        )
    )


def _insert_order(plan: Plan, request: CheckoutRequest, now: datetime) -> Order:
    is_paid_later = request.payment in ON_DELIVERY
    order = Order(
        number=_next_number(),
        customer_id=plan.customer.id,
        status=OrderStatus.PLACED if is_paid_later else OrderStatus.AWAITING_PAYMENT,
        method=request.method,
        source=request.source,
        payment=request.payment,
        contact_name=plan.contact_name,
        contact_phone=plan.contact_phone,
        comment=plan.comment,
        if_short=request.if_short,
        volume_ml=plan.volume_ml,
        items_total=plan.quote.cart.items_total,
        discount=plan.quote.cart.discount,
        delivery_fee=plan.quote.delivery_fee,
        total=plan.quote.total,
        hold_expires_at=None if is_paid_later else now + _hold_time(),
        key=request.key,
    )
    if plan.address:
        order.address = plan.address.one_line[:400]
        order.address_details = plan.address.details[:400]
        order.latitude, order.longitude = plan.address.latitude, plan.address.longitude
    if plan.slot:
        order.slot_id = plan.slot.id
    if plan.pickup_point:
        order.pickup_point_id = plan.pickup_point.id
        order.pickup_code = f"{secrets.randbelow(10_000):04d}"
    order.save(force_insert=True)
    return order


@retrying_atomic
def _say_new_total(
    *, customer_id: int, request: CheckoutRequest, refusal: ShopError, now: datetime
) -> None:
    """Say what the cart costs without what is gone, in a transaction that leaves nothing behind.

    Raises:
        PriceChanged: The total is another one now.
        And the refusal itself, where it is the same.
    """
    plan_checkout(customer_id=customer_id, request=request, now=now)
    raise refusal


def _redeem(order: Order, plan: Plan, now: datetime) -> None:
    uses = plan.quote.uses()
    if any(use.kind == OfferKind.CODE for use in uses):
        cart.forget_code(customer_id=plan.customer.id)
    promotions.redeem(order_id=order.pk, customer_id=plan.customer.id, uses=uses, now=now)


def _hold_time() -> timedelta:
    return timedelta(seconds=settings.ORDER_HOLD_SECONDS)


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('orders_order_number')")
        (serial,) = cursor.fetchone()
    return order_number(serial)


def _insert_event(order: Order, customer_id: int) -> None:
    OrderEvent.objects.create(
        order=order, to_status=order.status, actor_id=customer_id, actor_kind=Actor.CUSTOMER
    )


def _tell(order: Order, plan: Plan, now: datetime) -> None:
    if notifications.is_silenced():
        return
    shown = Order.objects.filter(pk=order.pk).for_cards().get()
    tell_customer(order=shown, customer=plan.customer, event=None, now=now)
    if order.status == OrderStatus.PLACED:
        tell_staff(order=shown, now=now)


def _reserve(order: Order, demands: list[Demand]) -> None:
    """Take the units: nobody's timer may give back those of an order that is placed already."""
    is_placed = order.status == OrderStatus.PLACED
    state = ReservationState.COMMITTED if is_placed else ReservationState.HELD
    inventory.reserve(demands=demands, state=state)
