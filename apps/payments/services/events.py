"""Providers' events: kept before they are acknowledged, looked into afterwards, by asking."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from apps.core.failpoints import reach
from apps.core.jobs import enqueue_on_commit
from apps.core.time import now as present
from apps.core.transactions import retrying_atomic
from apps.payments.dto import Notice, OddityKind, Provider
from apps.payments.errors import ProviderRefused, ProviderUnavailable
from apps.payments.jobs import PaymentJob
from apps.payments.models import Payment, ProviderEvent
from apps.payments.services.asking import ask
from apps.payments.services.oddities import put_question
from apps.payments.services.patience import Patience

logger = logging.getLogger(__name__)

# What a process that died had in hand is taken up again within a minute, the sweeper's pause
# included; each is taken by itself, so that a slow provider never holds more than one.
LEASE = timedelta(seconds=40)
_LONGEST_PAUSE = 600.0
# A payment may be announced before the request that made it has written its id down.
_STRANGE_AFTER = timedelta(minutes=5)


@retrying_atomic
def keep_event(*, provider: str, notice: Notice, now: datetime) -> bool:
    """Store a provider's event, and return whether it is a new one. Acknowledge it only then."""
    event = ProviderEvent(
        provider=provider,
        key=notice.key[:200],
        kind=notice.kind[:60],
        provider_payment_id=notice.provider_payment_id[:100],
        reference=notice.reference[:40],
        body=notice.body,
        received_at=now,
        next_attempt_at=now,
    )
    ProviderEvent.objects.bulk_create([event], ignore_conflicts=True)
    reach("payments.event_kept")
    enqueue_on_commit(PaymentJob.LOOK_INTO_EVENTS)
    return ProviderEvent.objects.filter(
        provider=provider, key=event.key, received_at=now, attempts=0
    ).exists()


def look_into_events(*, now: datetime, limit: int = 200) -> int:
    """Ask providers about what their events announced; return how many were looked into.

    What a silent provider announced besides stays due.
    """
    taken, patience = 0, Patience()
    while taken < limit:
        event = _claim(max(now, present()), besides=patience.silent)
        if event is None:
            break
        _look_into(event, max(now, present()), patience)
        taken += 1
    return taken


def _claim(now: datetime, *, besides: Collection[str]) -> ProviderEvent | None:
    with transaction.atomic():
        due = (
            ProviderEvent.objects.filter(
                Q(leased_until__isnull=True) | Q(leased_until__lte=now),
                done_at__isnull=True,
                next_attempt_at__lte=now,
            )
            .exclude(provider__in=besides)
            .order_by("next_attempt_at", "pk")
            .select_for_update(skip_locked=True)
            .first()
        )
        if due is None:
            return None
        ProviderEvent.objects.filter(pk=due.pk).update(
            leased_until=now + LEASE, attempts=F("attempts") + 1
        )
    due.refresh_from_db()
    return due


def _look_into(event: ProviderEvent, now: datetime, patience: Patience) -> None:
    reach("payments.before_event")
    payment = _payment_of(event)
    if payment is None:
        _strange(event, now)
        return
    try:
        with patience.listening(event.provider):
            ask(payment_id=payment.pk, now=now)
    except ProviderUnavailable:
        _again(event, now)
    except ProviderRefused:
        _done(event, now)
    except Exception:
        # Whatever broke, the event stays: it is looked into again, and the log tells.
        logger.exception("Event %s can't be settled", event.pk)
        _again(event, now)
    else:
        _done(event, now)


def _payment_of(event: ProviderEvent) -> Payment | None:
    """Return the payment that an event is about, by the provider's id or by our reference.

    Who acquires for the chat tells us of payments that were made there, too.
    """
    providers = [event.provider]
    if event.provider == settings.TELEGRAM_ACQUIRER:
        providers.append(Provider.TELEGRAM)
    known = Payment.objects.filter(provider__in=providers, provider_payment_id__isnull=False)
    payment = known.filter(provider_payment_id=event.provider_payment_id).first()
    if payment is not None or not event.reference:
        return payment
    try:
        return known.filter(public_id=UUID(event.reference)).first()
    except ValueError:
        return None


def _strange(event: ProviderEvent, now: datetime) -> None:
    """Wait a little for a payment that we may be about to know, then ask a person."""
    if now - event.received_at < _STRANGE_AFTER:
        _again(event, now)
        return
    put_question(
        kind=OddityKind.UNKNOWN_PAYMENT,
        key=f"unknown:{event.provider}:{event.provider_payment_id}",
        provider=event.provider, payment_at_provider=event.provider_payment_id, event=event.kind,
    )  # fmt: skip
    _done(event, now)


def _again(event: ProviderEvent, now: datetime) -> None:
    pause = min(2.0 ** min(event.attempts, 16), _LONGEST_PAUSE)
    ProviderEvent.objects.filter(pk=event.pk).update(
        next_attempt_at=now + timedelta(seconds=pause), leased_until=None
    )


def _done(event: ProviderEvent, now: datetime) -> None:
    ProviderEvent.objects.filter(pk=event.pk).update(done_at=now, leased_until=None)
