"""Write messages, and keep track of the cards that live in chats."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import Q

from apps.core.jobs import enqueue_on_commit
from apps.core.time import now as present
from apps.core.transactions import retrying_atomic
from apps.notifications.dto import BulkMessage, MessageContent
from apps.notifications.jobs import NotificationJob
from apps.notifications.models import Channel, LiveCard, Message, MessageState
from apps.users import selectors as users

_ROWS_AT_ONCE = 500

_is_silent: ContextVar[bool] = ContextVar("is_silent", default=False)


@contextmanager
def silenced() -> Iterator[None]:
    """Queue no messages inside: what is told there is history that nobody waits for."""
    token = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(token)


def is_silenced() -> bool:
    """Whether messages would go nowhere, so that nobody needs to write them."""
    return _is_silent.get()


@retrying_atomic
def queue_message(
    *,
    content: MessageContent,
    recipient_id: int | None = None,
    chat_id: int | None = None,
    channel: str = Channel.TELEGRAM,
    card_key: str = "",
    dedupe_key: str | None = None,
) -> None:
    """Put a message into the outbox, in the transaction of the change that it tells of.

    A person's chat is looked up; a group is named by `chat_id`. With a `dedupe_key` that was used
    before nothing happens. With a `card_key` the chat's card is edited in place.
    """
    if _is_silent.get():
        return
    if chat_id is None and recipient_id is not None and channel == Channel.TELEGRAM:
        chat_id = users.customer_card(user_id=recipient_id).telegram_id
    if chat_id is None and channel == Channel.TELEGRAM:
        return  # Somebody without Telegram placed an order through staff: nobody to tell.
    message = Message(
        recipient_id=recipient_id,
        chat_id=chat_id,
        channel=channel,
        body=content.to_json(),
        card_key=card_key,
        dedupe_key=dedupe_key,
        next_attempt_at=present(),
    )
    Message.objects.bulk_create([message], ignore_conflicts=dedupe_key is not None)
    enqueue_on_commit(NotificationJob.DELIVER_DUE)


@retrying_atomic
def queue_messages(*, messages: Collection[BulkMessage]) -> None:
    """Put many messages into the outbox at once: they give way to whatever else is to be sent.

    Each is for somebody's chat only: who closed it is not written to in another way. Whoever wants
    to be left alone at this hour gets it when their quiet hours are over.
    """
    if _is_silent.get() or not messages:
        return
    due = present()
    quiet = users.quiet_ends(user_ids={one.recipient_id for one in messages}, now=due)
    rows = [
        Message(
            recipient_id=message.recipient_id,
            chat_id=message.chat_id,
            body=message.content.to_json(),
            dedupe_key=message.dedupe_key,
            is_bulk=True,
            next_attempt_at=quiet.get(message.recipient_id, due),
        )
        for message in messages
    ]
    Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_ROWS_AT_ONCE)
    enqueue_on_commit(NotificationJob.DELIVER_DUE)


@retrying_atomic
def register_card(*, chat_id: int, card_key: str, message_id: int, has_photo: bool = False) -> None:
    """Remember which message of a chat shows a card from now on."""
    LiveCard.objects.update_or_create(
        chat_id=chat_id,
        card_key=card_key,
        defaults={"telegram_message_id": message_id, "has_photo": has_photo},
    )


@retrying_atomic
def forget_card(*, chat_id: int, card_key: str) -> None:
    """Forget a card: its message shows something else now, so the next update is sent anew."""
    LiveCard.objects.filter(chat_id=chat_id, card_key=card_key).delete()


@retrying_atomic
def forget_thread(*, card_key: str) -> None:
    """Delete what the outbox keeps of a card and of those under it (`key:…`), in every chat."""
    mine = Q(card_key=card_key) | Q(card_key__startswith=f"{card_key}:")
    Message.objects.filter(mine).delete()
    LiveCard.objects.filter(mine).delete()


@retrying_atomic
def retry_message(*, message_id: int) -> None:
    """Give a failed message another five tries, because a member of staff asked for it."""
    revived = Message.objects.filter(pk=message_id, state=MessageState.FAILED).update(
        state=MessageState.PENDING, attempts=0, next_attempt_at=present(), leased_until=None
    )
    if revived:
        enqueue_on_commit(NotificationJob.DELIVER_DUE)
