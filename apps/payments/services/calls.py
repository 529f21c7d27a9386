"""What providers are asked after a commit: rows with a key, sent until there is an answer.

A process that dies between the answer and the commit leaves its row leased; it is sent again with
the same key when the lease ends, and happens once.
"""

import logging
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
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

LEASE = timedelta(seconds=60)
_BATCH = 5
_LONGEST_PAUSE = 600.0


def gateway_of(provider: str) -> Gateway:
    """Return the gateway that the settings name for a provider."""
    gateway: Gateway = import_string(settings.PAYMENT_GATEWAYS[provider])()
    return gateway


@retrying_atomic
def request_capture(*, payment_id: int, amount: Decimal, now: datetime) -> None:
    """Let the provider take money that it set aside, once; asked again, the first sum stays."""
    _request(payment_id, CallKind.CAPTURE, rounded(amount), now)


@retrying_atomic
def request_cancel(*, payment_id: int, now: datetime) -> None:
    """Let the provider let go of a payment, once."""
    _request(payment_id, CallKind.CANCEL, None, now)


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


def _request(payment_id: int, kind: CallKind, amount: Decimal | None, now: datetime) -> None:
    ProviderCall.objects.bulk_create(
        [ProviderCall(payment_id=payment_id, kind=kind, amount=amount, next_attempt_at=now)],
        ignore_conflicts=True,
    )
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
        ProviderCall.objects.filter(pk=call.pk).update(
            next_attempt_at=present() + timedelta(seconds=pause),
            leased_until=None,
            last_error=str(error)[:300],
        )
    except ProviderRefused as error:
        _give_up(call, error)
    else:
        reach("payments.after_call")
        ProviderCall.objects.filter(pk=call.pk).update(state=CallState.DONE, leased_until=None)


def _ask(call: ProviderCall, gateway: Gateway) -> None:
    payment_id, key = call.payment.provider_payment_id or "", str(call.key)
    if call.kind == CallKind.CANCEL:
        gateway.cancel(payment_id, key=key)
        return
    assert call.amount is not None  # noqa: S101 - payments_call_shape
    if call.kind == CallKind.CAPTURE:
        gateway.capture(payment_id, amount=call.amount, key=key, receipt=None)
    else:
        receipt = _receipt_of(call)
        gateway.refund(payment_id, amount=call.amount, key=key, receipt=receipt)


@retrying_atomic
def _give_up(call: ProviderCall, error: ProviderRefused) -> None:
    """Note a refusal; a person decides what becomes of money that should have moved."""
    logger.warning("A provider refused", extra={"call": call.pk, "reason": str(error)})
    if isinstance(error, NoAcquirer):
        kind = OddityKind.NO_ACQUIRER
    else:
        kind = OddityKind.CALL_FAILED
        _withdraw(call)
    ProviderCall.objects.filter(pk=call.pk).update(
        state=CallState.FAILED, leased_until=None, last_error=str(error)[:300]
    )
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
    """Return the receipt of a refund, for whoever placed the order; none without its lines."""
    phone = call.payment.order.contact_phone
    if call.refund is None or not call.refund.lines or not phone:
        return None
    lines = (ReceiptLine(**line | {"total": Decimal(line["total"])}) for line in call.refund.lines)
    return Receipt(lines=tuple(lines), phone=phone)
