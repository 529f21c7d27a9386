"""Orders on the admin's first page, and the count beside them in the menu."""

from datetime import datetime, time

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.admin import Panel, Row, panel, record_url
from apps.core.time import now as present
from apps.core.time import shop_date, shop_zone
from apps.fulfilment.admin import words
from apps.fulfilment.admin.queues import OPEN, needs_somebody
from apps.orders.dto import OrderStatus
from apps.orders.models import Order

S = OrderStatus
_ROWS = 8
_ALWAYS = (S.PLACED, S.CONFIRMED, S.PICKING, S.PACKED, S.OUT_FOR_DELIVERY, S.DELIVERED)


def new_orders(request: HttpRequest) -> int:
    """Return how many orders nobody has confirmed yet."""
    return _counts(request, present()).get(S.PLACED, 0)


@panel(10)
def orders_now(request: HttpRequest, now: datetime) -> Panel | None:
    """Show how many orders stand where: all that are open, and those of today that are done."""
    if not request.user.has_perm("orders.view_order"):
        return None
    counts = _counts(request, now)
    listing = reverse("admin:orders_order_changelist")
    today = shop_date(now).isoformat()
    rows = tuple(
        Row(
            title=str(status.label),
            label=str(counts.get(status, 0)),
            url=f"{listing}?status__exact={status.value}"
            + ("" if status in OPEN else f"&created_at_from={today}"),
            tone=words.TONES.get(status, "") if counts.get(status) else "",
        )
        for status in S
        if status in _ALWAYS or counts.get(status)
    )
    return Panel(
        title=_("Orders now"), icon="receipt_long", tiles=rows,
        note=_("open ones, and those placed today that are finished"),
    )  # fmt: skip


@panel(25)
def deliveries(request: HttpRequest, now: datetime) -> Panel | None:
    """Show a courier what is to be brought; those who change orders have the list for it."""
    user = request.user
    if not user.has_perm("orders.view_order") or user.has_perm("orders.change_order"):
        return None
    orders = (
        Order.objects.filter(status__in=(S.PACKED, S.OUT_FOR_DELIVERY), slot__isnull=False)
        .select_related("slot", "pickup_point")
        .order_by("slot__starts_at", "pk")[:20]
    )
    return Panel(
        title=_("To deliver"), icon="local_shipping",
        rows=tuple(_row(order, note=f"{words.window_of(order)} · {order.address}")
                   for order in orders),
        empty=_("Nothing to deliver."),
    )  # fmt: skip


@panel(30)
def attention(request: HttpRequest, now: datetime) -> Panel | None:
    """Show orders that somebody should look at: flagged, failed at the door, or late."""
    if not request.user.has_perm("orders.view_order"):
        return None
    orders = (
        Order.objects.filter(needs_somebody(now))
        .select_related("slot", "pickup_point")
        .order_by("slot__starts_at", "pk")[:_ROWS]
    )
    return Panel(
        title=_("Needs attention"), icon="priority_high", tone="danger",
        rows=tuple(_row(order, note=order.attention or _why(order, now)) for order in orders),
        url=reverse("admin:orders_order_changelist") + "?queue=attention",
        empty=_("Every order is on its way."),
    )  # fmt: skip


def _row(order: Order, *, note: str) -> Row:
    return Row(
        title=f"{order.number} · {order.contact_name}" if order.contact_name else order.number,
        url=record_url("orders_order", order.pk),
        note=note,
        label=str(order.get_status_display()),
        tone=words.TONES.get(order.status, ""),
    )


def _why(order: Order, now: datetime) -> str:
    if order.status == S.DELIVERY_FAILED or order.slot is None:
        return words.window_of(order)
    late = order.slot.ends_at <= now
    text = _("Late: promised for %(window)s") if late else _("Leaves soon: %(window)s")
    return text % {"window": words.window_of(order)}


def _counts(request: HttpRequest, now: datetime) -> dict[str, int]:
    """Count orders by status, once a request."""
    counts: dict[str, int] | None = getattr(request, "_order_counts", None)
    if counts is None:
        midnight = datetime.combine(shop_date(now), time(), tzinfo=shop_zone())
        orders = Order.objects.filter(Q(status__in=OPEN) | Q(created_at__gte=midnight))
        rows = orders.order_by().values_list("status").annotate(Count("pk"))
        counts = request._order_counts = dict(rows)  # type: ignore[attr-defined]
    return counts
