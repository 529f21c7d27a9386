"""What marketing knows of a person: told on request, forgotten with the person, or with time."""

from datetime import datetime, timedelta
from typing import Any

from apps.marketing.models import BackInStockAlert, BroadcastRecipient

_KEPT = timedelta(days=90)


def export_own(user_id: int) -> list[dict[str, Any]]:
    """Return which packs a person waited for, the newest first."""
    asks = BackInStockAlert.objects.filter(customer_id=user_id).order_by("-pk")
    return [
        {
            "sku": ask.variant.sku,
            "asked": ask.asked_at.isoformat(),
            "told": ask.told_at.isoformat() if ask.told_at else None,
        }
        for ask in asks.select_related("variant")
    ]


def export_broadcasts(user_id: int) -> list[dict[str, Any]]:
    """Return which broadcasts a person was sent, the newest first."""
    rows = BroadcastRecipient.objects.filter(person_id=user_id).order_by("-pk")
    return [
        {"text": row.broadcast.text_ru, "at": row.claimed_at.isoformat(), "state": row.state}
        for row in rows.select_related("broadcast")
    ]


def erase_own(user_id: int, now: datetime) -> None:
    """Forget what a person waited for."""
    BackInStockAlert.objects.filter(customer_id=user_id).delete()


def forget_broadcasts(user_id: int, now: datetime) -> None:
    """Forget what a person was sent: broadcasts keep their sums."""
    BroadcastRecipient.objects.filter(person_id=user_id).delete()


def forget_answered(now: datetime) -> int:
    """Delete asks that were answered long ago (a broom of `core.housekeeping`)."""
    return BackInStockAlert.objects.filter(told_at__lt=now - _KEPT).delete()[0]
