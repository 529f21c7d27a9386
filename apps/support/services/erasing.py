"""What support knows of a person: told on request, forgotten with the person, or with time."""

from datetime import datetime, timedelta
from typing import Any

from apps.notifications import services as notifications
from apps.support import selectors
from apps.support.models import Conversation, Remark

_KEPT = timedelta(days=365)
# The outbox is looked through for each.
_AT_ONCE = 20


def export_own(user_id: int) -> list[dict[str, Any]]:
    """Return what a person and the shop wrote to each other, oldest first."""
    rows = Remark.objects.filter(conversation__customer_id=user_id).order_by("pk")
    return [
        {
            "at": str(row.said_at),
            "by": "shop" if row.author_id else "you",
            "text": row.words,
            "photo": bool(row.photo),
        }
        for row in rows
    ]


def erase_own(user_id: int, now: datetime) -> None:
    """Forget what a person wrote, and what the outbox still has of it."""
    _forget(list(Conversation.objects.filter(customer_id=user_id).values_list("pk", flat=True)))


def forget_old(now: datetime) -> int:
    """Forget conversations that were closed long ago (a broom of `core.housekeeping`)."""
    old = Conversation.objects.filter(closed_at__lt=now - _KEPT).order_by("pk")
    ids = list(old.values_list("pk", flat=True)[:_AT_ONCE])
    _forget(ids)
    return len(ids)


def _forget(ids: list[int]) -> None:
    for conversation_id in ids:
        for key in selectors.thread_keys(conversation_id):
            notifications.forget_thread(card_key=key)
    Conversation.objects.filter(pk__in=ids).delete()
