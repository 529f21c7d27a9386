"""Plain values of delivery."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ClosedReason(TextChoices):
    """Why a slot takes no more orders; staff set some, the clock and the bookings the others."""

    STAFF = "closed_by_staff", _("closed by the shop")
    HOLIDAY = "holiday", _("a holiday")
    FULL = "full", _("all places are taken")
    PAST = "past_cutoff", _("too late for this window")


@dataclass(frozen=True)
class ZoneCard:
    """A zone and what bringing food there costs."""

    id: int
    slug: str
    name: str
    fee: Decimal
    free_from: Decimal | None
    minimum_total: Decimal


@dataclass(frozen=True)
class SlotCard:
    """A window as a customer chooses it; `closed_reason` is empty while it is open."""

    id: int
    public_id: UUID
    zone_id: int
    date: date
    starts_at: datetime
    ends_at: datetime
    cutoff_at: datetime
    closed_reason: str


@dataclass(frozen=True)
class PickupCard:
    """A pickup point in the reader's language."""

    id: int
    public_id: UUID
    name: str
    address: str
    hours: str
    latitude: Decimal
    longitude: Decimal
