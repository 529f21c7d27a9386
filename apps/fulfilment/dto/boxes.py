"""Plain values of closed boxes: the steps they take, and what comes back of them."""

from dataclasses import dataclass

from apps.inventory.dto import LotPick


@dataclass(frozen=True)
class UnitsBack:
    """What became of units of one lot that came back for one line: shelf and waste together.

    `cause` is a `WasteReason`, empty where nothing is thrown away.
    """

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
