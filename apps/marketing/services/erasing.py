"""What marketing knows of a person: told on request, forgotten with the person, or with time."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from apps.marketing.models import (
    BackInStockAlert,
    BroadcastRecipient,
    CampaignVisit,
    Favourite,
    Referral,
    Review,
)
from apps.marketing.services.reviewing import forget_files
from apps.notifications import services as notifications

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


def forget_broadcasts(user_id: int, now: datetime) -> None:
    """Forget what a person was sent: broadcasts keep their sums."""
    BroadcastRecipient.objects.filter(person_id=user_id).delete()


def forget_answered(now: datetime) -> int:
    """Delete asks that were answered long ago (a broom of `core.housekeeping`)."""
    return BackInStockAlert.objects.filter(told_at__lt=now - _KEPT).delete()[0]


def export_reviews(user_id: int) -> list[dict[str, Any]]:
    """Return what a person said of their orders, the newest first."""
    rows = Review.objects.given().filter(order__customer_id=user_id).order_by("-pk")
    return [
        {
            "order": row.order.number,
            "stars": row.stars,
            "words": row.words,
            "photo": bool(row.photo),
            "given": str(row.given_at),
        }
        for row in rows.select_related("order")
    ]


def erase_reviews(user_id: int, now: datetime) -> None:
    """Forget a person's words and pictures; the stars stay for the sums, under the pseudonym."""
    rows = Review.objects.filter(order__customer_id=user_id)
    forget_files(rows.exclude(photo="").values_list("photo", flat=True))
    # Low marks were brought to the staff group, with a name and a phone.
    for order_id in rows.filter(told_at__isnull=False).values_list("order_id", flat=True):
        notifications.forget_thread(card_key=f"review:{order_id}")
    rows.update(words="", photo="", telegram_photo="")


def export_invitations(user_id: int) -> dict[str, Any]:
    """Return how often a person's link was followed, and whether they came by one."""
    rows = Referral.objects.filter(Q(inviter_id=user_id) | Q(friend_id=user_id)).order_by("pk")
    return {
        "invited": [str(row.created_at) for row in rows if row.inviter_id == user_id],
        "came_by_invitation": any(row.friend_id == user_id for row in rows),
    }


def erase_invitations(user_id: int, now: datetime) -> None:
    """Forget invitations that brought nothing yet; codes that were given stay for the books."""
    rows = Referral.objects.filter(Q(inviter_id=user_id) | Q(friend_id=user_id))
    rows.filter(decided_at__isnull=True).delete()
