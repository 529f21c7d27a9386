"""Book what a provider says of a payment: counters and ledger move together, never backwards."""

from datetime import datetime
from decimal import Decimal

from django.db.models import F

from apps.core.money import ZERO
from apps.core.transactions import retrying_atomic
from apps.payments import selectors
from apps.payments.dto import (
    CallKind,
    EntryKind,
    OddityKind,
    Outcome,
    PaymentFact,
    PaymentState,
    RefundState,
)
from apps.payments.models import Payment, ProviderCall, Refund
from apps.payments.services.cash import enter
from apps.payments.services.oddities import put_question

_PAID = (PaymentState.AUTHORIZED, PaymentState.CAPTURED)


@retrying_atomic
def apply_fact(*, payment_id: int, fact: PaymentFact, now: datetime) -> Outcome:
    """Bring a payment to what its provider says; the caller holds its order's row.

    A fact that is older than what we know changes nothing. One that names another sum, currency or
    payment goes to the staff's queue and changes nothing either.
    """
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    wrong = _what_is_wrong(payment, fact)
    if wrong is not None:
        put_question(
            kind=wrong, key=f"{wrong}:{payment.pk}:{fact.state}:{fact.amount}:{fact.currency}",
            provider=payment.provider, payment=payment, state=fact.state, amount=fact.amount,
            currency=fact.currency, captured=fact.captured, expected=payment.amount,
        )  # fmt: skip
        return Outcome.ODD
    before = (payment.state, payment.captured, payment.refunded)
    _book_captured(payment, fact)
    _book_refunded(payment, fact)
    payment.state = _next_state(payment, fact)
    payment.save(update_fields=["state", "captured", "refunded", "refunding", "updated_at"])
    return _outcome(before[0], payment, is_changed=before != _known(payment))


def _known(payment: Payment) -> tuple[str, Decimal, Decimal]:
    return payment.state, payment.captured, payment.refunded


def _what_is_wrong(payment: Payment, fact: PaymentFact) -> OddityKind | None:
    """Return why a fact can't be about this payment as we asked for it."""
    if fact.reference != str(payment.public_id):
        return OddityKind.WRONG_REFERENCE
    if fact.currency != payment.currency:
        return OddityKind.WRONG_CURRENCY
    if not _is_expected_sum(payment, fact):
        return OddityKind.WRONG_AMOUNT
    by_hand = payment.refunded - selectors.returned_by_provider(payment=payment)
    if fact.refunded > 0 and fact.refunded + by_hand > fact.captured:
        return OddityKind.IMPOSSIBLE
    if fact.state == PaymentState.CANCELLED and payment.captured > 0:
        return OddityKind.IMPOSSIBLE
    return None


def _is_expected_sum(payment: Payment, fact: PaymentFact) -> bool:
    """Tell whether a sum is what we asked for: all of it, or the part that we had taken."""
    if fact.captured == 0:
        return fact.amount == payment.amount
    if fact.captured in (payment.amount, payment.captured):
        return True
    captures = ProviderCall.objects.filter(payment=payment, kind=CallKind.CAPTURE)
    return captures.filter(amount=fact.captured).exists()


def _book_captured(payment: Payment, fact: PaymentFact) -> None:
    taken = fact.captured - payment.captured
    if taken > 0:
        enter(payment, EntryKind.CAPTURE, taken, None)
        payment.captured = fact.captured


def _book_refunded(payment: Payment, fact: PaymentFact) -> None:
    """Book money that went back: our refunds first, the oldest before others; the rest is odd."""
    given = fact.refunded - selectors.returned_by_provider(payment=payment)
    if given <= 0:
        return
    enter(payment, EntryKind.REFUND, -given, None)
    payment.refunded += given
    rest = given
    waiting = list(Refund.objects.filter(payment=payment, state=RefundState.WAITING).order_by("pk"))
    for refund in waiting:
        if refund.amount > rest:
            break
        rest -= refund.amount
        payment.refunding -= refund.amount
        Refund.objects.filter(pk=refund.pk).update(state=RefundState.DONE)
    if rest > 0:
        _note_foreign(payment, rest, fact)


def _note_foreign(payment: Payment, amount: Decimal, fact: PaymentFact) -> None:
    """Tell staff of money that went back past the shop; promises without room left fall."""
    put_question(
        kind=OddityKind.FOREIGN_REFUND, key=f"foreign:{payment.pk}:{fact.refunded}",
        provider=payment.provider, payment=payment, amount=amount,
    )  # fmt: skip
    newest = Refund.objects.filter(payment=payment, state=RefundState.WAITING).order_by("-pk")
    for refund in newest:
        if payment.left >= ZERO:
            return
        payment.refunding -= refund.amount
        Refund.objects.filter(pk=refund.pk).update(state=RefundState.FAILED)


def _next_state(payment: Payment, fact: PaymentFact) -> PaymentState:
    if payment.captured > 0 or fact.state == PaymentState.CAPTURED:
        return PaymentState.CAPTURED
    if fact.state == PaymentState.CANCELLED:
        return PaymentState.CANCELLED
    if fact.state == PaymentState.AUTHORIZED:
        return PaymentState.AUTHORIZED
    return PaymentState(payment.state)


def _outcome(before: str, payment: Payment, *, is_changed: bool) -> Outcome:
    if payment.state in _PAID and before not in _PAID:
        return Outcome.PAID
    if before == PaymentState.AUTHORIZED and payment.state == PaymentState.CAPTURED:
        return Outcome.TAKEN
    if payment.state == PaymentState.CANCELLED and before != PaymentState.CANCELLED:
        return Outcome.CANCELLED
    return Outcome.MOVED if is_changed else Outcome.NOTHING


@retrying_atomic
def book_given_back(*, refund_id: int, actor_id: int) -> None:
    """Note that staff gave the money of a refund back themselves, past the provider."""
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    if refund.state != RefundState.WAITING:
        return
    refund.state = RefundState.DONE
    refund.save(update_fields=["state", "updated_at"])
    Payment.objects.filter(pk=refund.payment_id).update(
        refunding=F("refunding") - refund.amount, refunded=F("refunded") + refund.amount
    )
    enter(refund.payment, EntryKind.REFUND, -refund.amount, actor_id)
