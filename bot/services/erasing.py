"""What the bot knows of a person: told on request, and forgotten with the person."""

from datetime import datetime
from typing import Any

from apps.users import selectors as users
from bot.inbox import lanes_of
from bot.models import Dialogue, InboxUpdate


def export_own(user_id: int) -> list[dict[str, Any]]:
    """Return where a person stands in the chat; their updates are Telegram's own messages."""
    chat_id = users.customer_card(user_id=user_id).telegram_id
    chats = Dialogue.objects.filter(chat_id=chat_id or 0)
    return [{"step": chat.step, "draft": chat.draft} for chat in chats]


def erase_own(user_id: int, now: datetime) -> None:
    """Delete a person's dialogue and the updates that were kept of them."""
    chat_id = users.customer_card(user_id=user_id).telegram_id
    if chat_id is None:
        return
    Dialogue.objects.filter(chat_id=chat_id).delete()
    InboxUpdate.objects.filter(lane__in=lanes_of(chat_id)).delete()
