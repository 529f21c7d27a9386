"""Pictures that the bot drew: what Telegram has already is named, not sent again."""

from datetime import datetime, timedelta

from apps.core.transactions import retrying_atomic
from bot.models import SentPicture

KEEP = timedelta(days=40)


def known_picture(*, key: str) -> str:
    """Return Telegram's name for a picture; empty where it was never sent."""
    found = SentPicture.objects.filter(pk=key).values_list("file_id", flat=True).first()
    return found or ""


@retrying_atomic
def remember_picture(*, key: str, file_id: str) -> None:
    """Remember Telegram's name for a picture that was sent."""
    SentPicture.objects.update_or_create(key=key, defaults={"file_id": file_id})


def forget_pictures(*, now: datetime) -> int:
    """Forget pictures that show what is long past."""
    return SentPicture.objects.filter(sent_at__lt=now - KEEP).delete()[0]
