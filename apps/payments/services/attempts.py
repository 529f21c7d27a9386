"""Attempts to pay: expected, changed, and let go."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from apps.core.money import ZERO, rounded
from apps.core.time import now as present
from apps.core.transactions import retrying_atomic
from apps.payments.dto import ON_DELIVERY, PaymentState, Provider, ReceiptLine
from apps.payments.errors import InvalidAmount, PaymentAlreadyOpen, PaymentNotExpected
from apps.payments.models import Payment
from apps.payments.services.calls import request_cancel, request_capture
from apps.payments.services.refunds import request_refund


@retrying_atomic
def open_payment(*, order_id: int, provider: str, amount: Decimal) -> Payment:
    """Expect a payment for an order.

    Raises:
        InvalidAmount: The amount is negative.
        PaymentAlreadyOpen: The order waits for one through this provider already.
    """
    check_not_negative(amount)
    try:
        with transaction.atomic():
            return Payment.objects.create(
                order_id=order_id, provider=Provider(provider), amount=rounded(amount)
            )
    except IntegrityError as error:
        if "payments_one_open" not in str(error):
            raise
        raise PaymentAlreadyOpen from error


@retrying_atomic
def change_amount(
    *, order_id: int, amount: Decimal, now: datetime, lines: Sequence[ReceiptLine] = ()
) -> None:
    """Bring what is expected, set aside or taken for an order down to what it costs now.

    Money that is set aside is taken when the box is closed; what was taken too much is given back,
    with a receipt of `lines` where they are what goes back.

    Raises:
        InvalidAmount: The amount is negative.
        PaymentNotExpected: Nothing is expected or was taken for this order.
    """
    check_not_negative(amount)
    payments = Payment.objects.filter(order_id=order_id).order_by("pk").select_for_update()
    live = [payment for payment in payments if _can_change(payment)]
    if not live:
        raise PaymentNotExpected
    for payment in live:
        if payment.provider in ON_DELIVERY:
            Payment.objects.filter(pk=payment.pk).update(
                amount=rounded(amount), updated_at=present()
            )
        elif payment.left > amount:
            excess = payment.left - rounded(amount)
            listed = lines if sum((line.total for line in lines), ZERO) == excess else ()
            request_refund(payment_id=payment.pk, amount=excess, reason="", lines=listed, now=now)


@retrying_atomic
def take_what_is_due(
    *, order_id: int, amount: Decimal, now: datetime, lines: Sequence[ReceiptLine] = ()
) -> None:
    """Take money that was set aside for an order, as much as its box is worth; the rest is let go.

    `lines` are what the box holds: where it is worth less than was set aside, the receipt says so
    (yookassa.ru/developers/api). Money that was taken at once, or is taken at the
    door, is none of this.
    """
    for payment in Payment.objects.filter(
        order_id=order_id, state=PaymentState.AUTHORIZED
    ).order_by("pk"):
        if amount > 0:
            listed = lines if amount < payment.amount else ()
            due = min(amount, payment.amount)
            request_capture(payment_id=payment.pk, amount=due, lines=listed, now=now)
        else:
            request_cancel(payment_id=payment.pk, now=now)


@retrying_atomic
def let_go(*, order_id: int, reason: str, now: datetime) -> None:
    """Stop expecting money for an order, and give back what came online.

    What was taken at the door is given back at the door (`refund_cash`).
    """
    payments = Payment.objects.filter(order_id=order_id).order_by("pk").select_for_update()
    for payment in payments:
        let_go_of(payment, reason=reason, now=now)


def let_go_of(payment: Payment, *, reason: str, now: datetime) -> None:
    """Stop expecting one locked payment, or give back what came by it."""
    is_open = payment.state in (PaymentState.PENDING, PaymentState.AUTHORIZED)
    if is_open and (payment.provider in ON_DELIVERY or not payment.provider_payment_id):
        Payment.objects.filter(pk=payment.pk).update(
            state=PaymentState.CANCELLED, next_check_at=None, updated_at=present()
        )
    elif is_open:
        # The provider decides: it may have been paid this very moment.
        request_cancel(payment_id=payment.pk, now=now)
    elif payment.provider not in ON_DELIVERY and payment.left > 0:
        request_refund(payment_id=payment.pk, amount=payment.left, reason=reason, now=now)


def _can_change(payment: Payment) -> bool:
    """Tell whether a sum may still change: at the door until it is taken, online until let go."""
    if payment.provider in ON_DELIVERY:
        return payment.state == PaymentState.PENDING
    return payment.state != PaymentState.CANCELLED


def check_not_negative(amount: Decimal) -> None:
    """Refuse a sum below zero.

    Raises:
        InvalidAmount: It is.
    """
    if amount < 0:
        raise InvalidAmount(amount=amount)
