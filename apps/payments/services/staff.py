"""Money that staff give back: with a reason, and their password once more."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from apps.core.errors import NotAllowed
from apps.core.transactions import retrying_atomic
from apps.payments.dto import ON_DELIVERY, CallState, RefundState
from apps.payments.errors import PaymentNotFound
from apps.payments.models import Oddity, Payment, Refund
from apps.payments.services.cash import refund_cash
from apps.payments.services.facts import book_given_back
from apps.payments.services.oddities import settle_question
from apps.payments.services.refunds import request_refund
from apps.users import services as users


@dataclass(frozen=True)
class StepUp:
    """Who moves money, proven anew."""

    actor_id: int
    username: str
    password: str = field(repr=False)
    address: str


def give_back_by_staff(
    *, payment_id: int, amount: Decimal, reason: str, staff: StepUp, now: datetime
) -> None:
    """Give money of a payment back: online by its provider, at the door in cash.

    Raises:
        WrongPassword, SignInLocked, NotAllowed: It is not the person whose desk this is.
        PaymentNotFound, InvalidAmount, RefundTooLarge: As their names say; nothing moved.
    """
    prove(staff, now=now)
    payment = Payment.objects.filter(pk=payment_id).first()
    if payment is None:
        raise PaymentNotFound
    if payment.provider in ON_DELIVERY:
        refund_cash(order_id=payment.order_id, amount=amount, actor_id=staff.actor_id)
        return
    request_refund(
        payment_id=payment_id, amount=amount, reason=reason, actor_id=staff.actor_id, now=now
    )


def note_given_back(*, oddity_id: int, decision: str, staff: StepUp, now: datetime) -> None:
    """Note that a refund which no provider could make was made by hand.

    Raises:
        WrongPassword, SignInLocked, NotAllowed: It is not the person whose desk this is.
        OddityAlreadySettled: Somebody was faster.
    """
    prove(staff, now=now)
    _note(oddity_id, decision, staff.actor_id, now)


@retrying_atomic
def _note(oddity_id: int, decision: str, actor_id: int, now: datetime) -> None:
    settle_question(oddity_id=oddity_id, decision=decision, actor_id=actor_id, now=now)
    oddity = Oddity.objects.get(pk=oddity_id)
    given_up = Refund.objects.filter(
        payment=oddity.payment, state=RefundState.WAITING, call__state=CallState.FAILED
    )
    for refund in given_up.order_by("pk")[:1]:
        book_given_back(refund_id=refund.pk, actor_id=actor_id)


def prove(staff: StepUp, *, now: datetime) -> None:
    """Ask for the password once more. Never call it inside a transaction: attempts are counted.

    Raises:
        WrongPassword, SignInLocked: It is not their password, or it was guessed too often.
        NotAllowed: It is another person's.
    """
    known = users.check_staff_password(
        username=staff.username, password=staff.password, address=staff.address, now=now
    )
    if known != staff.actor_id:
        raise NotAllowed
