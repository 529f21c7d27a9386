"""Send a customer to the provider: the order holds its goods meanwhile."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.measures import format_weight
from apps.orders import selectors
from apps.orders.dto import OrderStatus, Reference, Source
from apps.orders.errors import OrderNotAwaitingPayment, PaymentNotAvailable
from apps.orders.models import Order, OrderLine
from apps.payments import selectors as payment_selectors
from apps.payments import services as payments
from apps.payments.dto import (
    ON_DELIVERY,
    RECEIPT_NAME,
    NewPayment,
    PaymentState,
    PayWay,
    Receipt,
    ReceiptLine,
)


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
    return NewPayment(
        reference=str(payment.public_id),
        key=str(payment.idempotency_key),
        amount=payment.amount,
        currency=payment.currency,
        description=_("Order %s") % order.number,
        return_url=_way_back(order),
        expires_at=order.hold_expires_at,
        receipt=receipt_of(order),
    )


def _way_back(order: Order) -> str:
    """Return where the provider sends the customer afterwards: whence they came."""
    if order.source == Source.BOT and settings.TELEGRAM_CHAT_URL:
        return str(settings.TELEGRAM_CHAT_URL)
    return f"{settings.PUBLIC_URL}/app/orders/{order.public_id}"


def receipt_of(order: Order) -> Receipt:
    """Return what the receipt lists (54-FZ, art. 4.7): the goods as they were paid, the delivery.

    Once the box is packed these are the units in it, and goods by weight at what they weighed: so
    all sums to the total, whatever was missing.
    """
    lines = list(order.lines.order_by("pk"))
    listed = [
        ReceiptLine(name=_named(line), quantity=line.there, total=line.charged)
        for line in lines
        if line.charged > 0
    ]
    if order.delivery_fee > 0:
        listed.append(
            ReceiptLine(name=_("Delivery"), quantity=1, total=order.delivery_fee, is_service=True)
        )
    return Receipt(lines=tuple(listed), phone=order.contact_phone)


def _named(line: OrderLine) -> str:
    """Return how a receipt calls a line; goods by weight say what they weigh."""
    if not line.weight_there_g:
        return line.name_ru[:RECEIPT_NAME]
    # Staff pack in their own language; a receipt is written in the shop's.
    with translation.override(settings.LANGUAGE_CODE):
        weight = f", {format_weight(line.weight_there_g)}"
    return line.name_ru[: RECEIPT_NAME - len(weight)] + weight
