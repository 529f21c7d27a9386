"""Plain values of the floor and the road."""

from dataclasses import dataclass
from uuid import UUID

from apps.inventory.dto import LotPick, LotSuggestion


@dataclass(frozen=True)
class PickLine:
    """What to take for one order line, and from where; `missing` units are not to be had."""

    order_line_id: int
    variant_id: int
    sku: str
    name: str
    pack_weight_g: int
    quantity: int
    lots: tuple[LotSuggestion, ...]
    missing: int


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


@dataclass(frozen=True)
class StepDetails:
    """What a step may need besides its target; each step takes what it knows.

    `picks` None means as FEFO suggests. `slot_id` is the window after a failed delivery, `code`
    what the customer shows at the pickup point, `put_back` whether the goods may be sold again.
    """

    reason: str = ""
    slot_id: int | None = None
    code: str = ""
    put_back: bool = False
    picks: tuple[LotPick, ...] | None = None
