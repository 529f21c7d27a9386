"""Ask providers how payments stand: after events, after requests, and by the clock."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from apps.core.failpoints import reach
from apps.core.time import now as present
from apps.payments.dto import ON_DELIVERY, NewPayment, PaymentState, PayWay
from apps.payments.errors import PaymentNotFound, ProviderRefused, ProviderUnavailable
from apps.payments.models import Payment
from apps.payments.services.calls import gateway_of, send_due_calls
from apps.payments.services.patience import Patience
from apps.payments.signals import payment_fact

logger = logging.getLogger(__name__)

# The first look comes soon; the pauses double, and while money may come none is longer than this.
_FIRST_LOOK = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(minutes=5)
# Money that is set aside is looked at rarely: it may run out at the provider.
_IDLE_PAUSE = timedelta(hours=1)
# Who claims a payment and dies leaves it to the next in a minute at most.
_LEASE = timedelta(seconds=40)
_BATCH = 20


def start_payment(*, payment_id: int, request: NewPayment, now: datetime) -> PayWay:
    """Tell the provider of a payment (with its stored key), and return where the customer pays.

    Started before, it is the same payment again. Never call it inside a transaction.

    Raises:
        PaymentNotFound: There is no such payment, or nobody can pay it any more.
        ProviderUnavailable: Whether the provider knows of it is unknown; try again.
        ProviderRefused: The provider won't have it.
    """
    payment = Payment.objects.filter(pk=payment_id).first()
    if payment is None or payment.provider in ON_DELIVERY:
        raise PaymentNotFound
    if not payment.provider_payment_id and not payment.confirmation_url:
        if payment.state != PaymentState.PENDING:
            raise PaymentNotFound
        created = gateway_of(payment.provider).create(request)
        reach("payments.after_create")
        # In the chat there is no id before the money is there, and nobody to ask.
        is_known = bool(created.provider_payment_id)
        Payment.objects.filter(pk=payment.pk, provider_payment_id__isnull=True).update(
            provider_payment_id=created.provider_payment_id or None,
            confirmation_url=created.confirmation_url,
            next_check_at=now + _FIRST_LOOK if is_known else None,
            updated_at=present(),
        )
        payment.refresh_from_db()
    return PayWay(
        payment_id=payment.pk,
        provider=payment.provider,
        state=payment.state,
        confirmation_url=payment.confirmation_url,
        amount=payment.amount,
        expires_at=request.expires_at,
    )


def ask(*, payment_id: int, now: datetime) -> None:
    """Ask the provider about one payment and report the fact; whoever settles it may raise.

    Raises:
        ProviderUnavailable: There is no answer.
        ProviderRefused: The provider does not know it.
    """
    payment = Payment.objects.get(pk=payment_id)
    if not payment.provider_payment_id or payment.provider in ON_DELIVERY:
        return
    fact = gateway_of(payment.provider).fetch(payment.provider_payment_id)
    reach("payments.after_fetch")
    payment_fact.send(Payment, payment_id=payment.pk, fact=fact, now=now)
    reach("payments.after_settle")
    _plan_next_look(payment_id, now)


class Round(Patience):
    """One go at many payments, in which a silent provider keeps nobody else waiting."""

    def ask(self, payment: Payment, *, now: datetime) -> bool:
        """Ask about a payment quietly; tell whether there was an answer."""
        if payment.provider in self.silent:
            return False
        try:
            with self.listening(payment.provider):
                ask(payment_id=payment.pk, now=now)
        except (ProviderUnavailable, ProviderRefused) as error:
            logger.warning("No fact about payment %s: %s", payment.pk, error.code)
            return False
        return True


def send_and_ask(*, now: datetime) -> None:
    """Send what providers are to be asked, and ask how it stands afterwards."""
    this_round = Round()
    for payment_id in send_due_calls(now=now, patience=this_round):
        this_round.ask(Payment.objects.get(pk=payment_id), now=max(now, present()))


def ask_due(*, now: datetime) -> int:
    """Ask about the payments whose time has come, and return how many were asked about."""
    this_round = Round()
    for asked in range(_BATCH):
        moment = max(now, present())
        payment = _claim(moment, besides=this_round.silent)
        if payment is None:
            return asked
        this_round.ask(payment, now=moment)
        _put_off(payment, moment)
    return _BATCH


def ask_quietly(*, payment_id: int, now: datetime) -> bool:
    """Ask, and leave a provider that is away to the next look; tell whether there was an answer."""
    return Round().ask(Payment.objects.get(pk=payment_id), now=now)


def _claim(now: datetime, *, besides: Collection[str]) -> Payment | None:
    """Take a due payment in hand: its next look is moved before anybody is asked."""
    with transaction.atomic():
        due = (
            Payment.objects.due_for_a_look(now)
            .exclude(provider__in=besides)
            .order_by("next_check_at", "pk")
            .select_for_update(skip_locked=True)
            .first()
        )
        if due is not None:
            Payment.objects.filter(pk=due.pk).update(
                next_check_at=now + _LEASE, checks=F("checks") + 1
            )
    return due


def _put_off(claimed: Payment, now: datetime) -> None:
    """Let the growing pause follow, unless the answer planned otherwise."""
    Payment.objects.filter(pk=claimed.pk, next_check_at=now + _LEASE).update(
        next_check_at=now + _pause(claimed.checks)
    )


def _pause(checks: int) -> timedelta:
    pause: timedelta = _FIRST_LOOK * 2 ** min(checks, 10)
    return min(pause, _LONGEST_PAUSE)


def _plan_next_look(payment_id: int, now: datetime) -> None:
    """Look again where something may still happen by itself, and never where it can't."""
    payment = Payment.objects.get(pk=payment_id)
    if payment.refunding > 0 or payment.state == PaymentState.PENDING:
        return  # The growing pauses of `_put_off` go on.
    idle = now + _IDLE_PAUSE if payment.state == PaymentState.AUTHORIZED else None
    Payment.objects.filter(pk=payment_id, state=payment.state).update(next_check_at=idle, checks=0)
