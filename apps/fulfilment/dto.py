"""Plain values of the floor and the road."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.inventory.dto import LotPick, LotSuggestion


class ShortCause(TextChoices):
    """Why a picker can't complete a line."""

    NONE_LEFT = "none_left", _("none left")
    DAMAGED = "damaged", _("damaged")


class BackCause(TextChoices):
    """Why units that came back are thrown away, or why they came out of the box."""

    THAWED = "thawed", _("thawed")
    DAMAGED = "damaged", _("damaged")
    OPENED = "opened", _("opened")
    RECALLED = "recalled", _("recalled")
    OTHER = "other", _("other")


class RefundState(TextChoices):
    """How far a prepared refund has come."""

    PREPARED = "prepared", _("to be approved")
    SETTLED = "settled", _("given back")
    WAIVED = "waived", _("not needed")


@dataclass(frozen=True)
class PickedLot:
    """Units of a lot in an open box; `problem` says why they can't stay there, empty if they can.

    `reason` says why a lot that expires sooner was left, empty where none was.
    """

    pick_id: int
    lot_id: int
    code: str
    expires_on: date
    quantity: int
    reason: str
    problem: str


@dataclass(frozen=True)
class PickLine:
    """What to take for one order line, and from where; `missing` units are not to be had.

    `lots` are for what is still to be taken, `picked` is in the open box. `short` is a
    `ShortCause`, empty unless the picker gave the rest of the line up.
    """

    order_line_id: int
    variant_id: int
    sku: str
    name: str
    pack_weight_g: int
    quantity: int
    lots: tuple[LotSuggestion, ...]
    missing: int
    barcode: str = ""
    storage_class: str = ""
    picked: tuple[PickedLot, ...] = ()
    short: str = ""

    @property
    def in_box(self) -> int:
        """Units that lie in the open box."""
        return sum(lot.quantity for lot in self.picked)

    @property
    def left(self) -> int:
        """Units that were ordered and are not in the open box."""
        return self.quantity - self.in_box

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do: complete or given up, and nothing wrong in the box."""
        return (not self.left or bool(self.short)) and not self.has_problem

    @property
    def has_problem(self) -> bool:
        """Whether something in the box must come out again."""
        return any(lot.problem for lot in self.picked)


@dataclass(frozen=True)
class PickList:
    """An order as the picker walks it; `picked` tells what is in the box already."""

    order_id: int
    public_id: UUID
    number: str
    status: str
    comment: str
    lines: tuple[PickLine, ...]
    picked: tuple[LotPick, ...] = ()

    @property
    def in_box(self) -> int:
        """Units that lie in the open box."""
        return sum(line.in_box for line in self.lines)

    @property
    def units(self) -> int:
        """Units that were ordered."""
        return sum(line.quantity for line in self.lines)

    @property
    def has_begun(self) -> bool:
        """Whether somebody has put units in hand, or given a line up."""
        return any(line.picked or line.short for line in self.lines)

    @property
    def is_done(self) -> bool:
        """Whether the box may be closed: each line complete or given up, and something in it."""
        return bool(self.in_box) and all(line.is_done for line in self.lines)


@dataclass(frozen=True)
class Taken:
    """What a scan put into the box, and how the order stands now."""

    listed: PickList
    order_line_id: int
    lot_id: int
    quantity: int


@dataclass(frozen=True)
class QueuedOrder:
    """An order that waits for the freezer, or is being picked; `picker` is empty for the former.

    `deadline` is when its window begins, None for one that is fetched.
    """

    order_id: int
    public_id: UUID
    number: str
    status: str
    method: str
    place: str
    deadline: datetime | None
    window_ends_at: datetime | None
    created_at: datetime
    units: int
    in_box: int
    picker_id: int | None
    picker: str
    attention: str


@dataclass(frozen=True)
class UnitsBack:
    """What became of units of one lot that came back for one line: shelf and waste together."""

    order_line_id: int
    lot_id: int
    back: int
    waste: int
    cause: str = ""


@dataclass(frozen=True)
class StepDetails:
    """What a step may need besides its target; each step takes what it knows.

    `picks` None means what is in the open box, or where nobody has begun, what FEFO suggests.
    `slot_id` is the window after a failed delivery, `code` what the customer shows at the pickup
    point. Goods come back unit by unit as `returns` say, or all alike: `put_back` is whether they
    may be sold again.
    """

    reason: str = ""
    slot_id: int | None = None
    code: str = ""
    put_back: bool = False
    picks: tuple[LotPick, ...] | None = None
    returns: tuple[UnitsBack, ...] | None = None


@dataclass(frozen=True)
class BoxUnits:
    """Units of one lot that are in an order's closed box, those that came back left out."""

    pick_id: int
    order_line_id: int
    lot_id: int
    lot_code: str
    name: str
    quantity: int
    is_recalled: bool


@dataclass(frozen=True)
class Affected:
    """An order that has, or was promised, units of a lot."""

    order_id: int
    number: str
    status: str
    status_name: str
    customer: str
    phone: str
    units: int


@dataclass(frozen=True)
class RecallPreview:
    """Whom a recall of a lot would reach, before it is done.

    `on_shelf` units are in the warehouse, `in_hand` in boxes being packed; `holders` have units,
    `promised` would come short.
    """

    lot_id: int
    code: str
    name: str
    on_shelf: int
    in_hand: int
    holders: tuple[Affected, ...]
    promised: tuple[Affected, ...]
    recall_id: int | None = None

    @property
    def was_sold(self) -> bool:
        """Whether anybody has, or had, a unit of it in a box."""
        return bool(self.holders)


@dataclass(frozen=True)
class RecallRow:
    """An order of a recall's report; `told` is sent, waiting, call, called, or empty."""

    id: int
    order_id: int
    number: str
    status: str
    status_name: str
    customer: str
    phone: str
    units: int
    is_out: bool
    told: str
    called_by: str
    payment: str
    refunds: tuple["RefundRow", ...] = ()


@dataclass(frozen=True)
class RefundRow:
    """A refund that a recall prepared."""

    id: int
    units: int
    amount: Decimal
    state: str
    state_name: str
    settled_at: datetime | None
    settled_by: str


@dataclass(frozen=True)
class RecallReport:
    """How far a recall has come, in customers and money."""

    id: int
    lot_code: str
    name: str
    reason: str
    started_by: str
    started_at: datetime
    is_listed: bool
    blocked: int
    rows: tuple[RecallRow, ...] = field(default=())

    @property
    def told(self) -> int:
        """Orders whose customers have heard of it."""
        return sum(row.told in {"sent", "called"} for row in self.rows)

    @property
    def waiting(self) -> int:
        """Orders whose message is on its way."""
        return sum(row.told == "waiting" for row in self.rows)

    @property
    def to_call(self) -> int:
        """Orders whose customers no message reaches."""
        return sum(row.told == "call" for row in self.rows)

    @property
    def refunds(self) -> tuple[RefundRow, ...]:
        """Every refund that was prepared."""
        return tuple(refund for row in self.rows for refund in row.refunds)

    @property
    def to_settle(self) -> int:
        """Refunds that nobody has settled."""
        return sum(refund.state == RefundState.PREPARED for refund in self.refunds)
