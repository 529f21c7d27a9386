"""Payments made in the chat: the update that tells of them is the fact."""

from datetime import datetime
from decimal import Decimal

from apps.core.text import one_line
from apps.core.transactions import retrying_atomic
from apps.payments.dto import OddityKind, PaymentState, Provider
from apps.payments.models import Payment
from apps.payments.services.oddities import put_question


@retrying_atomic
def note_charge(*, payment_id: int, charge_id: str, now: datetime) -> int:
    """Write down by which charge a payment was made, and return the payment that it belongs to.

    An invoice that was paid twice has two charges: the second one is a payment of its own, so that
    it can be given back.
    """
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.provider_payment_id == charge_id:
        return payment.pk
    known = Payment.objects.filter(provider=Provider.TELEGRAM, provider_payment_id=charge_id)
    already = known.values_list("pk", flat=True).first()
    if already is not None:
        return already
    if payment.provider_payment_id:
        payment = Payment(
            order_id=payment.order_id, provider=payment.provider, amount=payment.amount,
            currency=payment.currency, state=PaymentState.CANCELLED,
        )  # fmt: skip
    payment.provider_payment_id = charge_id
    payment.save()
    return payment.pk


@retrying_atomic
def ask_about_charge(
    *,
    charge_id: str,
    reference: str,
    payer_id: int | None,
    amount: Decimal,
    currency: str,
    payment: Payment | None = None,
) -> None:
    """Ask staff about money that came by an invoice which isn't ours, or from somebody else.

    `payment` is ours that the invoice is for, if there is one; the payer is a person's own id.
    """
    key = f"unknown:{Provider.TELEGRAM}:{charge_id}"
    put_question(
        kind=OddityKind.FOREIGN_PAYER if payment else OddityKind.UNKNOWN_PAYMENT,
        key=f"payer:{payment.pk}:{charge_id}" if payment else key, provider=Provider.TELEGRAM,
        payment=payment, payment_at_provider=charge_id, invoice=one_line(reference, limit=100),
        payer=payer_id or "—", amount=amount, currency=currency,
    )  # fmt: skip
