"""How an open box and the queue of the freezer read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.catalog.dto import StorageClass
from apps.core.admin import money, short_moment
from apps.fulfilment.admin.words import window
from apps.fulfilment.dto import (
    Asked,
    Offer,
    PickedLot,
    PickLine,
    PickList,
    QueuedOrder,
    ShortCause,
)
from apps.orders.dto import OrderStatus

# Still in the freezer when the van is about to leave.
_HURRY = timedelta(hours=1)


@dataclass(frozen=True)
class LotView:
    """A lot of a line: what of it is in the box, and how many FEFO would take in all."""

    lot_id: int
    code: str
    expires_on: date
    in_box: int
    wanted: int
    most: int
    pick_id: int | None = None
    reason: str = ""
    problem: str = ""
    shelf: str = ""

    @property
    def less(self) -> int:
        """The number behind the minus."""
        return max(0, self.in_box - 1)

    @property
    def more(self) -> int:
        """The number behind the plus."""
        return self.in_box + 1


@dataclass(frozen=True)
class LineView:
    """A line of the open box; `offers` may be asked about, unless something is `asked` already."""

    line: PickLine
    lots: tuple[LotView, ...]
    cold: str
    short: str
    asked: Asked | None = None
    offers: tuple[tuple[int, str], ...] = ()

    @property
    def weight(self) -> int:
        """What the units in the box weighed; 0 where that is not known, or not any more."""
        return self.line.weight_g if self.line.weighed_units == self.line.to_weigh else 0

    @property
    def most_g(self) -> int:
        """The most that is charged for the units that belong on the scales."""
        return self.line.pack_weight_g * self.line.to_weigh

    @property
    def look(self) -> str:
        """What the line calls for: bad, open, short or done."""
        if self.line.has_problem:
            return "bad"
        if self.line.needs_weight:
            return "open"
        if self.line.short:
            return "short"
        return "done" if self.line.is_done else "open"


@dataclass(frozen=True)
class BoxView:
    """The open box of an order; `causes` name why a line is given up, `reasons` why a lot is."""

    listed: PickList
    lines: tuple[LineView, ...]
    causes: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]

    @property
    def percent(self) -> int:
        """How much of the order is in the box."""
        return 100 * self.listed.in_box // max(1, self.listed.units)


@dataclass(frozen=True)
class QueueRow:
    """An order of the queue; `tone` is danger when it is late, warning when it hurries."""

    order: QueuedOrder
    url: str
    window: str
    tone: str

    @property
    def percent(self) -> int:
        """How much of the order is in the box."""
        return 100 * self.order.in_box // max(1, self.order.units)


@dataclass(frozen=True)
class QueueView:
    """The queue: one's own open boxes, others', and what waits."""

    own: tuple[QueueRow, ...]
    others: tuple[QueueRow, ...]
    waiting: tuple[QueueRow, ...]


def box_view(
    listed: PickList,
    *,
    asked: Mapping[int, Asked] = MappingProxyType({}),
    offers: Mapping[int, Sequence[Offer]] = MappingProxyType({}),
) -> BoxView:
    """Return how an open box reads, with what is asked or may be offered, by line."""
    return BoxView(
        listed=listed,
        lines=tuple(
            replace(
                _line_view(line),
                asked=asked.get(line.order_line_id),
                offers=tuple(
                    (offer.variant_id, f"{offer.name} · {money(offer.price)}")
                    for offer in offers.get(line.order_line_id, ())
                ),
            )
            for line in listed.lines
        ),
        causes=tuple((cause.value, str(cause.label)) for cause in ShortCause),
        reasons=(_("It isn't on the shelf"), _("It is damaged"), _("It can't be reached")),
    )


def queue_view(queued: list[QueuedOrder], *, now: datetime, picker_id: int) -> QueueView:
    """Return how the queue reads to one picker."""
    rows = [_queue_row(order, now) for order in queued]
    begun = [row for row in rows if row.order.status == OrderStatus.PICKING]
    return QueueView(
        own=tuple(row for row in begun if row.order.picker_id == picker_id),
        others=tuple(row for row in begun if row.order.picker_id != picker_id),
        waiting=tuple(row for row in rows if row.order.status != OrderStatus.PICKING),
    )


def _line_view(line: PickLine) -> LineView:
    picked = {lot.lot_id: lot for lot in line.picked}
    suggested = {lot.lot_id: lot.quantity for lot in line.lots}
    lots = [_picked_view(lot, suggested.get(lot.lot_id, 0), line.left) for lot in line.picked]
    lots += [
        LotView(lot.lot_id, lot.code, lot.expires_on, 0, lot.quantity, line.left, shelf=lot.shelf)
        for lot in line.lots
        if lot.lot_id not in picked
    ]
    return LineView(
        line=line,
        lots=tuple(sorted(lots, key=lambda lot: (lot.expires_on, lot.lot_id))),
        cold=str(StorageClass(line.storage_class).label) if line.storage_class else "",
        short=str(ShortCause(line.short).label) if line.short else "",
    )


def _picked_view(lot: PickedLot, suggested: int, left: int) -> LotView:
    return LotView(
        lot_id=lot.lot_id,
        code=lot.code,
        expires_on=lot.expires_on,
        in_box=lot.quantity,
        wanted=lot.quantity + suggested,
        most=lot.quantity + left,
        pick_id=lot.pick_id,
        reason=lot.reason,
        problem=lot.problem,
        shelf=lot.shelf,
    )


def _queue_row(order: QueuedOrder, now: datetime) -> QueueRow:
    is_open = order.status == OrderStatus.PICKING
    tone = ""
    if order.deadline is not None and order.deadline <= now + _HURRY:
        tone = "danger" if order.deadline <= now else "warning"
    when = order.place or short_moment(order.created_at)
    if order.deadline is not None and order.window_ends_at is not None:
        when = window(order.deadline, order.window_ends_at)
    name = "admin:orders_order_picking" if is_open else "admin:orders_order_change"
    return QueueRow(order, reverse(name, args=(order.order_id,)), when, tone)
