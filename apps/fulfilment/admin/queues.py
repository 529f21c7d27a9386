"""Which orders wait for somebody, for the list's filters and the first page."""

from datetime import datetime, timedelta

from django.db.models import Q

from apps.orders.dto import OrderStatus

S = OrderStatus

# Still in the freezer when the van is about to leave.
_HURRY = timedelta(hours=1)
_UNPACKED = (S.PLACED, S.CONFIRMED, S.PICKING)
_UNDELIVERED = (*_UNPACKED, S.PACKED, S.OUT_FOR_DELIVERY)
OPEN = (S.AWAITING_PAYMENT, *_UNDELIVERED, S.READY_FOR_PICKUP, S.DELIVERY_FAILED)


def is_late(now: datetime) -> Q:
    """Match orders that are not packed an hour before their window, or not delivered after it."""
    unpacked = Q(status__in=_UNPACKED, slot__starts_at__lte=now + _HURRY)
    undelivered = Q(status__in=_UNDELIVERED, slot__ends_at__lte=now)
    return unpacked | undelivered


def needs_somebody(now: datetime) -> Q:
    """Match open orders that were flagged, failed at the door, or are late."""
    flagged = Q(status__in=OPEN) & ~Q(attention="")
    return flagged | Q(status=S.DELIVERY_FAILED) | is_late(now)
