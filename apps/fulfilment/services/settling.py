"""What staff still do once a lot is recalled: call whom no message reached, give money back."""

from collections.abc import Collection
from datetime import datetime

from apps.core.errors import NotAllowed, ShopError
from apps.core.transactions import retrying_atomic
from apps.fulfilment.dto import RefundState
from apps.fulfilment.errors import RecallNotFound, RefundClosed
from apps.fulfilment.models import RecallOrder, RecallRefund
from apps.fulfilment.services.recalling import check_office
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
from apps.payments import services as payments
from apps.users import services as users


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


def settle_refunds(
    *, recall_id: int, refund_ids: Collection[int], staff: payments.StepUp, now: datetime
) -> tuple[ShopError, ...]:
    """Give customers the money for recalled units back, each once, and return what was refused.

    Online money goes back by its provider, what was taken at the door in cash. The password is
    asked once for all of them; each is a transaction of its own, so that one spares the others.

    Raises:
        NotAllowed: The actor is neither owner nor manager, or it is another person's password.
        WrongPassword, SignInLocked: The password is not theirs.
    """
    check_office(staff.actor_id)
    known = users.check_staff_password(
        username=staff.username, password=staff.password, address=staff.address, now=now
    )
    if known != staff.actor_id:
        raise NotAllowed
    refused = []
    for refund_id in sorted(set(refund_ids)):
        try:
            _settle(recall_id=recall_id, refund_id=refund_id, actor_id=staff.actor_id, now=now)
        except ShopError as error:
            refused.append(error)
    return tuple(refused)


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


@retrying_atomic
def _settle(*, recall_id: int, refund_id: int, actor_id: int, now: datetime) -> None:
    """Give one refund back.

    Raises:
        RecallNotFound: The recall has no such refund.
        RefundClosed: It was settled before.
        TooManyUnits: The money for some of the units was given back by line.
        NotPaidYet: Nothing was taken for the order.
        RefundTooLarge: Less is left of what was taken.
    """
    refund = _refund(recall_id, refund_id)
    orders.hold_order(
        order_id=refund.order_line.order_id,
        sources=frozenset(OrderStatus),
        target=OrderStatus.RETURNED,
    )
    _close(refund, RefundState.SETTLED, actor_id, now)
    _give_back(refund, actor_id, now)


def _give_back(refund: RecallRefund, actor_id: int, now: datetime) -> None:
    """Send the sum back the way it came; what went back by line before is not given twice."""
    given = orders.refund_units(
        order_line_id=refund.order_line_id, units=refund.units, amount=refund.amount,
        reason=refund.recall.reason, actor_id=actor_id, now=now,
    )  # fmt: skip
    if given != refund.amount:
        RecallRefund.objects.filter(pk=refund.pk).update(amount=given)


def _refund(recall_id: int, refund_id: int) -> RecallRefund:
    refunds = RecallRefund.objects.filter(pk=refund_id, recall_id=recall_id)
    refund = refunds.select_related("order_line", "recall").first()
    if refund is None:
        raise RecallNotFound
    return refund


def _close(refund: RecallRefund, state: RefundState, actor_id: int, now: datetime) -> None:
    """Settle a refund where it is still prepared, and nowhere else."""
    changes = {"state": state, "settled_at": now, "settled_by_id": actor_id}
    if not RecallRefund.objects.filter(pk=refund.pk, state=RefundState.PREPARED).update(**changes):
        raise RefundClosed
    refund.refresh_from_db(fields=["state", "settled_at", "settled_by"])
