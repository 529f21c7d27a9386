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
from apps.core.transactions import retrying_atomic
from apps.delivery import services as delivery
from apps.inventory import services as inventory
from apps.inventory.dto import Demand, ReservationState
from apps.notifications import services as notifications
from apps.orders.dto import AdjustmentKind, CheckoutRequest, OrderStatus
from apps.orders.lifecycle import Actor
from apps.orders.models import Order, OrderAdjustment, OrderEvent, OrderLine
from apps.orders.numbers import order_number
from apps.orders.services.announcing import tell_customer, tell_staff
from apps.orders.services.planning import Plan, plan_checkout
from apps.payments import services as payments
from apps.payments.dto import ON_DELIVERY
from apps.users import services as users

logger = logging.getLogger(__name__)


@retrying_atomic
def place_order(*, customer_id: int, request: CheckoutRequest, now: datetime) -> Order:
    """Place an order of what is in the customer's cart, and empty the cart.

    The same key again, even at the same time, is the same order.

    Raises:
        What `plan_checkout` raises, and at the last moment:
        SlotFull: The slot's last place went to somebody else.
        SlotClosed: The slot takes no more orders.
        OutOfStock: The last units went to somebody else.
    """
    # Twins wait here for each other, so that the second finds the first one's order.
    cart.hold(customer_id=customer_id)
    placed = Order.objects.for_customer(customer_id).filter(key=request.key).first()
    if placed is not None:
        return placed
    plan = plan_checkout(customer_id=customer_id, request=request, now=now)
    order = _insert_order(plan, request, now)
    demands = _insert_lines(order, plan)
    _insert_event(order, customer_id)
    payments.open_payment(order_id=order.pk, provider=order.payment, amount=order.total)
    cart.clear(customer_id=customer_id)
    if plan.address:
        users.touch_address(address_id=plan.address.id, now=now)
    _tell(order, plan, now)
    if plan.slot:
        delivery.book_slot(slot_id=plan.slot.id, volume_ml=order.volume_ml, now=now)
    _reserve(order, demands)
    logger.info("Order placed", extra={"order": order.number})
    return order


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
        volume_ml=plan.volume_ml,
        items_total=plan.quote.cart.items_total,
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


def _hold_time() -> timedelta:
    return timedelta(seconds=settings.ORDER_HOLD_SECONDS)


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('orders_order_number')")
        (serial,) = cursor.fetchone()
    return order_number(serial)


def _insert_lines(order: Order, plan: Plan) -> list[Demand]:
    """Freeze the cart's lines and the delivery fee; return what they ask of the stock."""
    lines = OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            variant_id=line.variant_id,
            sku=line.sku,
            name_ru=line.name_ru,
            name_en=line.name_en,
            pack_weight_g=line.pack_weight_g,
            unit_price=line.unit_price,
            regular_price=line.regular_price,
            quantity=line.quantity,
            total=line.total,
        )
        for line in plan.quote.cart.lines
    )
    if order.delivery_fee:
        OrderAdjustment.objects.create(
            order=order,
            kind=AdjustmentKind.DELIVERY,
            amount=order.delivery_fee,
            explanation={"zone": plan.zone.slug if plan.zone else ""},
        )
    return [Demand(line.pk, line.variant_id, line.quantity) for line in lines]


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
