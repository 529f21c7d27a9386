"""What messages know of a person: told on request, and forgotten with the person."""

from datetime import datetime
from typing import Any

from apps.notifications.models import LiveCard, Message
from apps.users import selectors as users


def export_own(user_id: int) -> list[dict[str, Any]]:
    """Return the messages that a person was sent, newest first."""
    rows = Message.objects.filter(recipient_id=user_id).order_by("-pk")
    return [{"at": str(row.created_at), "text": row.body.get("text", "")} for row in rows]


def erase_own(user_id: int, now: datetime) -> None:
    """Delete a person's messages and cards, sent or not."""
    chat_id = users.customer_card(user_id=user_id).telegram_id
    Message.objects.filter(recipient_id=user_id).delete()
    if chat_id is not None:
        Message.objects.filter(chat_id=chat_id).delete()
        LiveCard.objects.filter(chat_id=chat_id).delete()
