"""Payments made in the chat: the update that tells of them is the fact."""

from datetime import datetime

from apps.core.transactions import retrying_atomic
from apps.payments.dto import PaymentState, Provider
from apps.payments.models import Payment


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
