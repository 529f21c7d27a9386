"""Tell the customer and the staff group about an order, each in their language."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils import translation

from apps.core.errors import NotAllowed
from apps.notifications import services as notifications
from apps.notifications.dto import MessageContent
from apps.orders import selectors, texts
from apps.orders.errors import OrderNotFound
from apps.orders.lifecycle import Actor
from apps.orders.models import Order, OrderChange, OrderEvent, OrderLine
from apps.payments import selectors as payments
from apps.payments.dto import ON_DELIVERY
from apps.users import selectors as users
from apps.users.dto import CustomerCard

# The staff group reads the shop's own language.
_STAFF_LANGUAGE = settings.LANGUAGE_CODE


def announce(*, order_id: int, event: OrderEvent | None, now: datetime) -> None:
    """Bring every card of an order up to date, and send the notice that an event deserves.

    Customers get no notice of what they did themselves.
    """
    if notifications.is_silenced():
        return
    order = _read(order_id)
    customer = users.customer_card(user_id=order.customer_id)
    tell_customer(order=order, customer=customer, event=event, now=now)
    tell_staff(order=order, now=now)


def announce_staff(*, order_id: int, now: datetime) -> None:
    """Bring the staff group's card of an order up to date."""
    tell_staff(order=_read(order_id), now=now)


def tell_customer(
    *, order: Order, customer: CustomerCard, event: OrderEvent | None, now: datetime
) -> None:
    """Queue the customer's live card, and the notice of an event that was not their own doing."""
    if customer.telegram_id is None:
        return
    with translation.override(customer.language):
        card = selectors.with_courier(selectors.card_of(order, now=now))
        content = texts.card(card, now=now)
        notice = None
        if event is not None and event.actor_kind != Actor.CUSTOMER:
            notice = texts.notice(card, reason=event.reason, now=now)
    notifications.queue_message(
        content=content,
        recipient_id=customer.id,
        chat_id=customer.telegram_id,
        card_key=f"order:{order.pk}",
    )
    if event is not None and notice is not None:
        notifications.queue_message(
            content=notice,
            recipient_id=customer.id,
            chat_id=customer.telegram_id,
            dedupe_key=f"order-event:{event.pk}",
        )


def tell_of_refund(*, order: Order, payment_id: int, amount: Decimal, why: str) -> None:
    """Tell the customer, once for each payment, that its money goes back and why."""
    customer = users.customer_card(user_id=order.customer_id)
    with translation.override(customer.language):
        content = texts.refund_notice(number=order.number, amount=amount, why=why)
    notifications.queue_message(
        content=content, recipient_id=customer.id, dedupe_key=f"payment-back:{payment_id}"
    )


def tell_of_revival(*, order: Order, payment_id: int) -> None:
    """Tell the customer, once, that an order which was let go is placed after all."""
    customer = users.customer_card(user_id=order.customer_id)
    with translation.override(customer.language):
        content = texts.revival_notice(order_id=order.pk, number=order.number)
    notifications.queue_message(
        content=content, recipient_id=customer.id, dedupe_key=f"payment-revives:{payment_id}"
    )


def tell_of_line_refund(
    *, order: Order, change: OrderChange, units: Sequence[tuple[OrderLine, int]]
) -> None:
    """Tell the customer, once, that the money for some units goes back, and which they are."""
    customer = users.customer_card(user_id=order.customer_id)
    with translation.override(customer.language):
        content = texts.line_refund_notice(
            order_id=order.pk, number=order.number, amount=-change.amount,
            goods=[(line.name, count) for line, count in units],
            is_cash=order.payment in ON_DELIVERY,
        )  # fmt: skip
    notifications.queue_message(
        content=content, recipient_id=customer.id, dedupe_key=f"order-change:{change.pk}"
    )


def tell_of_change(
    *, order_id: int, change: OrderChange, old_total: Decimal, now: datetime
) -> None:
    """Tell the customer, once, what staff changed in their order and what becomes of the money."""
    order = _read(order_id)
    customer = users.customer_card(user_id=order.customer_id)
    with translation.override(customer.language):
        content = texts.change_notice(
            selectors.card_of(order, now=now), rows=change.details, old_total=old_total,
            reason=change.reason, is_set_aside=payments.is_set_aside(order_id=order_id), now=now,
        )  # fmt: skip
    notifications.queue_message(
        content=content, recipient_id=customer.id, dedupe_key=f"order-change:{change.pk}"
    )


def tell_staff(*, order: Order, now: datetime) -> None:
    """Queue the staff group's card, if the shop has a staff group."""
    if not settings.TELEGRAM_STAFF_CHAT_ID:
        return
    notifications.queue_message(
        content=_staff_content(order, now),
        chat_id=settings.TELEGRAM_STAFF_CHAT_ID,
        card_key=f"staff-order:{order.pk}",
    )


def staff_card(*, order_id: int, staff_id: int, now: datetime) -> MessageContent:
    """Return the staff group's card of an order as it is now, to whoever works on orders.

    Raises:
        NotAllowed: They don't.
        OrderNotFound: There is no such order.
    """
    if not selectors.staff_parts(user_id=staff_id):
        raise NotAllowed
    return _staff_content(_read(order_id), now)


def _staff_content(order: Order, now: datetime) -> MessageContent:
    with translation.override(_STAFF_LANGUAGE):
        step = selectors.last_step(order_id=order.pk)
        return texts.staff_card(selectors.card_of(order, now=now), now=now, step=step)


def _read(order_id: int) -> Order:
    order = Order.objects.filter(pk=order_id).for_cards().first()
    if order is None:
        raise OrderNotFound
    return order
