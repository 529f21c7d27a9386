"""What marketing knows of a person: told on request, forgotten with the person, or with time."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from apps.marketing.models import BackInStockAlert, CampaignVisit, Favourite

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


def erase_own(user_id: int, now: datetime) -> None:
    """Forget what a person waited for."""
    BackInStockAlert.objects.filter(customer_id=user_id).delete()


def export_favourites(user_id: int) -> list[dict[str, Any]]:
    """Return what a person likes, the newest first."""
    own = Favourite.objects.filter(customer_id=user_id).newest_first()
    return [
        {"product": row.product.slug, "added": row.added_at.isoformat()}
        for row in own.select_related("product")
    ]


def erase_favourites(user_id: int, now: datetime) -> None:
    """Forget what a person likes."""
    Favourite.objects.filter(customer_id=user_id).delete()


def export_campaigns(user_id: int) -> list[dict[str, Any]]:
    """Return by which advertisements a person came."""
    visits = CampaignVisit.objects.filter(visitor=user_id).order_by("pk")
    return [
        {"link": visit.link.word, "came": visit.created_at.isoformat()}
        for visit in visits.select_related("link")
    ]


def erase_campaigns(user_id: int, now: datetime) -> None:
    """Put a random number in a person's place: the visits still count, and lead to nobody."""
    pseudonym = -1 - secrets.randbelow(2**62)
    CampaignVisit.objects.filter(visitor=user_id).update(visitor=pseudonym)


def forget_answered(now: datetime) -> int:
    """Delete asks that were answered long ago (a broom of `core.housekeeping`)."""
    return BackInStockAlert.objects.filter(told_at__lt=now - _KEPT).delete()[0]
