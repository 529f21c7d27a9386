"""Money at the door. Counters move by guarded statements, the ledger beside them."""

from decimal import Decimal

from django.db.models import F

from apps.core.money import rounded
from apps.core.time import now as present
from apps.core.transactions import retrying_atomic
from apps.payments.dto import ON_DELIVERY, EntryKind, PaymentState
from apps.payments.errors import (
    CashAlreadyTaken,
    InvalidAmount,
    PaymentNotExpected,
    RefundTooLarge,
    WrongCashAmount,
)
from apps.payments.models import MoneyEntry, Payment
from apps.payments.services.attempts import check_not_negative


@retrying_atomic
def record_cash(
    *, order_id: int, amount: Decimal, actor_id: int | None, provider: str | None = None
) -> Payment:
    """Note that the money for an order was taken at the door, in cash or by a card reader.

    Without a provider it was taken as agreed. An order that costs nothing leaves no entry.

    Raises:
        InvalidAmount: The amount is negative.
        CashAlreadyTaken: It was noted before.
        PaymentNotExpected: The order is not to be paid at the door, or not any more, or the
            provider takes nothing there.
        WrongCashAmount: The amount is not what is expected.
    """
    check_not_negative(amount)
    amount = rounded(amount)
    if provider is not None and provider not in ON_DELIVERY:
        raise PaymentNotExpected
    cash = Payment.objects.filter(order_id=order_id, provider__in=ON_DELIVERY)
    taken = cash.filter(state=PaymentState.PENDING, amount=amount).update(
        state=PaymentState.CAPTURED,
        captured=F("amount"),
        provider=F("provider") if provider is None else provider,
        updated_at=present(),
    )
    if not taken:
        raise _why_not_taken(order_id, amount)
    payment = cash.filter(state=PaymentState.CAPTURED).latest("pk")
    enter(payment, EntryKind.CAPTURE, amount, actor_id)
    return payment


@retrying_atomic
def correct_cash(*, order_id: int, provider: str) -> Payment:
    """Note that money was taken at the door in the other way: by card instead of in cash, say.

    Raises:
        PaymentNotExpected: Nothing was taken there, or it was taken in that way.
    """
    others = ON_DELIVERY - {provider}
    cash = Payment.objects.filter(
        order_id=order_id, provider__in=others, state=PaymentState.CAPTURED, captured__gt=0
    )
    if provider not in ON_DELIVERY or not cash.update(provider=provider, updated_at=present()):
        raise PaymentNotExpected
    return Payment.objects.filter(order_id=order_id, provider=provider).latest("pk")


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
        order_id=order_id, provider__in=ON_DELIVERY, state=PaymentState.CAPTURED
    )
    given = cash.filter(captured__gte=F("refunded") + F("refunding") + amount).update(
        refunded=F("refunded") + amount, updated_at=present()
    )
    payment = cash.order_by("pk").last()
    if payment is None:
        raise PaymentNotExpected
    if not given:
        raise RefundTooLarge(left=payment.left)
    enter(payment, EntryKind.REFUND, -amount, actor_id)
    return payment


def enter(payment: Payment, kind: EntryKind, amount: Decimal, actor_id: int | None) -> None:
    """Write what changed hands into the ledger; nothing where nothing did."""
    if amount:
        MoneyEntry.objects.create(payment=payment, kind=kind, amount=amount, actor_id=actor_id)


def _why_not_taken(
    order_id: int, amount: Decimal
) -> CashAlreadyTaken | PaymentNotExpected | WrongCashAmount:
    cash = Payment.objects.filter(order_id=order_id, provider__in=ON_DELIVERY)
    expected = cash.filter(state=PaymentState.PENDING).first()
    if expected is not None:
        return WrongCashAmount(expected=expected.amount, amount=amount)
    if cash.filter(state=PaymentState.CAPTURED).exists():
        return CashAlreadyTaken()
    return PaymentNotExpected()
