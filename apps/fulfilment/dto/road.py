"""Plain values of the road: runs, their stops, and what couriers carry."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# Warmer than this a box has begun to thaw: deep-frozen food is carried at −18 °C, for short spells
# at −15 °C (Directive 89/108/EEC, article 5).
THAWING = Decimal("-12.0")


class RunState(TextChoices):
    """How far a run has come."""

    PLANNED = "planned", _("planned")
    STARTED = "started", _("on the road")
    FINISHED = "finished", _("finished")


class StopState(TextChoices):
    """How far a stop has come."""

    PLANNED = "planned", _("to come")
    ARRIVED = "arrived", _("at the door")
    DONE = "done", _("handed over")
    FAILED = "failed", _("failed")


class FailureReason(TextChoices):
    """Why an order could not be handed over; its customer reads it, too."""

    NOBODY = "nobody", _("nobody opened the door")
    ADDRESS = "address", _("the address could not be found")
    REFUSED = "refused", _("the order was not wanted any more")
    LATER = "later", _("another time was asked for")
    MONEY = "money", _("it could not be paid at the door")
    VEHICLE = "vehicle", _("the van broke down")
    OTHER = "other", _("another reason")


class ShiftEntryKind(TextChoices):
    """Why a courier's money changed."""

    TAKEN = "taken", _("taken at the door")
    BACK = "back", _("given back")
    CORRECTED = "corrected", _("corrected")


@dataclass(frozen=True)
class DoorMoney:
    """What a courier says to have taken, and how: `provider` is cash or card."""

    provider: str
    amount: Decimal


@dataclass(frozen=True)
class Place:
    """Where and when an order is to be brought; degrees are decimal, WGS 84."""

    order_id: int
    starts_at: datetime | None
    latitude: Decimal | None
    longitude: Decimal | None


@dataclass(frozen=True)
class StopCard:
    """A stop as its courier sees it. `due` is to be taken there, as agreed (`due_as`)."""

    id: int
    run_id: int
    courier_id: int
    sequence: int
    state: str
    state_name: str
    order_id: int
    number: str
    order_status: str
    address: str
    address_details: str
    contact_name: str
    phone: str
    comment: str
    starts_at: datetime | None
    ends_at: datetime | None
    map_url: str
    due: Decimal
    due_as: str
    temperature: Decimal | None
    taken: Decimal
    taken_as: str
    failure: str
    failure_name: str
    arrived_at: datetime | None
    closed_at: datetime | None
    has_photo: bool

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done there."""
        return self.state in {StopState.PLANNED, StopState.ARRIVED}


@dataclass(frozen=True)
class RunCard:
    """A run with its stops in the order in which they are driven."""

    id: int
    public_id: UUID
    courier_id: int
    courier: str
    day: date
    state: str
    state_name: str
    vehicle: str
    started_at: datetime | None
    finished_at: datetime | None
    stops: tuple[StopCard, ...]

    @property
    def open_stops(self) -> tuple[StopCard, ...]:
        """The stops where something is still to be done."""
        return tuple(stop for stop in self.stops if stop.is_open)

    @property
    def waiting(self) -> tuple[StopCard, ...]:
        """The open stops whose boxes still stand in the house."""
        return tuple(stop for stop in self.open_stops if stop.order_status == "packed")


@dataclass(frozen=True)
class ShiftCard:
    """What a courier carries, or handed over."""

    public_id: UUID
    courier_id: int
    courier: str
    opened_at: datetime
    cash: Decimal
    card: Decimal
    handed_over: Decimal | None
    difference: Decimal | None
    reason: str
    closed_at: datetime | None
    accepted_by: str
