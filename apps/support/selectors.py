"""Questions about conversations."""

from apps.notifications import selectors as messages
from apps.support.models import Conversation, ConversationQuerySet
from apps.users import selectors as users

# Whose answers customers get.
DESK = frozenset({"owner", "manager", "support"})
_GROUP, _OWN = "support", "answer"


def may_answer(*, user_id: int) -> bool:
    """Tell whether somebody's role lets them speak for the shop."""
    return bool(users.roles_of(user_id=user_id) & DESK)


def waiting() -> ConversationQuerySet:
    """Return conversations in which a customer waits for an answer, the longest wait first."""
    rows = Conversation.objects.open().filter(waits_since__isnull=False)
    return rows.select_related("customer").order_by("waits_since", "pk")


def has_open(*, customer_id: int) -> bool:
    """Tell whether a customer's conversation goes on."""
    return Conversation.objects.open().filter(customer_id=customer_id).exists()


def conversation_at(*, chat_id: int, message_id: int) -> int | None:
    """Return which conversation a message of a chat belongs to, if it is one of ours at all."""
    kind, _colon, rest = messages.card_at(chat_id=chat_id, message_id=message_id).partition(":")
    number = rest.partition(":")[0]
    return int(number) if kind in {_GROUP, _OWN} and number.isdigit() else None


def card_key(conversation_id: int) -> str:
    """Return the name of a conversation's card in the staff group."""
    return f"{_GROUP}:{conversation_id}"


def remark_key(conversation_id: int, remark_id: int, *, is_answer: bool) -> str:
    """Return the name of what shows a remark on the other side."""
    return f"{_OWN if is_answer else _GROUP}:{conversation_id}:{remark_id}"


def thread_keys(conversation_id: int) -> tuple[str, str]:
    """Return under which names the outbox keeps a conversation, on both sides."""
    return f"{_GROUP}:{conversation_id}", f"{_OWN}:{conversation_id}"
