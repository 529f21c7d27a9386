"""Forget what was sent long ago."""

from datetime import datetime, timedelta

from apps.integrations.models import Event

KEPT = timedelta(days=30)
# Deliveries go along with their event.
_AT_ONCE = 2000


def forget_old(now: datetime) -> int:
    """Delete events that happened long ago, with their deliveries (a broom of `housekeeping`)."""
    old = Event.objects.filter(created_at__lt=now - KEPT).order_by("created_at")
    ids = list(old.values_list("pk", flat=True)[:_AT_ONCE])
    return Event.objects.filter(pk__in=ids).delete()[0]
