"""Close a conversation: staff by a button, the customer by "it is settled"."""

from datetime import datetime

from django.utils import translation

from apps.core.errors import NotAllowed
from apps.core.transactions import retrying_atomic
from apps.notifications import services as notifications
from apps.support import selectors, texts
from apps.support.errors import ConversationClosed, ConversationNotFound
from apps.support.models import Conversation
from apps.support.services import relaying
from apps.users import selectors as users


@retrying_atomic
def close(*, conversation_id: int, actor_id: int, now: datetime) -> None:
    """Close a conversation and tell its customer that they may write again.

    Raises:
        NotAllowed: The role does not speak for the shop.
        ConversationNotFound: It was forgotten.
        ConversationClosed: Somebody was faster.
    """
    if not selectors.may_answer(user_id=actor_id):
        raise NotAllowed
    row = Conversation.objects.select_for_update().filter(pk=conversation_id).first()
    if row is None:
        raise ConversationNotFound
    if row.closed_at is not None:
        raise ConversationClosed
    _close(row, actor_id, now)
    customer = users.customer_card(user_id=row.customer_id)
    with translation.override(customer.language):
        content = texts.closed()
    notifications.queue_message(content=content, recipient_id=customer.id)


@retrying_atomic
def settle(*, customer_id: int, conversation_id: int, now: datetime) -> None:
    """Close a customer's own conversation; one that is closed already stays so.

    Raises:
        ConversationNotFound: It is somebody else's, or was forgotten.
    """
    own = Conversation.objects.select_for_update().filter(customer_id=customer_id)
    row = own.filter(pk=conversation_id).first()
    if row is None:
        raise ConversationNotFound
    if row.closed_at is None:
        _close(row, None, now)


def _close(row: Conversation, actor_id: int | None, now: datetime) -> None:
    row.closed_at, row.closed_by_id, row.waits_since = now, actor_id, None
    row.save(update_fields=["closed_at", "closed_by", "waits_since", "updated_at"])
    relaying.show_card(row, users.customer_card(user_id=row.customer_id))
