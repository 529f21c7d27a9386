"""Send a customer to the provider: the order holds its goods meanwhile."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from apps.orders import selectors
from apps.orders.dto import OrderStatus, Reference, Source
from apps.orders.errors import OrderNotAwaitingPayment, PaymentNotAvailable
from apps.orders.models import Order
from apps.orders.services.receipts import receipt_of
from apps.payments import selectors as payment_selectors
from apps.payments import services as payments
from apps.payments.dto import ON_DELIVERY, NewPayment, PaymentState, PayWay


def start_payment(
    *, customer_id: int, order_id: Reference, provider: str = "", now: datetime
) -> PayWay:
    """Return where the customer pays for their order; asked again, it is the same payment.

    Without a `provider` it is the one of the checkout; another one opens an attempt beside it, and
    whichever is paid first counts. It goes over the network: never call it inside a transaction.

    Raises:
        OrderNotFound: There is none, or it is somebody else's.
        OrderNotAwaitingPayment: It is paid, cancelled or let go.
        PaymentNotAvailable: The shop does not take this payment online.
        ProviderUnavailable, ProviderRefused: As payments say; nothing is lost.
    """
    order = selectors.own_order(customer_id=customer_id, order_id=order_id)
    provider = provider or order.payment
    if provider in ON_DELIVERY or provider not in payment_selectors.offered_providers():
        raise PaymentNotAvailable
    is_held = order.hold_expires_at is not None and order.hold_expires_at > now
    if order.status != OrderStatus.AWAITING_PAYMENT or not is_held:
        raise OrderNotAwaitingPayment(number=order.number)
    payment = _attempt(order, provider)
    return payments.start_payment(payment_id=payment.pk, request=_request(order, payment), now=now)


def check_payment(*, customer_id: int, order_id: Reference, now: datetime) -> None:
    """Ask the providers about the customer's own order that waits for its payment.

    No answer is no error: what is known stays, and the clock asks again.

    Raises:
        OrderNotFound: There is none, or it is somebody else's.
    """
    order = selectors.own_order(customer_id=customer_id, order_id=order_id)
    if order.status not in {OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRED}:
        return
    for payment in payment_selectors.open_online_payments(order_id=order.pk):
        payments.ask_quietly(payment_id=payment.pk, now=now)


def _attempt(order: Order, provider: str) -> payments.Payment:
    """Return the open attempt through a provider, opened if there is none."""
    for payment in payment_selectors.order_payments(order_id=order.pk):
        if payment.provider == provider and payment.state == PaymentState.PENDING:
            return payment
    return payments.open_payment(order_id=order.pk, provider=provider, amount=order.total)


def _request(order: Order, payment: payments.Payment) -> NewPayment:
    receipt = receipt_of(order)
    return NewPayment(
        reference=str(payment.public_id),
        key=str(payment.idempotency_key),
        amount=payment.amount,
        currency=payment.currency,
        description=_("Order %s") % order.number,
        return_url=_way_back(order),
        expires_at=order.hold_expires_at,
        receipt=replace(receipt, lines=tuple(payments.fitted(receipt.lines, payment.amount))),
    )


def _way_back(order: Order) -> str:
    """Return where the provider sends the customer afterwards: whence they came."""
    if order.source == Source.BOT and settings.TELEGRAM_CHAT_URL:
        return str(settings.TELEGRAM_CHAT_URL)
    return f"{settings.PUBLIC_URL}/app/orders/{order.public_id}"
