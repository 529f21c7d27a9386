"""Compare a day's payments as a provider lists them with our books.

What differs is asked of the provider once more, which settles whatever we had missed; what differs
still is a question for a person.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, QuerySet, Sum

from apps.core.jobs import enqueue_on_commit
from apps.core.money import ZERO
from apps.core.time import shop_date, shop_zone
from apps.core.transactions import retrying_atomic
from apps.payments import selectors
from apps.payments.dto import OddityKind, PaymentFact, PaymentState, Provider
from apps.payments.errors import (
    NoAcquirer,
    PaymentNotFound,
    ProviderRefused,
    ProviderUnavailable,
)
from apps.payments.jobs import PaymentJob
from apps.payments.models import DayComparison, Payment
from apps.payments.services.asking import ask_quietly
from apps.payments.services.calls import gateway_of
from apps.payments.services.oddities import put_question

logger = logging.getLogger(__name__)

# A day is compared when it is over, and a week later, when its boxes are closed and paid.
_AGE = timedelta(days=8)
_BATCH = 100


@dataclass
class _Tally:
    """What was counted so far, there and here."""

    their_payments: int = 0
    our_payments: int = 0
    their_captured: Decimal = ZERO
    our_captured: Decimal = ZERO
    their_refunded: Decimal = ZERO
    our_refunded: Decimal = ZERO
    differences: int = 0


def compare_due_days(*, now: datetime) -> int:
    """Compare the days whose time has come with every provider; return how many were compared.

    A provider that does not answer is asked again when this is called next.
    """
    _plan(now)
    compared = 0
    for due in DayComparison.objects.filter(compared_at__isnull=True).order_by("day", "pk"):
        if due.provider not in _compared_with():
            continue
        try:
            compare_day(provider=due.provider, day=due.day, now=now)
        except (ProviderUnavailable, ProviderRefused) as error:
            logger.warning("%s does not list its payments: %s", due.provider, error.code)
        else:
            compared += 1
    return compared


@retrying_atomic
def ask_for_comparison(*, comparison_id: int) -> None:
    """Have a day compared once more, in the background."""
    DayComparison.objects.filter(pk=comparison_id).update(compared_at=None)
    enqueue_on_commit(PaymentJob.COMPARE_DAYS)


def compare_day(*, provider: str, day: date, now: datetime) -> DayComparison:
    """Compare one day with one provider. Never call it inside a transaction.

    Where nobody lists what was paid, it is noted what our books say, for a person to compare.

    Raises:
        ProviderUnavailable, ProviderRefused: It does not list its payments.
    """
    start, end = _edges(day)
    tally, seen = _Tally(), set[int]()
    try:
        facts = gateway_of(provider).list_payments(start, end)
    except NoAcquirer:
        return _note_unlisted_day(provider, day, now)
    while batch := list(islice(facts, _BATCH)):
        known = _known(provider, batch)
        for fact in batch:
            payment = known.get(fact.provider_payment_id) or _adopted(provider, fact)
            if payment is not None:
                seen.add(payment.pk)
                payment = _brought_up(payment, fact, now)
            _count(tally, payment, fact)
            tally.differences += _question(provider, payment, fact)
    for payment in _unlisted(provider, start, end, seen):
        tally.differences += _question_unlisted(payment)
    comparison, _is_new = DayComparison.objects.update_or_create(
        provider=provider, day=day,
        defaults=vars(tally) | {"compared_at": now, "has_list": True},
    )  # fmt: skip
    return comparison


def _note_unlisted_day(provider: str, day: date, now: datetime) -> DayComparison:
    """Write down what our books say of a day of which the provider has no list."""
    start, end = _edges(day)
    ours = _ours(provider).filter(
        created_at__gte=start, created_at__lt=end, provider_payment_id__isnull=False
    )
    sums = ours.aggregate(payments=Count("pk"), captured=Sum("captured"), refunded=Sum("refunded"))
    tally = _Tally(
        our_payments=sums["payments"],
        our_captured=sums["captured"] or ZERO,
        our_refunded=sums["refunded"] or ZERO,
    )
    comparison, _is_new = DayComparison.objects.update_or_create(
        provider=provider, day=day,
        defaults=vars(tally) | {"compared_at": now, "has_list": False},
    )  # fmt: skip
    return comparison


def _compared_with() -> set[str]:
    """Return the providers whose days are compared.

    What was made in the chat stands in its acquirer's list, where one is connected.
    """
    providers = set(settings.PAYMENT_GATEWAYS)
    is_acquired = settings.TELEGRAM_ACQUIRER in providers
    return providers - {Provider.TELEGRAM} if is_acquired else providers


def _plan(now: datetime) -> None:
    """Note which days are to be compared: those since the last one, and once more what is old."""
    today = shop_date(now)
    DayComparison.objects.bulk_create(
        [
            DayComparison(provider=provider, day=day)
            for provider in sorted(_compared_with())
            for day in _missing(provider, today)
        ],
        ignore_conflicts=True,
    )
    aged = DayComparison.objects.filter(day__gt=today - 2 * _AGE, day__lte=today - _AGE)
    early = [
        row.pk
        for row in aged
        if row.compared_at is not None and row.compared_at < _edges(row.day + _AGE)[0]
    ]
    DayComparison.objects.filter(pk__in=early).update(compared_at=None)


def _missing(provider: str, today: date) -> list[date]:
    """Return the days up to yesterday that nobody noted, also if nobody worked for some days."""
    last = DayComparison.objects.filter(provider=provider).aggregate(last=Max("day"))["last"]
    most = 1 if last is None else min((today - last).days - 1, _AGE.days - 1)
    return [today - timedelta(days=age) for age in range(most, 0, -1)]


def _edges(day: date) -> tuple[datetime, datetime]:
    start, end = (
        datetime.combine(day + timedelta(days=days), time(), tzinfo=shop_zone()) for days in (0, 1)
    )
    return start, end


def _ours(provider: str) -> QuerySet[Payment]:
    """Return the payments that stand in a provider's list."""
    providers = [provider]
    if provider == settings.TELEGRAM_ACQUIRER:
        providers.append(Provider.TELEGRAM)
    return Payment.objects.filter(provider__in=providers)


def _known(provider: str, facts: list[PaymentFact]) -> dict[str, Payment]:
    ids = [fact.provider_payment_id for fact in facts]
    payments = _ours(provider).filter(provider_payment_id__in=ids)
    return {str(payment.provider_payment_id): payment for payment in payments}


def _adopted(provider: str, fact: PaymentFact) -> Payment | None:
    """Return the payment whose id at the provider was never written down, now that it is known."""
    if not fact.reference:
        return None
    try:
        payment = selectors.payment_by_reference(reference=fact.reference)
    except PaymentNotFound:
        return None
    adopted = Payment.objects.filter(
        pk=payment.pk, provider=provider, provider_payment_id__isnull=True
    ).update(provider_payment_id=fact.provider_payment_id)
    return selectors.payment_of(payment_id=payment.pk) if adopted else None


def _brought_up(payment: Payment, fact: PaymentFact, now: datetime) -> Payment:
    """Return a payment as it is after whatever we had missed has been settled."""
    if not _agree(payment, fact):
        ask_quietly(payment_id=payment.pk, now=now)
        payment.refresh_from_db()
    return payment


def _agree(payment: Payment, fact: PaymentFact) -> bool:
    """Tell whether the same money is set aside, taken and given back on both sides."""
    return (
        payment.currency == fact.currency
        and payment.captured == fact.captured
        and selectors.returned_by_provider(payment=payment) == fact.refunded
        and (payment.state == PaymentState.AUTHORIZED) == (fact.state == PaymentState.AUTHORIZED)
    )


def _count(tally: _Tally, payment: Payment | None, fact: PaymentFact) -> None:
    tally.their_payments += 1
    tally.their_captured += fact.captured
    tally.their_refunded += fact.refunded
    if payment is not None:
        tally.our_payments += 1
        tally.our_captured += payment.captured
        tally.our_refunded += selectors.returned_by_provider(payment=payment)


def _question(provider: str, payment: Payment | None, fact: PaymentFact) -> bool:
    """Ask a person about what differs still; tell whether anything does."""
    told: dict[str, Any] = {
        "state": fact.state, "amount": fact.amount, "captured": fact.captured,
        "refunded": fact.refunded,
    }  # fmt: skip
    if payment is None:
        if fact.state not in {PaymentState.AUTHORIZED, PaymentState.CAPTURED}:
            return False  # Nobody paid it.
        put_question(
            kind=OddityKind.UNKNOWN_PAYMENT, key=f"unknown:{provider}:{fact.provider_payment_id}",
            provider=provider, payment_at_provider=fact.provider_payment_id, **told,
        )  # fmt: skip
        return True
    if _agree(payment, fact):
        return False
    put_question(
        kind=OddityKind.DIFFERENCE,
        key=f"difference:{payment.pk}:{fact.state}:{fact.captured}:{fact.refunded}",
        provider=provider, payment=payment, our_captured=payment.captured,
        our_refunded=selectors.returned_by_provider(payment=payment), **told,
    )  # fmt: skip
    return True


def _unlisted(provider: str, start: datetime, end: datetime, seen: set[int]) -> list[Payment]:
    """Return our payments of a day that were not in the provider's list."""
    of_day = _ours(provider).filter(
        created_at__gte=start, created_at__lt=end, provider_payment_id__isnull=False
    )
    return [payment for payment in of_day.order_by("pk") if payment.pk not in seen]


def _question_unlisted(payment: Payment) -> bool:
    """Ask the provider about a payment of ours, which may be in another day's list there."""
    try:
        gateway_of(payment.provider).fetch(str(payment.provider_payment_id))
    except ProviderRefused:
        put_question(
            kind=OddityKind.DIFFERENCE, key=f"difference:{payment.pk}:unlisted",
            provider=payment.provider, payment=payment, our_captured=payment.captured,
            payment_at_provider=payment.provider_payment_id,
        )  # fmt: skip
        return True
    return False
