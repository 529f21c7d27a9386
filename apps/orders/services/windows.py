"""What happens to orders when their delivery window does not hold: told, or brought in another."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.utils import translation

from apps.core.text import one_line
from apps.core.transactions import retrying_atomic
from apps.delivery import selectors as windows
from apps.delivery import services as delivery
from apps.delivery.dto import ClosedReason
from apps.notifications import services as notifications
from apps.notifications.dto import MessageContent
from apps.orders import selectors, texts
from apps.orders.dto import OrderCard, OrderStatus
from apps.orders.errors import NothingToMove, SlotElsewhere
from apps.orders.models import Order
from apps.orders.services.announcing import announce
from apps.users import selectors as users

logger = logging.getLogger(__name__)

_TEXT_LENGTH = 300
# On its way an order comes when it comes; one that failed is brought again by itself.
_WAITING = (
    OrderStatus.AWAITING_PAYMENT,
    OrderStatus.PLACED,
    OrderStatus.CONFIRMED,
    OrderStatus.PICKING,
    OrderStatus.PACKED,
)


@retrying_atomic
def close_window(*, slot_id: int, reason: ClosedReason, message: str = "", now: datetime) -> int:
    """Let a window take no more orders, and write to those who are booked in it if need be.

    Their orders stay. Returns how many were written to.

    Raises:
        SlotNotFound: There is no such window.
    """
    waiting = _waiting(slot_id)
    delivery.close_slot(slot_id=slot_id, reason=reason)
    message = one_line(message, limit=_TEXT_LENGTH)
    if not message:
        return 0
    for order in waiting:
        _write(order, partial(texts.about_window, message=message, now=now), now)
    return len(waiting)


@retrying_atomic
def move_window(*, slot_id: int, target_id: int, reason: str, now: datetime) -> int:
    """Bring all orders of a window that still wait in another one, and tell each customer once.

    All are moved or none. Returns how many.

    Raises:
        NothingToMove: No order waits in the window.
        SlotNotFound, SlotClosed: The other window does not exist or takes no orders.
        SlotElsewhere: It belongs to another zone.
        SlotFull: It has too few places or too little room left.
    """
    waiting = _waiting(slot_id)
    old, new = (windows.slot_card(slot_id=pk) for pk in (slot_id, target_id))
    if not waiting:
        raise NothingToMove
    if old.zone_id != new.zone_id:
        raise SlotElsewhere
    Order.objects.filter(pk__in=[order.pk for order in waiting]).update(
        slot_id=target_id, updated_at=now
    )
    delivery.move_bookings(
        slot_id=slot_id,
        target_id=target_id,
        orders=len(waiting),
        volume_ml=sum(order.volume_ml for order in waiting),
        now=now,
    )
    reason = one_line(reason, limit=_TEXT_LENGTH)
    for order in waiting:
        announce(order_id=order.pk, event=None, now=now)
        _write(order, partial(texts.moved, reason=reason, now=now), now)
    logger.info("Orders moved", extra={"slot": slot_id, "to": target_id, "orders": len(waiting)})
    return len(waiting)


def _waiting(slot_id: int) -> list[Order]:
    """Lock the orders that a window still has to bring; they come before windows."""
    orders = Order.objects.select_for_update(no_key=True)
    return list(orders.filter(slot_id=slot_id, status__in=_WAITING).order_by("pk"))


def _write(order: Order, message: Callable[[OrderCard], MessageContent], now: datetime) -> None:
    customer = users.customer_card(user_id=order.customer_id)
    with translation.override(customer.language):
        content = message(selectors.card_of(Order.objects.for_cards().get(pk=order.pk), now=now))
    notifications.queue_message(content=content, recipient_id=customer.id)
