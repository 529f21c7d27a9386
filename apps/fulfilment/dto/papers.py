"""Plain values of what is printed."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from apps.fulfilment.dto.picking import PickList


@dataclass(frozen=True)
class LotLabel:
    """What stands on a lot's label; `barcode` is what a scanner reads."""

    barcode: str
    code: str
    name: str
    sku: str
    pack_weight_g: int
    made_on: date
    expires_on: date
    storage: str


@dataclass(frozen=True)
class BoxLabel:
    """What stands on a box: `cold` is how cold it stays, `place` its zone or pickup point."""

    number: str
    cold: str
    window: tuple[datetime, datetime] | None
    place: str
    contact: str
    box: int
    boxes: int


@dataclass(frozen=True)
class PickSheet:
    """An order's pick list on paper."""

    listed: PickList
    window: tuple[datetime, datetime] | None
    place: str


@dataclass(frozen=True)
class SlipLine:
    """A line of the packing slip: what is in the box of what was ordered."""

    name: str
    sku: str
    pack_weight_g: int
    ordered: int
    packed: int
    unit_price: Decimal
    total: Decimal
    allergens: tuple[str, ...]
    # Of goods by weight: what those in the box weigh; `pack_weight_g` is the most of one.
    is_weighed: bool = False
    weight_g: int | None = None


@dataclass(frozen=True)
class Slip:
    """What lies in the box for its customer, in their language; the sums make the total."""

    number: str
    language: str
    placed_at: datetime
    contact: str
    address: str
    window: tuple[datetime, datetime] | None
    lines: tuple[SlipLine, ...]
    delivery_fee: Decimal
    discount: Decimal
    total: Decimal
    is_paid: bool
