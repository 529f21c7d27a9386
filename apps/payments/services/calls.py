"""What providers are asked after a commit: rows with a key, sent until there is an answer.

A process that dies between the answer and the commit leaves its row leased; it is sent again with
the same key when the lease ends, and happens once.
"""

import logging
from collections.abc import Collection, Sequence
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
from apps.payments.services.patience import Patience
from apps.payments.services.receipts import plain, read

logger = logging.getLogger(__name__)

# Short enough for a request that died with its process to be sent again within a minute, and
# longer than a provider may take: each is claimed by itself.
LEASE = timedelta(seconds=40)
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
    """Let the provider take money that it set aside, once; asked again, the first sum stays.

    `lines` are what it is taken for; the receipt shares the sum out over them.
    """
    _request(payment_id, CallKind.CAPTURE, rounded(amount), now, lines)


@retrying_atomic
def request_cancel(*, payment_id: int, now: datetime) -> None:
    """Let the provider let go of a payment; once more, if it came back to life meanwhile.

    A page that nobody had paid can't be closed everywhere: somebody may pay there later. Money that
    was still to be taken isn't any more.
    """
    ProviderCall.objects.filter(
        payment_id=payment_id, kind=CallKind.CAPTURE, state=CallState.WAITING
    ).update(state=CallState.WITHDRAWN, leased_until=None)
    _request(payment_id, CallKind.CANCEL, None, now)
    # With another key the answer to an earlier request can't be taken for this one's.
    ProviderCall.objects.filter(payment_id=payment_id, kind=CallKind.CANCEL).update(
        state=CallState.WAITING, key=uuid4(), attempts=0, next_attempt_at=now, last_error=""
    )


def wake_caller() -> None:
    """Have the due requests sent once this transaction has committed."""
    enqueue_on_commit(PaymentJob.SEND_CALLS)


def send_due_calls(
    *, now: datetime, limit: int = 100, patience: Patience | None = None
) -> list[int]:
    """Send what is due; return the payments whose provider should be asked how they stand now.

    What a silent provider was to be asked besides stays due.
    """
    patience = patience or Patience()
    touched: list[int] = []
    while len(touched) < limit:
        call = _claim(now=max(now, present()), besides=patience.silent)
        if call is None:
            break
        _send(call, patience)
        touched.append(call.payment_id)
    return touched


def _request(
    payment_id: int,
    kind: CallKind,
    amount: Decimal | None,
    now: datetime,
    lines: Sequence[ReceiptLine] = (),
) -> None:
    call = ProviderCall(payment_id=payment_id, kind=kind, amount=amount, next_attempt_at=now)
    call.lines = plain(lines, amount) if amount else []
    ProviderCall.objects.bulk_create([call], ignore_conflicts=True)
    wake_caller()


def _claim(*, now: datetime, besides: Collection[str]) -> ProviderCall | None:
    with transaction.atomic():
        due = (
            ProviderCall.objects.filter(
                Q(leased_until__isnull=True) | Q(leased_until__lte=now),
                state=CallState.WAITING,
                next_attempt_at__lte=now,
            )
            .exclude(payment__provider__in=besides)
            .order_by("next_attempt_at", "pk")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if due is None:
            return None
        ProviderCall.objects.filter(pk=due.pk).update(
            leased_until=now + LEASE, attempts=F("attempts") + 1
        )
    return ProviderCall.objects.select_related("payment__order", "refund").get(pk=due.pk)


def _send(call: ProviderCall, patience: Patience) -> None:
    """Ask the provider, holding no lock, and note what came of it."""
    reach("payments.before_call")
    try:
        with patience.listening(call.payment.provider):
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
    if call.kind == CallKind.CAPTURE:
        receipt = _receipt_of(call, call.lines) if call.lines else None
        gateway.capture(payment_id, amount=call.amount, key=key, receipt=receipt)
    else:
        receipt = _receipt_of(call, call.refund.lines if call.refund else [])
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
    # One that was withdrawn meanwhile is nobody's question.
    is_missed = (
        _as_it_was(call)
        .filter(state=CallState.WAITING)
        .update(state=CallState.FAILED, leased_until=None, last_error=str(error)[:300])
    )
    if is_missed and call.kind != CallKind.CANCEL:
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


def _receipt_of(call: ProviderCall, rows: list[dict[str, Any]]) -> Receipt:
    """Return the receipt that goes along, for whoever placed the order."""
    order = call.payment.order
    assert call.amount is not None  # noqa: S101 - payments_call_shape
    return read(rows, amount=call.amount, number=order.number, phone=order.contact_phone)
