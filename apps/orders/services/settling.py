"""Settle what a provider says of a payment: money, order, goods, window and messages in one go."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from apps.core.errors import ShopError
from apps.core.failpoints import reach
from apps.core.money import ZERO
from apps.core.transactions import retrying_atomic
from apps.delivery import services as delivery
from apps.inventory import services as inventory
from apps.orders.dto import OrderStatus
from apps.orders.lifecycle import Actor
from apps.orders.models import Order
from apps.orders.services.announcing import announce, tell_of_refund, tell_of_revival
from apps.orders.services.receipts import receipt_of
from apps.orders.services.shortage import given_back
from apps.orders.services.transitions import move_order
from apps.payments import selectors as payment_selectors
from apps.payments import services as payments
from apps.payments.dto import Outcome, PaymentFact
from apps.promotions import services as promotions

logger = logging.getLogger(__name__)

_LET_GO = frozenset({OrderStatus.EXPIRED, OrderStatus.CANCELLED, OrderStatus.RETURNED})
_LATE = gettext_noop("The payment came after the order had been let go.")
_TWICE = gettext_noop("The order had been paid already.")
_CANCELLED = gettext_noop("The order had been cancelled.")


@retrying_atomic
def settle_fact(*, payment_id: int, fact: PaymentFact, now: datetime) -> Outcome:
    """Bring a payment and its order to what the provider says, in one transaction.

    Money for an order that waits places it. Money that came late places it if goods and window can
    still be had. All other money goes back by itself, and the customer is told why. So does what
    was set aside and is taken only after the order became cheaper, or was let go.
    """
    payment = payment_selectors.payment_of(payment_id=payment_id)
    order = Order.objects.select_for_update(no_key=True).get(pk=payment.order_id)
    outcome = payments.apply_fact(payment_id=payment_id, fact=fact, now=now)
    if outcome == Outcome.PAID:
        _spend(order, payment_id, now)
    elif outcome in {Outcome.TAKEN, Outcome.MOVED, Outcome.CANCELLED}:
        if outcome == Outcome.TAKEN:
            _give_back_excess(order, payment_id, now)
        # What was paid and given back is part of the order, for whoever asks what has changed.
        Order.objects.filter(pk=order.pk).update(updated_at=now)
        announce(order_id=order.pk, event=None, now=now)
    reach("orders.before_commit")
    return outcome


def _spend(order: Order, payment_id: int, now: datetime) -> None:
    """Use money that has just come."""
    if payment_selectors.is_covered(order_id=order.pk, by_another_than=payment_id):
        _give_back(order, payment_id, _TWICE, now)
    elif order.status == OrderStatus.AWAITING_PAYMENT:
        _place(order, payment_id, now)
        inventory.commit_reservations(order_line_ids=_line_ids(order))
    elif order.status == OrderStatus.EXPIRED and _can_place_again(order, payment_id, now):
        tell_of_revival(order=order, payment_id=payment_id)
        logger.info("A late payment revived an order", extra={"order": order.number})
    elif order.status in {OrderStatus.EXPIRED, OrderStatus.CANCELLED}:
        why = _LATE if order.status == OrderStatus.EXPIRED else _CANCELLED
        _give_back(order, payment_id, why, now)


def _place(order: Order, payment_id: int, now: datetime) -> None:
    provider = payment_selectors.payment_of(payment_id=payment_id).provider
    if order.payment != provider:
        Order.objects.filter(pk=order.pk).update(payment=provider, updated_at=now)
    move_order(order_id=order.pk, target=OrderStatus.PLACED, actor=Actor.PAYMENT, now=now)
    for other in payment_selectors.order_payments(order_id=order.pk):
        if other.pk != payment_id:
            payments.let_go_of(other, reason="", lines=receipt_of(order).lines, now=now)


def _can_place_again(order: Order, payment_id: int, now: datetime) -> bool:
    """Take offers, window and goods anew, or leave everything as it is."""
    try:
        with transaction.atomic():
            _place(order, payment_id, now)
            promotions.redeem_again(order_id=order.pk, now=now)
            if order.slot_id is not None:
                delivery.book_slot(slot_id=order.slot_id, volume_ml=order.volume_ml, now=now)
            inventory.reserve_again(order_line_ids=_line_ids(order))
    except ShopError as refusal:
        logger.info("A late payment can't be used: %s", refusal.code, extra={"order": order.number})
        return False
    return True


def _give_back(order: Order, payment_id: int, why: str, now: datetime) -> None:
    payment = payment_selectors.payment_of(payment_id=payment_id)
    payments.let_go_of(payment, reason=why, lines=receipt_of(order).lines, now=now)
    tell_of_refund(order=order, payment_id=payment_id, amount=payment.amount, why=why)


def _give_back_excess(order: Order, payment_id: int, now: datetime) -> None:
    """Give back what was taken for goods that left the order while the provider was asked to."""
    lines = list(order.lines.order_by("pk"))
    due = ZERO if order.status in _LET_GO else order.total - given_back(lines)
    paid = {row.pk: row.left for row in payment_selectors.order_payments(order_id=order.pk)}
    excess = min(paid[payment_id], sum(paid.values(), ZERO) - due)
    if excess > 0:
        payments.request_refund(
            payment_id=payment_id, amount=excess, reason="",
            lines=() if due else receipt_of(order).lines, now=now,
        )  # fmt: skip


def _line_ids(order: Order) -> list[int]:
    return list(order.lines.order_by("pk").values_list("pk", flat=True))
