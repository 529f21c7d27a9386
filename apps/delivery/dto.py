"""Plain values of delivery."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ClosedReason(TextChoices):
    """Why a slot takes no more orders; staff set some, the clock and the bookings the others."""

    STAFF = "closed_by_staff", _("closed by the shop")
    HOLIDAY = "holiday", _("a holiday")
    FULL = "full", _("all places are taken")
    PAST = "past_cutoff", _("too late for this window")


class FeeReason(StrEnum):
    """Why bringing costs what it costs."""

    BASE = "base"
    BY_TOTAL = "by_total"
    BY_DISTANCE = "by_distance"
    FREE = "free"


@dataclass(frozen=True)
class FeeRule:
    """A fee that holds from a worth of goods and from a distance on, both included."""

    from_total: Decimal
    from_km: Decimal
    fee: Decimal


@dataclass(frozen=True)
class Tariff:
    """What bringing costs: a fee, the steps that replace it, and from which worth on nothing."""

    fee: Decimal
    free_from: Decimal | None = None
    steps: tuple[FeeRule, ...] = ()


@dataclass(frozen=True)
class Fee:
    """What bringing costs and why; `less_from`, `less_fee`: the next worth at which it costs less.

    `free_from` is None where it is free already, or never is.
    """

    fee: Decimal
    reason: FeeReason
    less_from: Decimal | None
    less_fee: Decimal | None
    free_from: Decimal | None


@dataclass(frozen=True)
class ZoneCard:
    """A zone and what bringing food there costs.

    `distance_km` is that of the place which was asked for from the zone's centre; a place whose
    coordinates nobody knows pays for no distance.
    """

    id: int
    slug: str
    name: str
    fee: Decimal
    free_from: Decimal | None
    minimum_total: Decimal
    steps: tuple[FeeRule, ...] = ()
    distance_km: Decimal = Decimal(0)

    @property
    def tariff(self) -> Tariff:
        """What bringing food there costs."""
        return Tariff(self.fee, self.free_from, self.steps)


@dataclass(frozen=True)
class ZoneShape:
    """The outline of a zone: a circle around its centre, or GeoJSON polygons."""

    name: str
    latitude: Decimal
    longitude: Decimal
    radius_km: Decimal | None
    area: dict[str, Any] | None


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
class StaffSlotCard:
    """A window as staff see it: how much of what it takes is booked."""

    id: int
    public_id: UUID
    zone: str
    date: date
    starts_at: datetime
    ends_at: datetime
    cutoff_at: datetime
    capacity_orders: int
    capacity_ml: int
    booked_orders: int
    booked_ml: int
    closed_reason: str


@dataclass(frozen=True)
class DayOff:
    """What a holiday leaves open: nothing, or the hours [opens, closes)."""

    date: date
    name: str
    zone_id: int | None = None
    pickup_point_id: int | None = None
    opens: time | None = None
    closes: time | None = None

    @property
    def is_everywhere(self) -> bool:
        """Whether it holds for every place that has no holiday of its own."""
        return self.zone_id is None and self.pickup_point_id is None


@dataclass(frozen=True)
class PickupCard:
    """A pickup point in the reader's language; `notice` has the special days to come."""

    id: int
    public_id: UUID
    name: str
    address: str
    hours: str
    latitude: Decimal
    longitude: Decimal
    notice: str = ""
