"""Questions about orders."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count, QuerySet, Sum
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from apps.cart import selectors as carts
from apps.core.books import Discrepancy
from apps.core.errors import NotAllowed
from apps.core.models import in_language
from apps.core.money import ZERO, split
from apps.core.time import now as present
from apps.core.time import shop_zone
from apps.orders.dto import (
    AdjustmentKind,
    ContactCard,
    EventCard,
    LineCard,
    Method,
    OrderCard,
    OrderStatus,
    Reference,
    SavingCard,
    StepCard,
)
from apps.orders.errors import ContactPhoneUnknown, OrderNotFound
from apps.orders.lifecycle import Actor, Move, find_move, open_moves
from apps.orders.models import Order, OrderEvent, OrderLine, OrderQuerySet
from apps.orders.ports import CourierNames
from apps.payments import selectors as payments
from apps.payments.dto import ON_DELIVERY
from apps.promotions import texts as offer_texts
from apps.promotions.dto import Sample, step_from
from apps.users import selectors as users

_NOT_BOUGHT = (
    OrderStatus.AWAITING_PAYMENT,
    OrderStatus.EXPIRED,
    OrderStatus.CANCELLED,
    OrderStatus.RETURNED,
)
# The box is packed, and its money may have come.
BOX_CLOSED = frozenset(
    {
        OrderStatus.PACKED,
        OrderStatus.OUT_FOR_DELIVERY,
        OrderStatus.READY_FOR_PICKUP,
        OrderStatus.DELIVERED,
        OrderStatus.DELIVERY_FAILED,
    }
)
# Lines may become shorter until the box is closed, place and window until it is begun.
EDITABLE = frozenset({OrderStatus.PLACED, OrderStatus.CONFIRMED})
EDITABLE_LINES = EDITABLE | {OrderStatus.PICKING}
_GONE = frozenset({OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.RETURNED})
_PARTS = {part.value: part for part in Actor}
# Orders whose sums disagree with their rows: each sum as the order has it, and as the rows do.
_SUMS = """
SELECT * FROM (
    SELECT o.number, o.items_total, coalesce(l.total, 0) AS lines, o.discount,
        coalesce(l.discount, 0) AS discounts, o.total,
        coalesce(l.total, 0) + coalesce(a.amount, 0) AS rows_total,
        o.weighed_off, coalesce(l.weighed_off, 0) AS lines_off,
        o.weighed_off AS again, -coalesce(a.weight, 0) AS rows_off
    FROM orders_order o
    LEFT JOIN (
        SELECT order_id, sum(total) AS total, sum(discount) AS discount,
            sum(weighed_off) AS weighed_off
        FROM orders_orderline GROUP BY order_id
    ) l ON l.order_id = o.id
    LEFT JOIN (
        SELECT order_id, sum(amount) AS amount,
            sum(amount) FILTER (WHERE kind = 'weight') AS weight
        FROM orders_orderadjustment GROUP BY order_id
    ) a ON a.order_id = o.id
) s
WHERE items_total <> lines OR discount <> discounts OR total <> rows_total
    OR weighed_off <> lines_off OR weighed_off <> rows_off
ORDER BY number
"""
# Lines whose refunds disagree with their rows.
_REFUNDS = """
SELECT l.id, l.refunded_quantity, coalesce(r.units, 0), l.refunded, coalesce(r.amount, 0)
FROM orders_orderline l
LEFT JOIN (
    SELECT order_line_id, sum(units) AS units, sum(amount) AS amount
    FROM orders_linerefund GROUP BY order_line_id
) r ON r.order_line_id = l.id
WHERE l.refunded_quantity <> coalesce(r.units, 0) OR l.refunded <> coalesce(r.amount, 0)
ORDER BY l.id
"""
_NOT_ROLES = {Actor.CUSTOMER, Actor.SYSTEM, Actor.PAYMENT}


def customer_orders(*, customer_id: int) -> OrderQuerySet:
    """Return a customer's orders, newest first, still open to filters and pages."""
    return Order.objects.for_customer(customer_id).latest_first().for_cards()


def recent_order_cards(
    *, customer_id: int, limit: int = 5, now: datetime | None = None
) -> list[OrderCard]:
    """Return the newest orders as plain values."""
    orders = customer_orders(customer_id=customer_id)[:limit]
    return [card_of(order, now=now or present()) for order in orders]


def order_card(
    *,
    customer_id: int,
    order_id: int | None = None,
    public_id: UUID | None = None,
    now: datetime | None = None,
) -> OrderCard:
    """Return one of the customer's own orders with its timeline.

    Raises:
        OrderNotFound: There is none, or it is somebody else's.
    """
    wanted = {"pk": order_id} if public_id is None else {"public_id": public_id}
    orders = Order.objects.for_customer(customer_id).filter(**wanted).for_cards()
    order = orders.prefetch_related("events").first()
    if order is None:
        raise OrderNotFound
    card = card_of(order, now=now or present(), with_events=True)
    if order.status != OrderStatus.AWAITING_PAYMENT:
        return with_courier(card)
    return replace(card, is_declined=payments.was_declined(order_id=order.pk))


def open_cash_orders(*, customer_id: int) -> int:
    """Return how many of a customer's orders are to be paid when they are handed over."""
    orders = Order.objects.for_customer(customer_id).open()
    return orders.filter(payment__in=ON_DELIVERY).count()


def own_order(*, customer_id: int, order_id: Reference) -> Order:
    """Return one of the customer's own orders with its slot, named by its id or its public id.

    Raises:
        OrderNotFound: There is none, or it is somebody else's.
    """
    wanted = {"pk": order_id} if isinstance(order_id, int) else {"public_id": order_id}
    own = Order.objects.for_customer(customer_id).filter(**wanted)
    order = own.select_related("slot").first()
    if order is None:
        raise OrderNotFound
    return order


def staff_order(*, order_id: int) -> Order:
    """Return an order with all that its staff page shows.

    Raises:
        OrderNotFound: There is none.
    """
    order = (
        Order.objects.filter(pk=order_id)
        .for_cards()
        .select_related("customer")
        .prefetch_related("events__actor")
        .first()
    )
    if order is None:
        raise OrderNotFound
    return order


def staff_card(*, order_id: int | None = None, public_id: UUID | None = None) -> OrderCard:
    """Return any order's card, for staff.

    Raises:
        OrderNotFound: There is none.
    """
    wanted = {"pk": order_id} if public_id is None else {"public_id": public_id}
    order = Order.objects.filter(**wanted).for_cards().first()
    if order is None:
        raise OrderNotFound
    return card_of(order, now=present())


def staff_orders() -> OrderQuerySet:
    """Return all orders, newest first, with what a list of them shows, still open to filters."""
    orders = Order.objects.latest_first().for_cards().select_related("customer")
    return orders.prefetch_related(None)


def changed_orders(*, since: datetime | None = None) -> OrderQuerySet:
    """Return all orders with their lines, those longest unchanged first, still open to pages."""
    orders = Order.objects.for_cards().order_by("updated_at", "pk")
    return orders if since is None else orders.filter(updated_at__gte=since)


def line_ids(*, order_id: int) -> dict[str, int]:
    """Return the lines of an order by SKU."""
    lines = OrderLine.objects.there().filter(order_id=order_id)
    return dict(lines.values_list("sku", "pk"))


def lines_by_weight(*, order_id: int) -> QuerySet[OrderLine]:
    """Return the lines of an order that cost what they weigh."""
    lines = OrderLine.objects.there().filter(order_id=order_id, is_weighed=True)
    return lines.order_by("pk")


def variant_ids(*, order_id: int) -> set[int]:
    """Return the packs that an order has, or had, a line of."""
    lines = OrderLine.objects.filter(order_id=order_id)
    return set(lines.values_list("variant_id", flat=True))


def has_ordered(*, customer_id: int) -> bool:
    """Tell whether a customer has an order that counts: promotions' `PastOrders`."""
    gone = (OrderStatus.CANCELLED, OrderStatus.EXPIRED)
    return Order.objects.for_customer(customer_id).exclude(status__in=gone).exists()


def delivered_orders(*, since: datetime, until: datetime) -> QuerySet[OrderEvent]:
    """Return the events by which orders were delivered in a span, for orders that still are.

    Their order is read with them.
    """
    events = OrderEvent.objects.filter(created_at__gte=since, created_at__lt=until)
    delivered = events.filter(to_status=OrderStatus.DELIVERED, order__status=OrderStatus.DELIVERED)
    return delivered.select_related("order").order_by("pk")


def first_delivered(*, customer_ids: Collection[int]) -> dict[int, Order]:
    """Return the first order that was delivered to each of some customers, by the customer."""
    orders = Order.objects.filter(customer_id__in=customer_ids, status=OrderStatus.DELIVERED)
    first = orders.order_by("customer_id", "pk").distinct("customer_id")
    return {order.customer_id: order for order in first}


def last_bought(*, customer_id: int) -> Order | None:
    """Return the newest order that a customer bought, with its lines; None for who bought none."""
    own = Order.objects.for_customer(customer_id).exclude(status__in=_NOT_BOUGHT)
    return own.latest_first().prefetch_related("lines").first()


def sample_baskets(
    *, count: int, gift_variant_ids: Sequence[int], now: datetime
) -> Sequence[Sample]:
    """Return what people put together last, carts first and then orders: promotions' samples."""
    wanted: list[tuple[str, Mapping[int, int]]] = [
        (_("Cart of %s") % _moment(cart.updated_at), cart.wanted)
        for cart in carts.recent_carts(count=count)
    ]
    for order in Order.objects.latest_first().prefetch_related("lines")[: count - len(wanted)]:
        bought = {line.variant_id: line.quantity - line.gift_quantity for line in order.lines.all()}
        units = {variant_id: quantity for variant_id, quantity in bought.items() if quantity}
        wanted.append((_("Order %s") % order.number, units))
    return carts.samples_of(wanted=wanted, gift_variant_ids=gift_variant_ids, now=now)


def check_books() -> list[Discrepancy]:
    """Compare what orders cost with the lines and the adjustments that make it up."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS)
        rows = cursor.fetchall()
        cursor.execute(_REFUNDS)
        lines = cursor.fetchall()
    sums = ("goods", "discount", "total", "weight by lines", "weight by rows")
    named: list[tuple[str, tuple[str, ...], Any]] = [
        (f"order {row[0]}", sums, row[1:]) for row in rows
    ]
    named += [(f"order line {row[0]}", ("units back", "refunded"), row[1:]) for row in lines]
    return [
        Discrepancy(who, counter, expected=str(expected), found=str(found))
        for who, counters, values in named
        for counter, found, expected in zip(counters, values[::2], values[1::2], strict=True)
        if found != expected
    ]


def buyer_ids(*, variant_id: int) -> QuerySet[OrderLine, int]:
    """Return who bought the product of a pack, in any of its packs: ids, with repetitions.

    What was cancelled, never paid or brought back does not count.
    """
    of_product = OrderLine.objects.there().filter(variant__product__variants=variant_id)
    bought = of_product.exclude(order__status__in=_NOT_BOUGHT)
    return bought.values_list("order__customer_id", flat=True)


def who_bought(
    *, product_id: int | None = None, zone_id: int | None = None, since: datetime | None = None
) -> QuerySet[Order, int]:
    """Return who has ordered, of a product, to a zone, or since a moment: ids, with repetitions.

    What was cancelled, never paid or brought back does not count.
    """
    kept = Order.objects.exclude(status__in=_NOT_BOUGHT)
    if product_id is not None:
        lines = OrderLine.objects.there().filter(variant__product_id=product_id)
        kept = kept.filter(pk__in=lines.values("order_id"))
    if zone_id is not None:
        kept = kept.filter(slot__zone_id=zone_id, method=Method.DELIVERY)
    if since is not None:
        kept = kept.filter(created_at__gte=since)
    return kept.values_list("customer_id", flat=True)


def slot_bookings() -> dict[int, tuple[int, int]]:
    """Return how many orders, and how many ml, hold a place in each delivery window."""
    holding = Order.objects.filter(slot__isnull=False).exclude(
        status__in=(OrderStatus.CANCELLED, OrderStatus.EXPIRED)
    )
    counted = holding.values("slot_id").annotate(orders=Count("pk"), ml=Sum("volume_ml"))
    return {row["slot_id"]: (row["orders"], row["ml"]) for row in counted.order_by("slot_id")}


def allowed_moves(*, order: Order, user_id: int) -> tuple[Move, ...]:
    """Return the steps that a member of staff may take with an order now."""
    parts = staff_parts(user_id=user_id)
    return open_moves(source=order.status, method=order.method, actors=parts)


def staff_parts(*, user_id: int) -> frozenset[Actor]:
    """Return in which parts of the lifecycle a member of staff may act."""
    roles = users.roles_of(user_id=user_id)
    return frozenset(_PARTS[role] for role in roles & set(_PARTS)) - _NOT_ROLES


def last_step(*, order_id: int) -> StepCard | None:
    """Return who moved an order last, and where to; None for one without a past."""
    events = OrderEvent.objects.filter(order_id=order_id).select_related("order", "actor")
    event = events.order_by("-pk").first()
    if event is None:
        return None
    name = ""
    if event.actor_kind == Actor.CUSTOMER:
        name = _("The customer")
    elif event.actor is not None:
        name = str(event.actor)
    return StepCard(
        number=event.order.number,
        status=event.to_status,
        status_name=event.get_to_status_display(),
        actor_id=event.actor_id,
        name=name,
        created_at=event.created_at,
    )


def contact_of(*, order_id: int, staff_id: int) -> ContactCard:
    """Return whom to call about an order.

    Raises:
        NotAllowed: Only those call who work on orders.
        OrderNotFound: There is no such order.
        ContactPhoneUnknown: Nobody left a number.
    """
    if not staff_parts(user_id=staff_id):
        raise NotAllowed
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound
    if not order.contact_phone:
        raise ContactPhoneUnknown(number=order.number)
    return ContactCard(order.number, order.contact_name, str(order.contact_phone))


def can_customer_cancel(order: Order, *, now: datetime) -> bool:
    """Tell whether the customer may still cancel: before picking, and before the slot's cut-off."""
    move = find_move(source=order.status, target=OrderStatus.CANCELLED, method=order.method)
    if move is None or Actor.CUSTOMER not in move.actors:
        return False
    return order.slot is None or now < order.slot.cutoff_at


def card_of(order: Order, *, now: datetime, with_events: bool = False) -> OrderCard:
    """Return the card of an order that was read `for_cards`."""
    events = order.events.all() if with_events else ()
    return OrderCard(
        id=order.pk,
        public_id=order.public_id,
        number=order.number,
        status=order.status,
        status_name=order.get_status_display(),
        method=order.method,
        created_at=order.created_at,
        items_total=order.items_total,
        delivery_fee=order.delivery_fee,
        shortage=order.shortage,
        total=order.total,
        payment=order.payment,
        is_paid=_is_paid(order),
        address=_place(order),
        address_details=order.address_details,
        contact_name=order.contact_name,
        contact_phone=order.contact_phone,
        comment=order.comment,
        slot_starts_at=order.slot.starts_at if order.slot else None,
        slot_ends_at=order.slot.ends_at if order.slot else None,
        pickup_code=order.pickup_code,
        can_cancel=can_customer_cancel(order, now=now),
        discount=order.discount,
        savings=tuple(_savings(order)),
        hold_expires_at=order.hold_expires_at,
        attention=order.attention,
        if_short=order.if_short,
        weighed_off=order.weighed_off,
        coming_back=_coming_back(order),
        given_back=sum((line.refunded for line in order.lines.all()), ZERO),
        lines=tuple(_line_card(line) for line in order.lines.all()),
        events=tuple(_event_card(event) for event in sorted(events, key=lambda e: e.pk)),
    )


def with_courier(card: OrderCard) -> OrderCard:
    """Return the card of one order with who brings it, while it is on the road."""
    if card.status != OrderStatus.OUT_FOR_DELIVERY:
        return card
    asked: CourierNames = import_string(settings.COURIER_NAMES)
    return replace(card, courier_name=asked(order_id=card.id))


def _is_paid(order: Order) -> bool:
    """Tell whether nothing is to be paid any more: what was given back since counts as paid."""
    name = "paid" if order.status in _GONE else "taken"
    money: Decimal = getattr(order, name, ZERO)
    return money > 0 and money >= order.total


def _coming_back(order: Order) -> Decimal | None:
    """Return what a cancelled order that was to be paid online brings back to its customer."""
    if order.status != OrderStatus.CANCELLED or order.payment in ON_DELIVERY:
        return None
    taken: Decimal = getattr(order, "taken", ZERO) - getattr(order, "set_aside", ZERO)
    return taken


def _moment(moment: datetime) -> str:
    return date_format(moment.astimezone(shop_zone()), "j E, H:i")


def _place(order: Order) -> str:
    if order.method == Method.DELIVERY or order.pickup_point is None:
        return order.address
    name, address = (in_language(order.pickup_point, field) for field in ("name", "address"))
    return f"{name}, {address}"


def _line_card(line: OrderLine) -> LineCard:
    return LineCard(
        id=line.pk,
        sku=line.sku,
        name=line.name,
        pack_weight_g=line.pack_weight_g,
        quantity=line.quantity,
        picked_quantity=line.picked_quantity,
        unit_price=line.unit_price,
        total=line.total,
        discount=line.discount,
        gift_quantity=line.gift_quantity,
        regular_price=line.regular_price,
        offers=tuple(offer_texts.explain(step_from(kept)) for kept in line.explanation),
        refunded_quantity=line.refunded_quantity,
        is_weighed=line.is_weighed,
        weight_there_g=line.weight_there_g,
        weighed_off=line.weighed_off,
        charged=line.charged,
    )


def _savings(order: Order) -> Iterable[SavingCard]:
    """Return what offers gave, as it was frozen at the checkout.

    Where goods were taken out since, offers on the goods share what is left of the discount.
    """
    on_goods = {AdjustmentKind.PROMOTION, AdjustmentKind.CODE}
    rows = list(order.adjustments.all())
    amounts = {row.pk: -row.amount for row in rows}
    if any(row.kind == AdjustmentKind.CHANGE for row in rows):
        shared = [row for row in rows if row.kind in on_goods and row.amount]
        parts = split(order.discount, [-row.amount for row in shared])
        amounts |= dict(zip((row.pk for row in shared), parts, strict=True))
    for row in rows:
        if row.kind in on_goods or row.kind == AdjustmentKind.DELIVERY_OFFER:
            text = offer_texts.explain(step_from(row.explanation))
            yield SavingCard(row.kind, text, amounts[row.pk])


def _event_card(event: OrderEvent) -> EventCard:
    return EventCard(
        status=event.to_status,
        status_name=event.get_to_status_display(),
        created_at=event.created_at,
        reason=event.reason,
    )
