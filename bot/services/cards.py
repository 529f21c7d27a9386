"""Messages that are an order's live card: the outbox edits them whenever the order moves."""

from apps.core.transactions import retrying_atomic
from apps.notifications import selectors as messages
from apps.notifications import services as notifications
from bot.models import Dialogue


@retrying_atomic
def make_card(
    *, chat_id: int, order_id: int, message_id: int, has_photo: bool = False
) -> int | None:
    """Let a message be an order's live card from now on, and no longer the chat's screen.

    Returns the message that was the card before, if it was another one.
    """
    key = card_key(order_id)
    before = messages.live_card_id(chat_id=chat_id, card_key=key)
    notifications.register_card(
        chat_id=chat_id, card_key=key, message_id=message_id, has_photo=has_photo
    )
    Dialogue.objects.filter(pk=chat_id, screen_message_id=message_id).update(
        screen_message_id=None, screen_has_photo=False
    )
    return before if before != message_id else None


def card_key(order_id: int) -> str:
    """Return the name under which the orders app keeps an order's card up to date."""
    return f"order:{order_id}"
