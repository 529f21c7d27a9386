"""Ask the customer whether something else may come instead of what ran out.

One question for a line at a time, answered once: by the customer, by staff for them, or when the
time is up by what was chosen at the checkout. Locks: order, question, payment, window, stock rows.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.catalog import selectors as catalog
from apps.core.errors import ShopError
from apps.core.transactions import retrying_atomic
from apps.delivery import services as delivery
from apps.fulfilment import selectors, texts
from apps.fulfilment.dto import Asked, PickLine, SubstitutionState
from apps.fulfilment.errors import NoSuchSubstitute, NotShort, QuestionNotFound, QuestionOpen
from apps.fulfilment.models import LineShortage, Substitution
from apps.fulfilment.services.damage import damaged_of, write_off_damaged
from apps.fulfilment.services.floor import open_box
from apps.fulfilment.services.lines import line_of
from apps.inventory import services as inventory
from apps.inventory.dto import Demand, ReservationState
from apps.notifications import services as notifications
from apps.orders import services as orders
from apps.orders.dto import IfShort, OrderStatus
from apps.users import selectors as users

logger = logging.getLogger(__name__)

_BATCH, _LOOKED_AT = 50, 1000


@retrying_atomic
def propose_substitute(
    *, order_id: int, order_line_id: int, variant_id: int, actor_id: int, now: datetime
) -> Asked:
    """Offer the customer another pack instead of what a line is short of, and promise it to them.

    Raises:
        OrderNotFound, OrderMoveRefused, NotAllowed: The order is not open to this picker.
        LineNotFound, NotShort: The order has no such line, or nothing of it was given up.
        QuestionOpen: The customer is asked about this line already.
        NoSuchSubstitute: The pack is not similar, not to be had, or in the order already.
        OutOfStock: Somebody was faster.
    """
    order = open_box(order_id=order_id, actor_id=actor_id)
    line = line_of(selectors.pick_list(order_id=order_id, now=now), order_line_id)
    if not (line.left and line.short):
        raise NotShort(name=line.name)
    if Substitution.objects.filter(order_line_id=order_line_id, state=_OPEN).exists():
        raise QuestionOpen(name=line.name)
    _check_offer(order_id, line, variant_id, now)
    pack = catalog.sale_variants(variant_ids=[variant_id], now=now)[variant_id]
    substitute = orders.offer_substitute(order_line_id=order_line_id, units=line.left, pack=pack)
    question = Substitution.objects.create(
        order_line_id=order_line_id,
        substitute=substitute,
        units=line.left,
        deadline=now + timedelta(seconds=settings.SUBSTITUTION_ANSWER_SECONDS),
        asked_by_id=actor_id,
    )
    asked = selectors.asked_about(question_id=question.pk, now=now)
    _tell(order, asked, catalog.photo_of(variant_id=variant_id))
    promise = Demand(substitute.pk, variant_id, line.left)
    inventory.reserve(demands=[promise], state=ReservationState.COMMITTED)
    return asked


@retrying_atomic
def answer_substitute(
    *, question_id: int, customer_id: int, is_taken: bool, now: datetime
) -> Asked:
    """Do what the customer answers; what was decided before stays, whatever is pressed again.

    An answer that comes too late changes nothing: what was chosen at the checkout is done.

    Raises:
        QuestionNotFound: There is none, or it is about somebody else's order.
    """
    asked = selectors.asked_about(question_id=question_id, customer_id=customer_id, now=now)
    order = _hold(asked.order_id)
    question = _open_question(question_id)
    if question is not None and now < question.deadline:
        _settle(order, question, is_taken=is_taken, actor_id=customer_id, is_told=False, now=now)
    elif question is not None:
        _do_default(order, question, now)
    return selectors.asked_about(question_id=question_id, customer_id=customer_id, now=now)


@retrying_atomic
def answer_for_customer(
    *, order_id: int, question_id: int, is_taken: bool, actor_id: int, now: datetime
) -> Asked:
    """Note what the customer said on the telephone, also after the time was up.

    Raises:
        OrderNotFound, OrderMoveRefused, NotAllowed: The order is not open to this picker.
        QuestionNotFound: There is none, or it is about another order.
    """
    order = open_box(order_id=order_id, actor_id=actor_id)
    asked = selectors.asked_about(question_id=question_id, now=now)
    if asked.order_id != order.pk:
        raise QuestionNotFound
    question = _open_question(question_id)
    if question is not None:
        _settle(order, question, is_taken=is_taken, actor_id=actor_id, is_told=True, now=now)
    return selectors.asked_about(question_id=question_id, now=now)


def settle_substitutions(*, now: datetime) -> int:
    """Do what customers chose at the checkout where the time is up; return how many it were.

    Each is a transaction of its own, so that a refusal spares the others.
    """
    due = Substitution.objects.filter(state=_OPEN, deadline__lte=now, flagged_at__isnull=True)
    settled = 0
    # Those that are refused stand in front for ever: they must not use up the places of others.
    for question_id, order_id in due.order_by("deadline").values_list("pk", "order_line__order_id")[
        :_LOOKED_AT
    ]:
        try:
            _settle_late(question_id, order_id, now)
        except ShopError as refusal:
            logger.warning(
                "A question was not settled: %s", refusal.code, extra={"question": question_id}
            )
        else:
            settled += 1
        if settled == _BATCH:
            break
    return settled


@retrying_atomic
def close_questions(*, order: orders.Order, now: datetime) -> None:
    """End the questions about an order whose box is about to be closed; its row is held.

    Raises:
        QuestionOpen: The customer still has time.
    """
    found = Substitution.objects.filter(order_line__order=order, state=_OPEN).order_by("pk")
    questions = list(found.select_for_update(of=("self",)).select_related("order_line"))
    for question in questions:
        if now < question.deadline:
            raise QuestionOpen(name=question.order_line.name)
    if questions:
        _hold_all(order)
    for question in questions:
        is_taken = order.if_short == IfShort.REPLACE
        _settle(order, question, is_taken=is_taken, actor_id=None, is_told=True, now=now)


def withdraw(*, order_line_id: int, now: datetime) -> None:
    """End the question about a line that is complete after all; its order is held."""
    for question in Substitution.objects.filter(order_line_id=order_line_id, state=_OPEN):
        _leave_out(question, now)


@retrying_atomic
def _settle_late(question_id: int, order_id: int, now: datetime) -> None:
    order = _hold(order_id)
    question = _open_question(question_id)
    if question is not None and question.deadline <= now:
        _do_default(order, question, now)


def _do_default(order: orders.Order, question: Substitution, now: datetime) -> None:
    """Do what was chosen at the checkout; who wants to be called, is."""
    if order.if_short == IfShort.CALL and order.status == OrderStatus.PICKING:
        if question.flagged_at is None:
            Substitution.objects.filter(pk=question.pk).update(flagged_at=now)
            _ask_for_call(order, question, now)
        return
    is_taken = order.if_short == IfShort.REPLACE
    _settle(order, question, is_taken=is_taken, actor_id=None, is_told=True, now=now)


def _settle(
    order: orders.Order,
    question: Substitution,
    *,
    is_taken: bool,
    actor_id: int | None,
    is_told: bool,
    now: datetime,
) -> None:
    """Carry an answer out; nothing is replaced where the box is not open, or nothing is missing."""
    if not is_taken or order.status != OrderStatus.PICKING:
        _leave_out(question, now)
        return
    line = line_of(selectors.pick_list(order_id=order.pk, now=now), question.order_line_id)
    units = min(question.units, line.left)
    if not units:
        _leave_out(question, now)
        return
    _close(question, SubstitutionState.TAKEN, now)
    # The line forgets them, and they still stand on the shelf.
    damaged = damaged_of(order_id=order.pk, goes={line.order_line_id: units}, now=now)
    if units == line.left:
        LineShortage.objects.filter(order_line_id=question.order_line_id).delete()
    orders.take_substitute(
        substitute_id=question.substitute_id, units=units, actor_id=actor_id, is_told=is_told,
        now=now,
    )  # fmt: skip
    write_off_damaged(number=order.number, damaged=damaged)


def _leave_out(question: Substitution, now: datetime) -> None:
    _close(question, SubstitutionState.LEFT, now)
    inventory.keep_reservations(keep={question.substitute_id: 0})


def _close(question: Substitution, state: SubstitutionState, now: datetime) -> None:
    Substitution.objects.filter(pk=question.pk).update(state=state, answered_at=now)


def _hold(order_id: int) -> orders.Order:
    return orders.hold_order(
        order_id=order_id, sources=frozenset(OrderStatus), target=OrderStatus.PACKED
    )


def _hold_all(order: orders.Order) -> None:
    """Lock the window, and the stock of the whole box: several answers change them in turn."""
    if order.slot_id is not None:
        delivery.hold_slot(slot_id=order.slot_id)
    inventory.hold_stock(order_line_ids=list(order.lines.values_list("pk", flat=True)))


def _open_question(question_id: int) -> Substitution | None:
    """Return a question where it is still open; its order is held, so that nobody answers too."""
    questions = Substitution.objects.filter(pk=question_id, state=_OPEN)
    return questions.select_related("order_line").first()


def _check_offer(order_id: int, line: PickLine, variant_id: int, now: datetime) -> None:
    """Refuse what is not among the offers.

    Raises:
        NoSuchSubstitute: It is not.
    """
    offers = selectors.offers_for(
        order_id=order_id, variant_id=line.variant_id, units=line.left, now=now
    )
    if variant_id not in {offer.variant_id for offer in offers}:
        raise NoSuchSubstitute


def _tell(order: orders.Order, asked: Asked, picture: str) -> None:
    """Ask in the customer's language, once."""
    with translation.override(users.language_of(user_id=order.customer_id)):
        mine = selectors.asked_about(question_id=asked.id, now=asked.deadline)
        content = texts.substitute_question(mine, photo=picture, if_short=order.if_short)
    notifications.queue_message(
        content=content, recipient_id=order.customer_id, dedupe_key=f"substitution:{asked.id}"
    )


def _ask_for_call(order: orders.Order, question: Substitution, now: datetime) -> None:
    # Staff read the shop's own language.
    with translation.override(settings.LANGUAGE_CODE):
        asked = selectors.asked_about(question_id=question.pk, now=now)
        facts = {"name": asked.name, "other": asked.other}
        reason = _("Call the customer: %(name)s instead of %(other)s?") % facts
    orders.flag_attention(order_ids=[order.pk], reason=reason, now=now)


_OPEN = SubstitutionState.OPEN
