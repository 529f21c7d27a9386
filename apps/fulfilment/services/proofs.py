"""Pictures from the door: taken by the courier, seen by staff for some days.

They are forgotten when those are over (`DOOR_PICTURE_DAYS`), or with the customer.
"""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from apps.catalog.pictures import renditions_of
from apps.core.storage import private
from apps.core.transactions import retrying_atomic
from apps.fulfilment.models import Stop
from apps.fulfilment.services.courier import arrive

_AT_ONCE = 2000


def keep_proof(*, stop_id: int, content: bytes, actor_id: int, now: datetime) -> Stop:
    """Keep a picture of what stands at the door; a new one replaces the last.

    It is encoded anew, so that neither the place nor anything foreign in the file survives.

    Raises:
        BadPicture, PictureTooLarge: The file is no picture, or too large a one.
        And what `arrive` raises.
    """
    # Before the work with the picture, and once more with its name.
    arrive(stop_id=stop_id, actor_id=actor_id, now=now)
    picture = renditions_of(content).large
    name = private().save(f"proofs/{uuid.uuid4().hex}.webp", ContentFile(picture))
    try:
        return _hang(stop_id, name, actor_id, now)
    except BaseException:
        private().delete(name)
        raise


def export_own(user_id: int) -> list[dict[str, Any]]:
    """Return at which of a customer's doors a picture was taken, and when the courier left."""
    rows = Stop.objects.filter(order__customer_id=user_id).exclude(photo="")
    found = rows.order_by("pk").values_list("order__number", "closed_at")
    return [{"order": number, "taken": str(closed_at)} for number, closed_at in found]


def erase_own(user_id: int, now: datetime) -> None:
    """Forget the pictures of a customer's doors; the files go once that is committed."""
    rows = Stop.objects.filter(order__customer_id=user_id).exclude(photo="")
    names = list(rows.values_list("photo", flat=True))
    rows.update(photo="")
    transaction.on_commit(lambda: _forget(names), robust=True)


def forget_proofs(now: datetime) -> int:
    """Forget pictures of doors that were left long ago (a broom of `core.housekeeping`)."""
    left = now - timedelta(days=settings.DOOR_PICTURE_DAYS)
    rows = Stop.objects.filter(closed_at__lt=left).exclude(photo="").order_by("pk")
    names = dict(rows.values_list("pk", "photo")[:_AT_ONCE])
    Stop.objects.filter(pk__in=names).update(photo="")
    transaction.on_commit(lambda: _forget(names.values()), robust=True)
    return len(names)


@retrying_atomic
def _hang(stop_id: int, name: str, actor_id: int, now: datetime) -> Stop:
    stop = arrive(stop_id=stop_id, actor_id=actor_id, now=now)
    before = [stop.photo] if stop.photo else []
    stop.photo = name
    stop.save(update_fields=["photo"])
    transaction.on_commit(lambda: _forget(before), robust=True)
    return stop


def _forget(names: Collection[str]) -> None:
    for name in names:
        private().delete(name)
