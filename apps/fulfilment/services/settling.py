"""What staff still do once a lot is recalled: call whom no message reached, give money back."""

from datetime import datetime

from apps.core.transactions import retrying_atomic
from apps.fulfilment.dto import RefundState
from apps.fulfilment.errors import NotPaidYet, RecallNotFound, RefundClosed
from apps.fulfilment.models import RecallOrder, RecallRefund
from apps.fulfilment.services.recalling import check_office
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
from apps.payments import selectors as money
from apps.payments import services as payments
from apps.payments.dto import Provider


@retrying_atomic
def note_call(*, recall_id: int, entry_id: int, actor_id: int, now: datetime) -> None:
    """Note that a customer was told by telephone; a second note changes nothing.

    Raises:
        NotAllowed: The actor is neither owner nor manager.
        RecallNotFound: The recall has no such order, or its food never left the house.
    """
    check_office(actor_id)
    entries = RecallOrder.objects.filter(pk=entry_id, recall_id=recall_id, is_out=True)
    if not entries.exists():
        raise RecallNotFound
    entries.filter(called_at__isnull=True).update(called_at=now, called_by_id=actor_id)


@retrying_atomic
def settle_refund(*, recall_id: int, refund_id: int, actor_id: int, now: datetime) -> RecallRefund:
    """Give a customer the money for recalled units back, once; cash goes through the ledger.

    Raises:
        NotAllowed: The actor is neither owner nor manager.
        RecallNotFound: The recall has no such refund.
        RefundClosed: It was settled before.
        NotPaidYet: The cash for the order was never taken.
        RefundTooLarge: Less is left of what was taken.
    """
    check_office(actor_id)
    refund = _refund(recall_id, refund_id)
    order = orders.hold_order(
        order_id=refund.order_line.order_id,
        sources=frozenset(OrderStatus),
        target=OrderStatus.RETURNED,
    )
    if order.payment == Provider.CASH and refund.amount:
        if not money.order_payments(order_id=order.pk).filter(captured__gt=0).exists():
            raise NotPaidYet(number=order.number)
        _close(refund, RefundState.SETTLED, actor_id, now)
        payments.refund_cash(order_id=order.pk, amount=refund.amount, actor_id=actor_id)
    else:
        _close(refund, RefundState.SETTLED, actor_id, now)
    return refund


@retrying_atomic
def waive_refund(*, recall_id: int, refund_id: int, actor_id: int, now: datetime) -> RecallRefund:
    """Note that a prepared refund is not needed: the whole order was given back, say.

    Raises:
        NotAllowed: The actor is neither owner nor manager.
        RecallNotFound: The recall has no such refund.
        RefundClosed: It was settled before.
    """
    check_office(actor_id)
    refund = _refund(recall_id, refund_id)
    _close(refund, RefundState.WAIVED, actor_id, now)
    return refund


def _refund(recall_id: int, refund_id: int) -> RecallRefund:
    refunds = RecallRefund.objects.filter(pk=refund_id, recall_id=recall_id)
    refund = refunds.select_related("order_line").first()
    if refund is None:
        raise RecallNotFound
    return refund


def _close(refund: RecallRefund, state: RefundState, actor_id: int, now: datetime) -> None:
    """Settle a refund where it is still prepared, and nowhere else."""
    changes = {"state": state, "settled_at": now, "settled_by_id": actor_id}
    if not RecallRefund.objects.filter(pk=refund.pk, state=RefundState.PREPARED).update(**changes):
        raise RefundClosed
    refund.refresh_from_db()
