"""Plain values of recalls."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RefundState(TextChoices):
    """How far a prepared refund has come."""

    PREPARED = "prepared", _("to be approved")
    SETTLED = "settled", _("given back")
    WAIVED = "waived", _("not needed")


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
    rows: tuple[RecallRow, ...] = ()

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
