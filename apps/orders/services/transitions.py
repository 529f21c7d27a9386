"""Move an order from one status to another: the only code that writes `status`."""

import logging
from datetime import datetime

from apps.core.errors import NotAllowed
from apps.core.text import one_line
from apps.core.transactions import retrying_atomic
from apps.orders import selectors
from apps.orders.dto import OrderStatus
from apps.orders.errors import OrderMoveRefused, OrderNotFound, ReasonMissing
from apps.orders.lifecycle import Actor, Move, find_move
from apps.orders.models import Order, OrderEvent
from apps.orders.services.announcing import announce

logger = logging.getLogger(__name__)

_REASON_LENGTH = 300
_TRUSTED = frozenset({Actor.CUSTOMER, Actor.SYSTEM, Actor.PAYMENT})


@retrying_atomic
def move_order(
    *,
    order_id: int,
    target: OrderStatus,
    actor: Actor | None = None,
    actor_id: int | None = None,
    reason: str = "",
    now: datetime,
) -> Order:
    """Move an order to another status, remember who did it, and tell everyone concerned.

    `actor` is trusted for customers, the system and payments; for staff it only says that
    `actor_id` works here, and the roles that they hold now decide. It takes the order's row, so
    call it before payments, slots and stock are touched.

    Raises:
        OrderNotFound: There is no such order, or it is not the acting customer's.
        OrderMoveRefused: The order can't go there from where it is, or somebody was faster.
        NotAllowed: None of the actor's roles may do this.
        ReasonMissing: This step wants a reason.
    """
    order = Order.objects.filter(pk=order_id).select_related("slot").first()
    if order is None or (actor == Actor.CUSTOMER and order.customer_id != actor_id):
        raise OrderNotFound
    move = find_move(source=order.status, target=target, method=order.method)
    if move is None:
        raise _refused(order, target)
    part = _acting_part(move, actor, actor_id)
    reason = one_line(reason, limit=_REASON_LENGTH)
    if move.needs_reason and not reason:
        raise ReasonMissing
    _write(order, move, now)
    event = OrderEvent.objects.create(
        order=order,
        from_status=move.source,
        to_status=target,
        actor_id=actor_id,
        actor_kind=part,
        reason=reason,
    )
    announce(order_id=order_id, event=event, now=now)
    logger.info("Order moved", extra={"order": order.number, "status": str(target)})
    return order


def confirm_order(*, order_id: int, actor_id: int, now: datetime) -> Order:
    """Promise the customer that the order will come.

    Raises:
        What `move_order` raises.
    """
    return move_order(order_id=order_id, target=OrderStatus.CONFIRMED, actor_id=actor_id, now=now)


@retrying_atomic
def refresh_cards(*, order_id: int, now: datetime) -> None:
    """Show an order anew where it is shown: to its customer and to the staff group."""
    announce(order_id=order_id, event=None, now=now)


def _write(order: Order, move: Move, now: datetime) -> None:
    """Write the status where it is still the one that was read, and nowhere else."""
    changes: dict[str, object] = {"status": move.target, "updated_at": now}
    if move.source == OrderStatus.AWAITING_PAYMENT:
        changes["hold_expires_at"] = None
    if not Order.objects.filter(pk=order.pk, status=move.source).update(**changes):
        order.refresh_from_db(fields=["status"])
        raise _refused(order, move.target)
    for name, value in changes.items():
        setattr(order, name, value)


def _acting_part(move: Move, actor: Actor | None, actor_id: int | None) -> Actor:
    """Return in which part the actor takes this step.

    Raises:
        NotAllowed: In none.
    """
    if actor in _TRUSTED:
        parts = frozenset({actor})
    elif actor_id is None:
        raise NotAllowed
    else:
        parts = selectors.staff_parts(user_id=actor_id)
    for part in Actor:
        if part in parts and part in move.actors:
            return part
    raise NotAllowed


def _refused(order: Order, target: str) -> OrderMoveRefused:
    return OrderMoveRefused(
        number=order.number,
        current=str(OrderStatus(order.status).label),
        target=str(OrderStatus(target).label),
    )
