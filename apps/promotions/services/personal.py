"""What promotions know of a person: told on request, and forgotten with the person."""

from datetime import datetime
from typing import Any

from apps.promotions.models import CodeAttempt, Redemption


def export_own(user_id: int) -> list[dict[str, Any]]:
    """Return which promo codes a customer used, newest first."""
    rows = Redemption.objects.filter(customer_id=user_id, code__isnull=False).order_by("-pk")
    told = rows.values_list("code__code", "amount", "created_at", "released_at")
    names = ("promo_code", "amount", "created_at", "released_at")
    return [{name: str(value) for name, value in zip(names, row, strict=True)} for row in told]


def erase_own(user_id: int, now: datetime) -> None:
    """Delete what a customer guessed; what their orders used stays for the books."""
    CodeAttempt.objects.filter(customer_id=user_id).delete()
