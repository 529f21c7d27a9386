"""Send a customer to the provider: the order holds its goods meanwhile."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.money import split
from apps.orders import selectors
from apps.orders.dto import OrderStatus, Reference
from apps.orders.errors import OrderNotAwaitingPayment, PaymentNotAvailable
from apps.orders.models import Order
from apps.payments import selectors as payment_selectors
from apps.payments import services as payments
from apps.payments.dto import ON_DELIVERY, NewPayment, PaymentState, PayWay, Receipt, ReceiptLine


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
        return_url=f"{settings.PUBLIC_URL}/app/orders/{order.public_id}",
        expires_at=order.hold_expires_at,
        receipt=receipt_of(order),
    )


def receipt_of(order: Order) -> Receipt:
    """Return what the receipt lists (54-FZ, art. 4.7): the goods as they were paid, the delivery.

    Discounts that are not a line's own are spread over the lines, so that all sums to the total.
    """
    lines = list(order.lines.order_by("pk"))
    goods = order.total - order.delivery_fee
    totals = split(goods, [line.total for line in lines])
    listed = [
        ReceiptLine(name=line.name_ru[:128], quantity=line.quantity, total=total)
        for line, total in zip(lines, totals, strict=True)
        if total > 0
    ]
    if order.delivery_fee > 0:
        listed.append(
            ReceiptLine(name=_("Delivery"), quantity=1, total=order.delivery_fee, is_service=True)
        )
    return Receipt(lines=tuple(listed), phone=order.contact_phone)
