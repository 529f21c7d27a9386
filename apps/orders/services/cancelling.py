"""Let an order go: cancelled by its customer or by staff, or expired unpaid."""

import logging
from datetime import datetime, timedelta
from time import monotonic

from apps.core.errors import ShopError
from apps.core.time import now as present
from apps.core.transactions import retrying_atomic
from apps.delivery import services as delivery
from apps.inventory import services as inventory
from apps.orders import selectors
from apps.orders.dto import OrderStatus, Reference
from apps.orders.errors import CancelledAlready, CancelTooLate, OrderMoveRefused
from apps.orders.lifecycle import Actor
from apps.orders.models import Order
from apps.orders.services.receipts import receipt_of
from apps.orders.services.transitions import move_order
from apps.payments import selectors as payment_selectors
from apps.payments import services as payments
from apps.promotions import services as promotions

logger = logging.getLogger(__name__)

# A tick's work: ticks that overlap would ask providers twice.
_LONGEST_SECONDS = 50.0
_PATIENCE = timedelta(minutes=15)


@retrying_atomic
def cancel_own_order(
    *, customer_id: int, order_id: Reference, now: datetime, reason: str = ""
) -> Order:
    """Cancel an order for its customer and give everything it held back to the shop.

    Raises:
        OrderNotFound: There is none, or it is somebody else's.
        CancelledAlready: Somebody has cancelled it, perhaps the same person a moment ago.
        CancelTooLate: It is being picked already, or its slot is past the cut-off.
    """
    order = selectors.own_order(customer_id=customer_id, order_id=order_id)
    if order.status == OrderStatus.CANCELLED:
        raise CancelledAlready(number=order.number)
    if not selectors.can_customer_cancel(order, now=now):
        raise CancelTooLate(number=order.number)
    order = move_order(
        order_id=order.pk,
        target=OrderStatus.CANCELLED,
        actor=Actor.CUSTOMER,
        actor_id=customer_id,
        reason=reason,
        now=now,
    )
    _release(order, reason, now)
    return order


@retrying_atomic
def cancel_order(*, order_id: int, actor_id: int, reason: str = "", now: datetime) -> Order:
    """Cancel an order for the shop, while its goods are still in the freezer.

    Raises:
        OrderMoveRefused: It is packed already (fulfilment takes the goods back), or past that.
        And what `move_order` raises.
    """
    order = Order.objects.filter(pk=order_id).first()
    if order is not None and order.status == OrderStatus.PACKED:
        raise OrderMoveRefused(
            number=order.number,
            current=str(OrderStatus.PACKED.label),
            target=str(OrderStatus.CANCELLED.label),
        )
    order = move_order(
        order_id=order_id,
        target=OrderStatus.CANCELLED,
        actor_id=actor_id,
        reason=reason,
        now=now,
    )
    _release(order, reason, now)
    return order


def expire_holds(*, now: datetime) -> int:
    """Let go of orders whose payment did not come in time; return how many went.

    Providers are asked first: money that came, with nobody telling us, saves the order. While a
    provider gives no answer its orders are kept, but not for longer than `_PATIENCE`. It goes on
    until all are looked at, or its time is over: the next tick takes up the rest.
    """
    due = Order.objects.due_holds(now).order_by("hold_expires_at")
    over = monotonic() + _LONGEST_SECONDS
    expired, asking = 0, payments.Round()
    given_up = Order.objects.due_holds(now - _PATIENCE).values_list("pk", flat=True)
    beyond_patience = frozenset(given_up)
    for order_id in list(due.values_list("pk", flat=True)):
        if monotonic() > over:
            break
        payments_open = payment_selectors.open_online_payments(order_id=order_id)
        answers = [asking.ask(payment, now=now) for payment in payments_open]
        if not all(answers) and order_id not in beyond_patience:
            continue
        try:
            expired += _expire(order_id=order_id, now=max(now, present()))
        except ShopError as refusal:
            # Paid or cancelled this very moment, or busy: the next tick looks again.
            logger.info("A hold was not let go: %s", refusal.code, extra={"order_id": order_id})
    return expired


@retrying_atomic
def _expire(*, order_id: int, now: datetime) -> bool:
    # Whoever pays in the chat at the last moment is given more time while others are asked.
    held = Order.objects.due_holds(now).select_for_update(no_key=True).filter(pk=order_id)
    if held.first() is None:
        return False
    order = move_order(order_id=order_id, target=OrderStatus.EXPIRED, actor=Actor.SYSTEM, now=now)
    _release(order, "", now)
    return True


def _release(order: Order, reason: str, now: datetime) -> None:
    """Give back what the order held, in the shop's lock order: payment, offers, slot, stock."""
    # The row is held by the move, and was read before: staff may have changed it in between.
    order.refresh_from_db(fields=["slot", "volume_ml"])
    paid_for = receipt_of(order).lines
    payments.let_go(order_id=order.pk, reason=reason, lines=paid_for, now=now)
    promotions.release(order_id=order.pk, now=now)
    if order.slot_id is not None:
        delivery.release_slot(slot_id=order.slot_id, volume_ml=order.volume_ml)
    lines = order.lines.order_by("pk").values_list("pk", flat=True)
    inventory.release_reservations(order_line_ids=list(lines))
