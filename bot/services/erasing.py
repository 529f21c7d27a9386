"""What the bot knows of a person: told on request, and forgotten with the person."""

from datetime import datetime
from typing import Any

from apps.users import selectors as users
from bot.models import Dialogue, InboxUpdate


def export_own(user_id: int) -> list[dict[str, Any]]:
    """Return where a person stands in the chat; their updates are Telegram's own messages."""
    chat_id = users.customer_card(user_id=user_id).telegram_id
    return list(Dialogue.objects.filter(chat_id=chat_id).values("step", "draft"))


def erase_own(user_id: int, now: datetime) -> None:
    """Delete a person's dialogue and the updates that were kept of them."""
    chat_id = users.customer_card(user_id=user_id).telegram_id
    Dialogue.objects.filter(chat_id=chat_id).delete()
    InboxUpdate.objects.filter(lane=chat_id).delete()
