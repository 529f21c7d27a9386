"""What the order's page shows, read in a handful of queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from apps.core.admin import money
from apps.core.measures import format_weight
from apps.fulfilment import selectors
from apps.fulfilment.admin import words
from apps.fulfilment.dto import PickLine
from apps.fulfilment.models import LineShortage, Pick
from apps.orders import selectors as orders
from apps.orders.dto import AdjustmentKind, Method, OrderStatus
from apps.orders.lifecycle import Actor
from apps.orders.models import Order, OrderAdjustment, OrderChange, OrderEvent, OrderLine
from apps.payments import selectors as payments
from apps.payments.services import Payment
from apps.promotions import texts as offer_texts
from apps.promotions.dto import step_from

S = OrderStatus
_FIRST = (S.PLACED, S.CONFIRMED, S.PICKING, S.PACKED)
_ROAD = {
    Method.DELIVERY.value: (S.OUT_FOR_DELIVERY, S.DELIVERED),
    Method.PICKUP.value: (S.READY_FOR_PICKUP, S.DELIVERED),
}
# Sums that are called by their kind.
_PLAIN = {AdjustmentKind.SHORTAGE, AdjustmentKind.CHANGE, AdjustmentKind.WEIGHT}
_BAD = {S.DELIVERY_FAILED, S.RETURNED, S.CANCELLED, S.EXPIRED}


@dataclass(frozen=True)
class Step:
    """A stop on the order's way; `look` is done, here, bad or empty."""

    name: str
    look: str


@dataclass(frozen=True)
class LineView:
    """A line of the order with its sums, its lots, and while it is picked how far that is.

    `short` says why the picker gave the rest of it up, `offers` what made its price.
    """

    line: OrderLine
    price: str
    total: str
    lots: tuple[Pick, ...]
    to_pick: PickLine | None
    short: str
    offers: tuple[str, ...]
    # Of goods by weight: what they weighed, and what is paid for that.
    weight: str = ""

    @property
    def is_short(self) -> bool:
        """Whether less was picked than ordered."""
        picked = self.line.picked_quantity
        return picked is not None and picked < self.line.quantity


@dataclass(frozen=True)
class EventView:
    """A stop on the timeline."""

    event: OrderEvent
    who: str


@dataclass(frozen=True)
class ChangeView:
    """What was changed beside the status: a sentence for each thing, and the difference."""

    change: OrderChange
    who: str
    rows: tuple[str, ...]
    amount: str


@dataclass(frozen=True)
class OrderPage:
    """An order at a glance; `payments` are provider, amount and state."""

    order: Order
    tone: str
    steps: tuple[Step, ...]
    window: str
    map_url: str
    phone_url: str
    lines: tuple[LineView, ...]
    sums: tuple[tuple[str, str], ...]
    total: str
    payments: tuple[tuple[str, str, str], ...]
    events: tuple[EventView, ...]
    changes: tuple[ChangeView, ...] = ()

    @property
    def is_picked(self) -> bool:
        """Whether the open box may be closed."""
        lines = [view.to_pick for view in self.lines if view.to_pick]
        return all(line.is_done for line in lines) and any(line.in_box for line in lines)


def order_page(*, order_id: int, now: datetime) -> OrderPage:
    """Return everything that staff want to know of an order.

    Raises:
        OrderNotFound: There is no such order.
    """
    order = orders.staff_order(order_id=order_id)
    events = sorted(order.events.all(), key=lambda event: event.pk)
    return OrderPage(
        order=order,
        tone=words.TONES.get(order.status, ""),
        steps=_steps(order, events),
        window=words.window_of(order),
        map_url=words.way_to(order),
        phone_url=words.call_to(order),
        lines=_lines(order, now),
        sums=_sums(order),
        total=money(order.total),
        payments=tuple(
            (
                str(payment.get_provider_display()),
                money(payment.amount),
                _state_of(payment),
            )
            for payment in payments.order_payments(order_id=order.pk)
        ),
        events=tuple(EventView(event, _who(event)) for event in reversed(events)),
        changes=_changes(order),
    )


def _steps(order: Order, events: list[OrderEvent]) -> tuple[Step, ...]:
    """Return the way of the order, with what went wrong as its last stop."""
    way = [*_FIRST, *_ROAD[order.method]]
    passed = {event.to_status for event in events}
    steps = []
    for status in way:
        look = "here" if status == order.status else "done" if status in passed else ""
        steps.append(Step(str(status.label), look))
    if order.status not in way:
        look = "bad" if order.status in _BAD else "here"
        steps.append(Step(str(order.get_status_display()), look))
    return tuple(steps)


def _lines(order: Order, now: datetime) -> tuple[LineView, ...]:
    picks: dict[int, list[Pick]] = defaultdict(list)
    to_pick: dict[int, PickLine] = {}
    if order.status == S.PICKING:
        listed = selectors.pick_list(order_id=order.pk, now=now)
        to_pick = {line.order_line_id: line for line in listed.lines}
    for pick in Pick.objects.of_order(order.pk).with_back().select_related("lot"):
        picks[pick.order_line_id].append(pick)
    shortages = LineShortage.objects.filter(order_line__order=order)
    short = {row.order_line_id: str(row.get_cause_display()) for row in shortages}
    return tuple(
        LineView(
            line=line,
            price=money(line.unit_price),
            total=money(line.total),
            lots=tuple(picks[line.pk]),
            to_pick=to_pick.get(line.pk),
            short=short.get(line.pk, ""),
            offers=tuple(offer_texts.explain(step_from(kept)) for kept in line.explanation),
            weight=_weight(line),
        )
        for line in order.lines.all()
    )


def _weight(line: OrderLine) -> str:
    if not line.weight_there_g:
        return ""
    weight = format_weight(line.weight_there_g)
    return f"{weight} — {money(line.charged)}" if line.picked_quantity is not None else weight


def _state_of(payment: Payment) -> str:
    """Return how far a payment has come, with what went back or is on its way."""
    state = str(payment.get_state_display())
    back = payment.refunding + payment.refunded
    return f"{state}, {_('given back')} {money(back)}" if back else state


def _changes(order: Order) -> tuple[ChangeView, ...]:
    """Return what was changed beside the status, newest first."""
    changes = order.changes.select_related("actor").order_by("-pk")
    return tuple(
        ChangeView(
            change=change,
            who=str(change.actor or ""),
            rows=tuple(words.change(row) for row in change.details),
            amount=money(change.amount) if change.amount else "",
        )
        for change in changes
    )


def _sums(order: Order) -> tuple[tuple[str, str], ...]:
    """Return what the total is made of."""
    rows = [(_("Goods"), order.items_total)]
    rows += [
        (_adjusted_by(adjustment), adjustment.amount)
        for adjustment in sorted(order.adjustments.all(), key=lambda row: row.pk)
        # A gift takes nothing off: its line says what it is.
        if adjustment.amount or adjustment.kind == AdjustmentKind.DELIVERY
    ]
    return tuple((name, money(amount)) for name, amount in rows)


def _adjusted_by(adjustment: OrderAdjustment) -> str:
    """Return what a sum beside the lines is: offers have names."""
    if adjustment.kind == AdjustmentKind.DELIVERY:
        return _("Delivery fee")
    if adjustment.kind in _PLAIN:
        return str(adjustment.get_kind_display())
    return offer_texts.explain(step_from(adjustment.explanation))


def _who(event: OrderEvent) -> str:
    if event.actor is not None:
        return str(event.actor)
    # Nobody of flesh and blood but the customer and staff signs a step; the payment does.
    return _("payment") if event.actor_kind == Actor.PAYMENT else ""
