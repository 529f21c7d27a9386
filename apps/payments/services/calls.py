"""What providers are asked after a commit: rows with a key, sent until there is an answer.

A process that dies between the answer and the commit leaves its row leased; it is sent again with
the same key when the lease ends, and happens once.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.module_loading import import_string

from apps.core.failpoints import reach
from apps.core.jobs import enqueue_on_commit
from apps.core.money import rounded
from apps.core.time import now as present
from apps.core.transactions import retrying_atomic
from apps.payments.dto import CallKind, CallState, OddityKind, Receipt, ReceiptLine, RefundState
from apps.payments.errors import NoAcquirer, ProviderRefused, ProviderUnavailable
from apps.payments.jobs import PaymentJob
from apps.payments.models import Payment, ProviderCall, Refund
from apps.payments.ports import Gateway
from apps.payments.services.oddities import put_question

logger = logging.getLogger(__name__)

# Short enough for a request that died with its process to be sent again within a minute, and
# longer than a provider may take: each is claimed by itself.
LEASE = timedelta(seconds=40)
_BATCH = 1
_LONGEST_PAUSE = 600.0
_LOOK_AFTER = timedelta(seconds=10)


def gateway_of(provider: str) -> Gateway:
    """Return the gateway that the settings name for a provider."""
    gateway: Gateway = import_string(settings.PAYMENT_GATEWAYS[provider])()
    return gateway


@retrying_atomic
def request_capture(
    *, payment_id: int, amount: Decimal, lines: Sequence[ReceiptLine] = (), now: datetime
) -> None:
    """Let the provider take money that it set aside, once; asked again, the first sum stays."""
    _request(payment_id, CallKind.CAPTURE, rounded(amount), now, lines)


@retrying_atomic
def request_cancel(*, payment_id: int, now: datetime) -> None:
    """Let the provider let go of a payment; once more, if it came back to life meanwhile.

    A page that nobody had paid can't be closed everywhere: somebody may pay there later.
    """
    _request(payment_id, CallKind.CANCEL, None, now)
    # With another key the answer to an earlier request can't be taken for this one's.
    ProviderCall.objects.filter(payment_id=payment_id, kind=CallKind.CANCEL).update(
        state=CallState.WAITING, key=uuid4(), attempts=0, next_attempt_at=now, last_error=""
    )


def wake_caller() -> None:
    """Have the due requests sent once this transaction has committed."""
    enqueue_on_commit(PaymentJob.SEND_CALLS)


def send_due_calls(*, now: datetime, limit: int = 100) -> list[int]:
    """Send what is due; return the payments whose provider should be asked how they stand now."""
    touched: list[int] = []
    while len(touched) < limit:
        claimed = _claim(now=max(now, present()))
        if not claimed:
            break
        for call in claimed:
            _send(call)
            touched.append(call.payment_id)
    return touched


def plain(line: ReceiptLine) -> dict[str, Any]:
    """Return a receipt's line as a row keeps it."""
    return asdict(line) | {"total": str(line.total)}


def _request(
    payment_id: int,
    kind: CallKind,
    amount: Decimal | None,
    now: datetime,
    lines: Sequence[ReceiptLine] = (),
) -> None:
    call = ProviderCall(
        payment_id=payment_id, kind=kind, amount=amount, lines=list(map(plain, lines)),
        next_attempt_at=now,
    )  # fmt: skip
    ProviderCall.objects.bulk_create([call], ignore_conflicts=True)
    wake_caller()


def _claim(*, now: datetime) -> list[ProviderCall]:
    with transaction.atomic():
        due = (
            ProviderCall.objects.filter(
                Q(leased_until__isnull=True) | Q(leased_until__lte=now),
                state=CallState.WAITING,
                next_attempt_at__lte=now,
            )
            .order_by("next_attempt_at", "pk")
            .select_for_update(skip_locked=True)
        )
        ids = [call.pk for call in due[:_BATCH]]
        ProviderCall.objects.filter(pk__in=ids).update(
            leased_until=now + LEASE, attempts=F("attempts") + 1
        )
    return list(
        ProviderCall.objects.filter(pk__in=ids)
        .select_related("payment__order", "refund")
        .order_by("pk")
    )


def _send(call: ProviderCall) -> None:
    """Ask the provider, holding no lock, and note what came of it."""
    reach("payments.before_call")
    try:
        _ask(call, gateway_of(call.payment.provider))
    except ProviderUnavailable as error:
        pause = min(2.0 ** min(call.attempts, 16), _LONGEST_PAUSE)
        _as_it_was(call).update(
            next_attempt_at=present() + timedelta(seconds=pause),
            leased_until=None,
            last_error=str(error)[:300],
        )
    except ProviderRefused as error:
        _give_up(call, error)
    else:
        reach("payments.after_call")
        _note_done(call)


def _ask(call: ProviderCall, gateway: Gateway) -> None:
    payment_id, key = call.payment.provider_payment_id or "", str(call.key)
    if call.kind == CallKind.CANCEL:
        gateway.cancel(payment_id, key=key)
        return
    assert call.amount is not None  # noqa: S101 - payments_call_shape
    receipt = _receipt_of(call)
    if call.kind == CallKind.CAPTURE:
        gateway.capture(payment_id, amount=call.amount, key=key, receipt=receipt)
    else:
        gateway.refund(payment_id, amount=call.amount, key=key, receipt=receipt)


@retrying_atomic
def _note_done(call: ProviderCall) -> None:
    """Note that the provider did it; how it stands is asked even if nobody lives to ask at once."""
    _have_a_look(call)
    _as_it_was(call).update(state=CallState.DONE, leased_until=None)


def _as_it_was(call: ProviderCall) -> QuerySet[ProviderCall]:
    """Keep a request unless it was asked for anew meanwhile: then it is sent again."""
    return ProviderCall.objects.filter(pk=call.pk, key=call.key)


def _have_a_look(call: ProviderCall) -> None:
    moment = present()
    Payment.objects.filter(pk=call.payment_id).update(
        next_check_at=moment + _LOOK_AFTER, checks=0, updated_at=moment
    )


@retrying_atomic
def _give_up(call: ProviderCall, error: ProviderRefused) -> None:
    """Note a refusal; a person decides what becomes of money that should have moved."""
    logger.warning("A provider refused", extra={"call": call.pk, "reason": str(error)})
    if isinstance(error, NoAcquirer):
        kind = OddityKind.NO_ACQUIRER
    else:
        kind = OddityKind.CALL_FAILED
        _have_a_look(call)
        _withdraw(call)
    _as_it_was(call).update(state=CallState.FAILED, leased_until=None, last_error=str(error)[:300])
    if call.kind != CallKind.CANCEL:
        put_question(
            kind=kind, key=f"call:{call.pk}", provider=call.payment.provider,
            payment=call.payment, asked=call.kind, amount=call.amount, reason=error,
        )  # fmt: skip


def _withdraw(call: ProviderCall) -> None:
    """Take back the promise of a refund that the provider won't make."""
    if call.refund_id is None:
        return
    failed = Refund.objects.filter(pk=call.refund_id, state=RefundState.WAITING)
    if failed.update(state=RefundState.FAILED, updated_at=present()):
        Payment.objects.filter(pk=call.payment_id).update(
            refunding=F("refunding") - call.amount, updated_at=present()
        )


def _receipt_of(call: ProviderCall) -> Receipt | None:
    """Return the receipt of a call, for whoever placed the order; none without its lines."""
    phone = call.payment.order.contact_phone
    kept = call.lines if call.refund is None else call.refund.lines
    if not kept or not phone:
        return None
    lines = (ReceiptLine(**line | {"total": Decimal(line["total"])}) for line in kept)
    return Receipt(lines=tuple(lines), phone=phone)
