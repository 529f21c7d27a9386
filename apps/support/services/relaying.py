"""Carry what is said to the other side: the outbox edits in place whatever it showed before."""

from django.conf import settings
from django.utils import translation

from apps.notifications import services as notifications
from apps.orders import selectors as orders
from apps.support import selectors, texts
from apps.support.models import Conversation, Remark
from apps.users import selectors as users
from apps.users.dto import CustomerCard

# The staff group reads the shop's own language.
_STAFF_LANGUAGE = settings.LANGUAGE_CODE


def show_card(conversation: Conversation, customer: CustomerCard) -> None:
    """Bring the staff group's card of a conversation up to date."""
    if not settings.TELEGRAM_STAFF_CHAT_ID:
        return
    number = ""
    if conversation.order_id is not None:
        number = orders.staff_card(order_id=conversation.order_id).number
    closed_by = ""
    if conversation.closed_by_id is not None:
        closed_by = users.customer_card(user_id=conversation.closed_by_id).full_name
    with translation.override(_STAFF_LANGUAGE):
        content = texts.group_card(conversation, customer, number=number, closed_by=closed_by)
    notifications.queue_message(
        content=content,
        chat_id=settings.TELEGRAM_STAFF_CHAT_ID,
        card_key=selectors.card_key(conversation.pk),
    )


def show_to_group(remark: Remark, customer: CustomerCard) -> None:
    """Show the staff group what a customer said, as a reply to the conversation's card."""
    if not settings.TELEGRAM_STAFF_CHAT_ID:
        return
    card = selectors.card_key(remark.conversation_id)
    with translation.override(_STAFF_LANGUAGE):
        content = texts.for_group(remark, customer, answers=card)
    notifications.queue_message(
        content=content,
        chat_id=settings.TELEGRAM_STAFF_CHAT_ID,
        card_key=selectors.remark_key(remark.conversation_id, remark.pk, is_answer=False),
    )


def show_to_customer(remark: Remark, customer: CustomerCard) -> None:
    """Show a customer what staff answered."""
    with translation.override(customer.language):
        content = texts.for_customer(remark)
    notifications.queue_message(
        content=content,
        recipient_id=customer.id,
        card_key=selectors.remark_key(remark.conversation_id, remark.pk, is_answer=True),
    )
