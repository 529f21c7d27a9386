"""Money taken and given back. Counters move by guarded statements, the ledger beside them."""

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from apps.core.money import rounded
from apps.core.time import now as present
from apps.core.transactions import retrying_atomic
from apps.payments.dto import EntryKind, PaymentState, Provider
from apps.payments.errors import (
    CashAlreadyTaken,
    InvalidAmount,
    PaymentAlreadyOpen,
    PaymentNotExpected,
    RefundTooLarge,
    WrongCashAmount,
)
from apps.payments.models import MoneyEntry, Payment

_OPEN = Q(state__in=(PaymentState.PENDING, PaymentState.AUTHORIZED))


@retrying_atomic
def open_payment(*, order_id: int, provider: str, amount: Decimal) -> Payment:
    """Expect a payment for an order.

    Raises:
        InvalidAmount: The amount is negative.
        PaymentAlreadyOpen: The order waits for one through this provider already.
    """
    _check_not_negative(amount)
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
def change_amount(*, order_id: int, amount: Decimal) -> None:
    """Expect another sum for an order: less came into the box than was ordered.

    Raises:
        InvalidAmount: The amount is negative.
        PaymentNotExpected: Nothing is expected for this order.
    """
    _check_not_negative(amount)
    expected = Payment.objects.filter(order_id=order_id, state=PaymentState.PENDING)
    if not expected.update(amount=rounded(amount), updated_at=present()):
        raise PaymentNotExpected


@retrying_atomic
def cancel_open_payments(*, order_id: int) -> int:
    """Stop expecting money for an order, and return how many payments that were."""
    expected = Payment.objects.filter(_OPEN, order_id=order_id)
    return expected.update(state=PaymentState.CANCELLED, updated_at=present())


@retrying_atomic
def record_cash(*, order_id: int, amount: Decimal, actor_id: int | None) -> Payment:
    """Note that the cash for an order was taken. An order that costs nothing leaves no entry.

    Raises:
        InvalidAmount: The amount is negative.
        CashAlreadyTaken: It was noted before.
        PaymentNotExpected: The order is not to be paid in cash, or not any more.
        WrongCashAmount: The amount is not what is expected.
    """
    _check_not_negative(amount)
    amount = rounded(amount)
    cash = Payment.objects.filter(order_id=order_id, provider=Provider.CASH)
    taken = cash.filter(state=PaymentState.PENDING, amount=amount).update(
        state=PaymentState.CAPTURED, captured=F("amount"), updated_at=present()
    )
    if not taken:
        raise _why_not_taken(order_id, amount)
    payment = cash.filter(state=PaymentState.CAPTURED).latest("pk")
    _enter(payment, EntryKind.CAPTURE, amount, actor_id)
    return payment


@retrying_atomic
def refund_cash(*, order_id: int, amount: Decimal, actor_id: int | None) -> Payment:
    """Note that cash was given back to the customer.

    Raises:
        InvalidAmount: The amount is not positive.
        PaymentNotExpected: No cash was ever taken for this order.
        RefundTooLarge: More can't be given back than is left of it.
    """
    if amount <= 0:
        raise InvalidAmount(amount=amount)
    amount = rounded(amount)
    cash = Payment.objects.filter(
        order_id=order_id, provider=Provider.CASH, state=PaymentState.CAPTURED
    )
    given = cash.filter(captured__gte=F("refunded") + amount).update(
        refunded=F("refunded") + amount, updated_at=present()
    )
    payment = cash.order_by("pk").last()
    if payment is None:
        raise PaymentNotExpected
    if not given:
        raise RefundTooLarge(left=payment.captured - payment.refunded)
    _enter(payment, EntryKind.REFUND, -amount, actor_id)
    return payment


def _enter(payment: Payment, kind: EntryKind, amount: Decimal, actor_id: int | None) -> None:
    if amount:
        MoneyEntry.objects.create(payment=payment, kind=kind, amount=amount, actor_id=actor_id)


def _check_not_negative(amount: Decimal) -> None:
    if amount < 0:
        raise InvalidAmount(amount=amount)


def _why_not_taken(
    order_id: int, amount: Decimal
) -> CashAlreadyTaken | PaymentNotExpected | WrongCashAmount:
    cash = Payment.objects.filter(order_id=order_id, provider=Provider.CASH)
    expected = cash.filter(state=PaymentState.PENDING).first()
    if expected is not None:
        return WrongCashAmount(expected=expected.amount, amount=amount)
    if cash.filter(state=PaymentState.CAPTURED).exists():
        return CashAlreadyTaken()
    return PaymentNotExpected()
