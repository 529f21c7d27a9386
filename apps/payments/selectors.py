"""Questions about money."""

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet, Sum

from apps.core.books import Discrepancy
from apps.core.money import ZERO
from apps.payments.dto import ON_DELIVERY, EntryKind, PaymentState, Provider
from apps.payments.errors import PaymentNotFound
from apps.payments.models import MoneyEntry, Payment

# At one instant: each counter beside the sum of its rows; refunds that arrived are in the ledger.
_SUMMED = """
SELECT p.id, p.captured, p.refunded, p.refunding,
    coalesce(e.taken, 0), greatest(coalesce(e.returned, 0), coalesce(r.done, 0)),
    coalesce(r.waiting, 0)
FROM payments_payment p
LEFT JOIN (
    SELECT payment_id,
        sum(amount) FILTER (WHERE kind = 'capture') AS taken,
        -sum(amount) FILTER (WHERE kind = 'refund') AS returned
    FROM payments_moneyentry GROUP BY payment_id
) e ON e.payment_id = p.id
LEFT JOIN (
    SELECT payment_id,
        sum(amount) FILTER (WHERE state = 'done') AS done,
        sum(amount) FILTER (WHERE state = 'waiting') AS waiting
    FROM payments_refund GROUP BY payment_id
) r ON r.payment_id = p.id
ORDER BY p.id
"""


def captured(*, order_id: int) -> Decimal:
    """Return what was taken for an order and not given back."""
    kept = Payment.objects.filter(order_id=order_id).aggregate(
        kept=Sum(F("captured") - F("refunded"))
    )["kept"]
    return kept if kept is not None else ZERO


def taken_at_door(*, order_id: int) -> Decimal:
    """Return what was taken for an order at the door and not given back."""
    kept = Payment.objects.filter(order_id=order_id, provider__in=ON_DELIVERY).aggregate(
        kept=Sum(F("captured") - F("refunded"))
    )["kept"]
    return kept if kept is not None else ZERO


def due_at_door(*, order_ids: Collection[int]) -> dict[int, Payment]:
    """Return what is to be taken at the door, by order, with one query."""
    expected = Payment.objects.filter(
        order_id__in=order_ids, provider__in=ON_DELIVERY, state=PaymentState.PENDING
    )
    return {payment.order_id: payment for payment in expected.order_by("pk")}


def is_set_aside(*, order_id: int) -> bool:
    """Tell whether an order's money is set aside at a provider, and not taken yet."""
    state = PaymentState.AUTHORIZED
    return Payment.objects.filter(order_id=order_id, state=state).exists()


def is_paid_online(*, order_id: int) -> bool:
    """Tell whether money for an order was taken, or is set aside, at a provider."""
    paid = Payment.objects.filter(
        order_id=order_id, state__in=(PaymentState.AUTHORIZED, PaymentState.CAPTURED)
    )
    return paid.exclude(provider__in=ON_DELIVERY).exists()


def was_declined(*, order_id: int) -> bool:
    """Tell whether the last attempt to pay for an order came to nothing."""
    states = Payment.objects.filter(order_id=order_id).order_by("-pk").values_list("state")
    return states.first() == (PaymentState.CANCELLED,)


def most_chargeable(*, order_id: int) -> Decimal | None:
    """Return how much an order may cost: what was paid or set aside online; None at the door."""
    live = Payment.objects.filter(order_id=order_id).exclude(state=PaymentState.CANCELLED)
    most = ZERO
    for payment in live:
        if payment.provider in ON_DELIVERY:
            return None
        is_set_aside = payment.state == PaymentState.AUTHORIZED
        most += payment.amount if is_set_aside else payment.left
    return most


def offered_providers() -> tuple[Provider, ...]:
    """Return the ways to pay that the shop is set up for, those at the door first."""
    return tuple(p for p in Provider if p in ON_DELIVERY or p in settings.PAYMENT_GATEWAYS)


def payment_of(*, payment_id: int) -> Payment:
    """Return a payment.

    Raises:
        PaymentNotFound: There is none.
    """
    payment = Payment.objects.filter(pk=payment_id).first()
    if payment is None:
        raise PaymentNotFound
    return payment


def payment_by_reference(*, reference: str) -> Payment:
    """Return the payment that a provider knows by our reference, its public id.

    Raises:
        PaymentNotFound: There is none.
    """
    try:
        payment = Payment.objects.filter(public_id=UUID(reference)).first()
    except ValueError:
        payment = None
    if payment is None:
        raise PaymentNotFound
    return payment


def invoice_by_reference(*, reference: str) -> Payment | None:
    """Return the payment that an invoice in the chat is for; None where it is none of ours."""
    try:
        payment = payment_by_reference(reference=reference)
    except PaymentNotFound:
        return None
    return payment if payment.provider == Provider.TELEGRAM else None


def payment_at_provider(*, provider: str, provider_payment_id: str) -> Payment:
    """Return the payment that a provider knows by its own id.

    Raises:
        PaymentNotFound: There is none.
    """
    payment = Payment.objects.filter(
        provider=provider, provider_payment_id=provider_payment_id
    ).first()
    if payment is None:
        raise PaymentNotFound
    return payment


def open_online_payments(*, order_id: int) -> list[Payment]:
    """Return the payments of an order that somebody may be making at a provider now."""
    payments = Payment.objects.open().filter(order_id=order_id, provider_payment_id__isnull=False)
    return list(payments.exclude(provider__in=ON_DELIVERY).order_by("pk"))


def is_covered(*, order_id: int, by_another_than: int) -> bool:
    """Tell whether another payment than this one already pays for the order."""
    return (
        Payment.objects.filter(
            order_id=order_id, state__in=(PaymentState.AUTHORIZED, PaymentState.CAPTURED)
        )
        .exclude(pk=by_another_than)
        .exists()
    )


def returned_by_provider(*, payment: Payment) -> Decimal:
    """Return what the provider gave back of a payment: all but what staff gave by hand."""
    if not payment.refunded:
        return ZERO
    by_hand = MoneyEntry.objects.filter(
        payment_id=payment.pk, kind=EntryKind.REFUND, actor__isnull=False
    ).aggregate(sum=Sum("amount"))["sum"]
    returned: Decimal = payment.refunded + (by_hand or ZERO)
    return returned


def order_payments(*, order_id: int) -> QuerySet[Payment]:
    """Return an order's payments with their entries, oldest first."""
    payments = Payment.objects.filter(order_id=order_id).order_by("pk")
    return payments.prefetch_related("entries")


def check_books() -> list[Discrepancy]:
    """Compare what payments say was taken and given back with the ledger, at one instant."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMMED)
        rows = cursor.fetchall()
    return [
        Discrepancy(f"payment {pk}", counter, expected=str(expected), found=str(found))
        for pk, *sums in rows
        for counter, found, expected in zip(
            ("captured", "refunded", "refunding"), sums[:3], sums[3:], strict=True
        )
        if found != expected
    ]
