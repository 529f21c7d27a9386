"""Money of a person who asks to be forgotten."""

from apps.core.transactions import retrying_atomic
from apps.payments.dto import CallKind, CallState
from apps.payments.errors import MoneyOnItsWay
from apps.payments.models import Payment, ProviderCall


@retrying_atomic
def hold_for_erasure(*, customer_id: int) -> None:
    """Hold a customer's payments until their contact is gone from the orders, which are held.

    A request that may have reached the provider is repeated word for word under its key, the
    receipt's contact included: it must have an answer first.

    Raises:
        MoneyOnItsWay: One has none yet.
    """
    payments = Payment.objects.filter(order__customer_id=customer_id).order_by("pk")
    ids = list(payments.select_for_update(of=("self",)).values_list("pk", flat=True))
    waiting = ProviderCall.objects.filter(payment__in=ids, state=CallState.WAITING)
    if waiting.exclude(kind=CallKind.CANCEL).exists():
        raise MoneyOnItsWay
