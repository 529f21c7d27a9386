"""Who has units of a lot, and how far its recall has come."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal

from django.db.models import QuerySet

from apps.fulfilment.dto import (
    Affected,
    RecallPreview,
    RecallReport,
    RecallRow,
    RefundRow,
)
from apps.fulfilment.errors import RecallNotFound
from apps.fulfilment.models import Pick, Recall, RecallOrder, RecallRefund
from apps.inventory import selectors as inventory
from apps.inventory.dto import LotCard
from apps.notifications import selectors as messages
from apps.orders import selectors as orders
from apps.orders.dto import OrderStatus

# Goods of such orders are not with anybody any more.
_GONE = (OrderStatus.RETURNED, OrderStatus.CANCELLED, OrderStatus.EXPIRED)


def recall_preview(*, lot_id: int) -> RecallPreview:
    """Return whom a recall of a lot would reach.

    Raises:
        LotNotFound: There is no such lot.
    """
    lots = family_of(lot_id)
    lot = lots[0]
    promised: Counter[int] = Counter()
    for one in lots:
        for line in inventory.promises_at_risk(lot_id=one.id):
            promised[line.order_id] += line.missing
    recall = Recall.objects.filter(lot_id=lot.id).first()
    return RecallPreview(
        lot_id=lot.id,
        code=lot.code,
        name=lot.name,
        on_shelf=sum(one.remaining - one.in_hand for one in lots),
        in_hand=sum(one.in_hand for one in lots),
        holders=_affected(units_by_order(lot_id=lot_id)),
        promised=_affected(promised),
        recall_id=recall.pk if recall else None,
    )


def family_of(lot_id: int) -> list[LotCard]:
    """Return a lot as it was received, and then what of it is on clearance: they go together.

    Raises:
        LotNotFound: There is no such lot.
    """
    family = inventory.lot_family(lot_id=lot_id)
    return [inventory.lot_card(lot_id=pk) for pk in family or [lot_id]]


def units_by_order(*, lot_id: int) -> dict[int, int]:
    """Return the orders in whose boxes, open or closed, units of a lot are, and how many."""
    units: Counter[int] = Counter()
    for pick in _picks(lot_id):
        units[pick.order_line.order_id] += pick.quantity - pick.back
    return {order_id: count for order_id, count in units.items() if count > 0}


def units_by_line(*, lot_id: int, order_id: int) -> dict[int, int]:
    """Return how many units of a lot each line of an order has in its box."""
    units: Counter[int] = Counter()
    for pick in _picks(lot_id).filter(order_line__order_id=order_id):
        units[pick.order_line_id] += pick.quantity - pick.back
    return {line_id: count for line_id, count in units.items() if count > 0}


def paid_for(*, order_id: int, units: Mapping[int, int]) -> dict[int, Decimal]:
    """Return what a customer really paid for so many units of each line: discounts taken off."""
    paid = {}
    for line in orders.staff_order(order_id=order_id).lines.all():
        got = line.quantity if line.picked_quantity is None else line.picked_quantity
        wanted = min(units.get(line.pk, 0), got)
        if wanted:
            paid[line.pk] = line.worth_of(wanted, among=got)
    return paid


def recall_report(*, recall_id: int) -> RecallReport:
    """Return how far a recall has come.

    Raises:
        RecallNotFound: There is no such recall.
    """
    recall = Recall.objects.select_related("started_by").filter(pk=recall_id).first()
    if recall is None:
        raise RecallNotFound
    lots = family_of(recall.lot_id)
    lot = lots[0]
    return RecallReport(
        id=recall.pk,
        lot_code=lot.code,
        name=lot.name,
        reason=recall.reason,
        started_by=str(recall.started_by or ""),
        started_at=recall.created_at,
        is_listed=recall.listed_at is not None,
        blocked=sum(one.remaining for one in lots),
        rows=_rows(recall),
    )


def recalls() -> QuerySet[Recall]:
    """Return every recall with its lot, newest first, still open to filters and pages."""
    return Recall.objects.select_related("lot__variant__product", "started_by").order_by("-pk")


def message_key(*, recall_id: int, customer_id: int) -> str:
    """Return the name under which a customer hears of a recall once."""
    return f"recall:{recall_id}:{customer_id}"


def _picks(lot_id: int) -> QuerySet[Pick]:
    family = inventory.lot_family(lot_id=lot_id)
    rows = Pick.objects.filter(lot_id__in=family).exclude(order_line__order__status__in=_GONE)
    return rows.with_back().select_related("order_line").order_by("pk")


def _affected(units: Mapping[int, int]) -> tuple[Affected, ...]:
    found = orders.staff_orders().filter(pk__in=units).order_by("pk")
    return tuple(
        Affected(
            order_id=order.pk,
            number=order.number,
            status=order.status,
            status_name=str(order.get_status_display()),
            customer=order.contact_name or str(order.customer),
            phone=order.contact_phone,
            units=units[order.pk],
        )
        for order in found
    )


def _rows(recall: Recall) -> tuple[RecallRow, ...]:
    entries = list(
        RecallOrder.objects.filter(recall=recall)
        .select_related("order__customer", "called_by")
        .order_by("pk")
    )
    refunds = _refunds(recall)
    told = _told(recall, entries)
    return tuple(
        RecallRow(
            id=entry.pk,
            order_id=entry.order_id,
            number=entry.order.number,
            status=entry.order.status,
            status_name=str(entry.order.get_status_display()),
            customer=entry.order.contact_name or str(entry.order.customer),
            phone=entry.order.contact_phone,
            units=entry.units,
            is_out=entry.is_out,
            told=told[entry.pk],
            called_by=str(entry.called_by or ""),
            payment=entry.order.payment,
            refunds=tuple(refunds[entry.order_id]),
        )
        for entry in entries
    )


def _refunds(recall: Recall) -> dict[int, list[RefundRow]]:
    found: dict[int, list[RefundRow]] = defaultdict(list)
    rows = RecallRefund.objects.filter(recall=recall).select_related("order_line", "settled_by")
    for row in rows.order_by("pk"):
        found[row.order_line.order_id].append(
            RefundRow(
                id=row.pk,
                units=row.units,
                amount=row.amount,
                state=row.state,
                state_name=str(row.get_state_display()),
                settled_at=row.settled_at,
                settled_by=str(row.settled_by or ""),
            )
        )
    return found


def _told(recall: Recall, entries: Collection[RecallOrder]) -> dict[int, str]:
    """Return by entry whether its customer has heard of it; empty where nobody need tell them."""
    keys = {
        entry.pk: message_key(recall_id=recall.pk, customer_id=entry.order.customer_id)
        for entry in entries
        if entry.is_out
    }
    states = messages.states_of(dedupe_keys=set(keys.values()))
    unlisted = "waiting" if recall.listed_at is None else "call"
    return {
        entry.pk: _how(entry, states.get(keys.get(entry.pk, ""), ""), unlisted) for entry in entries
    }


def _how(entry: RecallOrder, state: str, unlisted: str) -> str:
    if not entry.is_out:
        return ""
    if entry.called_at is not None:
        return "called"
    if not state:
        return unlisted
    return {"sent": "sent", "pending": "waiting"}.get(state, "call")
