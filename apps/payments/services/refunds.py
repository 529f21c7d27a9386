"""Money on its way back: promised under a guard, sent after the commit."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import F

from apps.core.money import rounded
from apps.core.text import one_line
from apps.core.time import now as present
from apps.core.transactions import retrying_atomic
from apps.payments.dto import CallKind, ReceiptLine
from apps.payments.errors import InvalidAmount, PaymentNotFound, RefundTooLarge
from apps.payments.models import Payment, ProviderCall, Refund
from apps.payments.services.calls import plain, wake_caller


@retrying_atomic
def request_refund(
    *,
    payment_id: int,
    amount: Decimal,
    reason: str,
    lines: Sequence[ReceiptLine] = (),
    actor_id: int | None = None,
    now: datetime,
) -> Refund:
    """Promise to give online money back; the provider is asked after the commit.

    Raises:
        PaymentNotFound: There is no such payment.
        InvalidAmount: The amount is not positive.
        RefundTooLarge: More can't be given back than is left of what was taken.
    """
    amount = rounded(amount)
    if amount <= 0:
        raise InvalidAmount(amount=amount)
    promised = Payment.objects.filter(
        pk=payment_id, captured__gte=F("refunded") + F("refunding") + amount
    ).update(refunding=F("refunding") + amount, updated_at=present())
    if not promised:
        payment = Payment.objects.filter(pk=payment_id).first()
        raise PaymentNotFound() if payment is None else RefundTooLarge(left=payment.left)
    refund = Refund.objects.create(
        payment_id=payment_id,
        amount=amount,
        reason=one_line(reason, limit=300),
        lines=[plain(line) for line in lines],
        actor_id=actor_id,
    )
    ProviderCall.objects.create(
        payment_id=payment_id, kind=CallKind.REFUND, refund=refund, amount=amount,
        next_attempt_at=now,
    )  # fmt: skip
    wake_caller()
    return refund
