"""A recall: the lot is blocked first, alone; then everybody who has units of it is found.

Once the lot is blocked no unit of it goes into a box, and none leaves the house: what is read after
that is complete. The second part is rows under unique keys, so it may be begun again at any point.
Locks: stock row and lot; then, one order after another, order and what hangs on it.
"""

import logging
from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.errors import NotAllowed
from apps.core.jobs import enqueue_on_commit
from apps.core.models import in_language
from apps.core.transactions import retrying_atomic
from apps.fulfilment import texts
from apps.fulfilment.errors import RecallUnconfirmed
from apps.fulfilment.jobs import FulfilmentJob
from apps.fulfilment.models import Recall, RecallOrder, RecallRefund
from apps.fulfilment.selectors import recalls as selectors
from apps.inventory import selectors as stock
from apps.inventory import services as inventory
from apps.inventory.errors import LotStateWrong
from apps.notifications import services as notifications
from apps.orders import selectors as order_selectors
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
from apps.orders.lifecycle import Actor
from apps.users import selectors as users

logger = logging.getLogger(__name__)

OFFICE = frozenset({Actor.OWNER, Actor.MANAGER})
_OUT = frozenset({OrderStatus.OUT_FOR_DELIVERY, OrderStatus.DELIVERED})
_GONE = frozenset({OrderStatus.RETURNED, OrderStatus.CANCELLED, OrderStatus.EXPIRED})
# More orders than this are left to the worker, so that nobody's browser waits for them.
_AT_ONCE = 50


def recall_lot(
    *, lot_id: int, reason: str, confirmation: str, actor_id: int, now: datetime
) -> Recall:
    """Call a lot back: nothing of it is sold, picked or sent, and who has it is told once.

    `confirmation` is the lot's code, typed by hand. A lot that was recalled before keeps its
    recall, and nobody is told twice.

    Raises:
        NotAllowed: The actor is neither owner nor manager.
        LotNotFound: There is no such lot.
        RecallUnconfirmed: The confirmation is not the lot's code.
        ReasonMissing: Nobody said why.
    """
    check_office(actor_id)
    # What of it is on clearance goes with it: one recall, under the lot as it was received.
    lot = selectors.family_of(lot_id)[0]
    if confirmation.strip().casefold() != lot.code.casefold():
        raise RecallUnconfirmed(lot=lot.code)
    recall = _block(lot_id=lot.id, reason=reason, actor_id=actor_id)
    if recall.listed_at is None and len(selectors.units_by_order(lot_id=lot.id)) <= _AT_ONCE:
        _finish(recall.pk, now)
        recall.refresh_from_db()
    return recall


def finish_recalls(*, now: datetime) -> int:
    """Go on with recalls whose orders are not all listed and told; return how many were ended."""
    unfinished = Recall.objects.filter(listed_at__isnull=True).order_by("pk")
    ids = list(unfinished.values_list("pk", flat=True))
    for recall_id in ids:
        _finish(recall_id, now)
    return len(ids)


def check_office(actor_id: int) -> None:
    """Refuse whoever may not recall.

    Raises:
        NotAllowed: The actor is neither owner nor manager.
    """
    if not order_selectors.staff_parts(user_id=actor_id) & OFFICE:
        raise NotAllowed


@retrying_atomic
def _block(*, lot_id: int, reason: str, actor_id: int) -> Recall:
    recall = Recall.objects.filter(lot_id=lot_id).first()
    if recall is not None:
        return recall
    # Recalled this very moment by somebody else: their recall is committed with the lot.
    with suppress(LotStateWrong):
        inventory.recall_lot(lot_id=lot_id, reason=reason, actor_id=actor_id)
    recall, is_new = Recall.objects.get_or_create(
        lot_id=lot_id, defaults={"reason": reason.strip()[:200], "started_by_id": actor_id}
    )
    if is_new:
        logger.warning("Lot %s is recalled", lot_id)
        enqueue_on_commit(FulfilmentJob.FINISH_RECALLS)
    return recall


def _finish(recall_id: int, now: datetime) -> None:
    recall = Recall.objects.get(pk=recall_id)
    for order_id in sorted(selectors.units_by_order(lot_id=recall.lot_id)):
        _enter(recall=recall, order_id=order_id, now=now)
    told: dict[int, list[RecallOrder]] = defaultdict(list)
    entries = RecallOrder.objects.filter(recall=recall, is_out=True).select_related("order")
    for entry in entries.order_by("pk"):
        told[entry.order.customer_id].append(entry)
    for customer_id, own in sorted(told.items()):
        _tell(recall, customer_id, own)
    Recall.objects.filter(pk=recall_id, listed_at__isnull=True).update(listed_at=now)


@retrying_atomic
def _enter(*, recall: Recall, order_id: int, now: datetime) -> None:
    """List one order, whose row is held: it can't leave the house while it is looked at."""
    order = orders.hold_order(
        order_id=order_id, sources=frozenset(OrderStatus), target=OrderStatus.RETURNED
    )
    units = selectors.units_by_line(lot_id=recall.lot_id, order_id=order_id)
    is_known = RecallOrder.objects.filter(recall=recall, order_id=order_id).exists()
    if is_known or not units or order.status in _GONE:
        return
    is_out = order.status in _OUT
    RecallOrder.objects.create(
        recall=recall, order_id=order_id, units=sum(units.values()), status=order.status,
        is_out=is_out,
    )  # fmt: skip
    if is_out:
        amounts = selectors.paid_for(order_id=order_id, units=units)
        RecallRefund.objects.bulk_create(
            RecallRefund(recall=recall, order_line_id=line_id, units=count, amount=amounts[line_id])
            for line_id, count in sorted(units.items())
            # For gifts nothing was paid, and nobody has to decide about nothing.
            if amounts.get(line_id)
        )
    _flag(recall, order_id, sum(units.values()), now)


def _flag(recall: Recall, order_id: int, units: int, now: datetime) -> None:
    lot = stock.lot_card(lot_id=recall.lot_id)
    # Staff read the shop's own language.
    with translation.override(settings.LANGUAGE_CODE):
        goods = f"{in_language(lot, 'name')} × {units}"
        reason = _("Recalled, lot %(lot)s: %(goods)s") % {"lot": lot.code, "goods": goods}
    orders.flag_attention(order_ids=[order_id], reason=reason, now=now)


@retrying_atomic
def _tell(recall: Recall, customer_id: int, entries: Collection[RecallOrder]) -> None:
    """Queue the one message of a recall to a customer, in their language; not twice by its key."""
    lot = stock.lot_card(lot_id=recall.lot_id)
    with translation.override(users.language_of(user_id=customer_id)):
        content = texts.recall_notice(
            name=in_language(lot, "name"),
            lot=lot.code,
            expires_on=lot.expires_on,
            units=sum(entry.units for entry in entries),
            numbers=[entry.order.number for entry in entries],
        )
    notifications.queue_message(
        content=content,
        recipient_id=customer_id,
        dedupe_key=selectors.message_key(recall_id=recall.pk, customer_id=customer_id),
    )
