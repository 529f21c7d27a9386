"""Plain values of the floor: what to pick, what is picked, who waits."""

from dataclasses import dataclass
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


class SubstitutionState(TextChoices):
    """What became of a question about a substitute."""

    OPEN = "open", _("asked")
    TAKEN = "taken", _("taken")
    LEFT = "left", _("left out")


@dataclass(frozen=True)
class Offer:
    """A pack that may be offered instead, in the reader's language."""

    variant_id: int
    name: str
    price: Decimal


@dataclass(frozen=True)
class Asked:
    """What is asked, or was answered, about a substitute; `price` is for one unit."""

    id: int
    order_id: int
    order_line_id: int
    number: str
    name: str
    other: str
    units: int
    price: Decimal
    pack_weight_g: int
    other_pack_weight_g: int
    state: str
    deadline: datetime
    is_late: bool = False


@dataclass(frozen=True, kw_only=True)
class Question(Asked):
    """A question as the customer sees it.

    `total` is charged for all units of the substitute, whose own price is `regular_total`; `worth`
    is what the units that ran out cost.
    """

    order_public_id: UUID
    image: str
    total: Decimal
    regular_total: Decimal
    worth: Decimal


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
    shelf: str = ""


@dataclass(frozen=True)
class PickLine:
    """What to take for one order line, and from where; `missing` units are not to be had.

    `lots` are for what is still to be taken, `picked` is in the open box. `short` is a
    `ShortCause`, empty unless the picker gave the rest of the line up. Of goods by weight
    `pack_weight_g` is the most that one weighs, and `weight_g` what `weighed_units` of them weighed
    on the scales, both 0 until then.
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
    is_weighed: bool = False
    weight_g: int = 0
    weighed_units: int = 0

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
        """Whether nothing is left to do: complete or given up, weighed, and nothing wrong."""
        is_picked = not self.left or bool(self.short)
        return is_picked and not self.has_problem and not self.needs_weight

    @property
    def needs_weight(self) -> bool:
        """Whether what lies in the box is still to be weighed, or was weighed with other units."""
        return self.is_weighed and bool(self.in_box) and self.weighed_units != self.in_box

    @property
    def to_weigh(self) -> int:
        """Units that belong on the scales together: those in the box, or all before the first."""
        return self.in_box or self.quantity

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
    def needs_weight(self) -> bool:
        """Whether nothing but the scales keeps the box open."""
        return all(line.is_done or line.needs_weight for line in self.lines) and not self.is_done

    @property
    def is_done(self) -> bool:
        """Whether the box may be closed: each line done, and something in it."""
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
