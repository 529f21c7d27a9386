"""Staff answer: in the group by a reply, or in the admin."""

from datetime import datetime

from apps.core.errors import NotAllowed
from apps.core.transactions import retrying_atomic
from apps.support import selectors
from apps.support.dto import Said
from apps.support.errors import ConversationNotFound, CustomerUnreachable, NothingSaid
from apps.support.models import Conversation
from apps.support.services import relaying
from apps.support.services.writing import clean, record
from apps.users import selectors as users


@retrying_atomic
def answer_at(*, actor_id: int, said: Said, reply_to: int, now: datetime) -> bool:
    """Send a reply in the staff group to the customer; tell whether it replied to one of theirs.

    Raises:
        What `answer` raises.
    """
    found = selectors.conversation_at(chat_id=said.chat_id, message_id=reply_to)
    if found is None:
        return False
    answer(conversation_id=found, actor_id=actor_id, words=said.words, said=said, now=now)
    return True


@retrying_atomic
def answer(
    *,
    conversation_id: int,
    actor_id: int,
    words: str,
    said: Said | None = None,
    now: datetime,
) -> None:
    """Send a customer what staff wrote. An answer opens a closed conversation again.

    Raises:
        NotAllowed: The role does not speak for the shop.
        ConversationNotFound: It was forgotten with its customer, or with time.
        NothingSaid: There are neither words nor a picture.
        CustomerUnreachable: The customer blocked the bot.
    """
    if not selectors.may_answer(user_id=actor_id):
        raise NotAllowed
    words = clean(words)
    if not words and not (said and said.photo):
        raise NothingSaid
    conversation = _current(conversation_id)
    customer = users.customer_card(user_id=conversation.customer_id)
    if customer.telegram_id is None or not customer.can_be_reached:
        raise CustomerUnreachable(name=customer.full_name, phone=customer.phone or "—")
    remark = record(conversation, said, words=words, now=now, author_id=actor_id)
    if remark is None:
        return
    conversation.waits_since = conversation.closed_at = conversation.closed_by = None
    conversation.save(update_fields=["waits_since", "closed_at", "closed_by", "updated_at"])
    relaying.show_to_customer(remark, customer)
    relaying.show_card(conversation, customer)


def _current(conversation_id: int) -> Conversation:
    """Return a conversation, locked; or, if it is closed and a newer one is open, that one."""
    row = Conversation.objects.select_for_update().filter(pk=conversation_id).first()
    if row is None:
        raise ConversationNotFound
    if row.closed_at is None:
        return row
    others = Conversation.objects.open().filter(customer_id=row.customer_id)
    return others.select_for_update().first() or row
