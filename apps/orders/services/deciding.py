"""What staff decide about an order in their chat: whoever comes second hears who was first."""

from datetime import datetime

from apps.core.errors import NotAllowed
from apps.orders import selectors
from apps.orders.dto import OrderStatus, StepCard
from apps.orders.errors import DecidedAlready, DoneAlready, OrderMoveRefused, OrderNotFound
from apps.orders.lifecycle import DESK, find_move
from apps.orders.models import Order
from apps.orders.services.cancelling import cancel_order
from apps.orders.services.transitions import confirm_order


def decide_order(*, order_id: int, target: OrderStatus, actor_id: int, now: datetime) -> Order:
    """Confirm or cancel an order; of two who press at once one wins.

    Raises:
        NotAllowed: Whoever presses does not decide about orders.
        OrderNotFound: There is no such order.
        DecidedAlready: Somebody else was faster, and this is who.
        DoneAlready: It was oneself.
        OrderMoveRefused: The order moved on by itself.
    """
    check_decision(order_id=order_id, target=target, actor_id=actor_id)
    act = confirm_order if target == OrderStatus.CONFIRMED else cancel_order
    try:
        return act(order_id=order_id, actor_id=actor_id, now=now)
    except OrderMoveRefused as refusal:
        raise _told(order_id, actor_id) or refusal from refusal


def check_decision(*, order_id: int, target: OrderStatus, actor_id: int) -> None:
    """See whether somebody may decide this about an order now, before they are asked once more.

    Raises:
        What `decide_order` raises.
    """
    if not selectors.staff_parts(user_id=actor_id) & DESK:
        raise NotAllowed
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound
    move = find_move(source=order.status, target=target, method=order.method)
    if move is None or move.needs_reason:
        raise _told(order_id, actor_id) or OrderMoveRefused(
            number=order.number,
            current=str(OrderStatus(order.status).label),
            target=str(target.label),
        )


def _told(order_id: int, actor_id: int) -> DecidedAlready | DoneAlready | None:
    """Return the refusal that names whoever took the last step; None where nobody did."""
    step: StepCard | None = selectors.last_step(order_id=order_id)
    if step is None or not step.name:
        return None
    facts = {"number": step.number, "status": step.status_name}
    if step.actor_id == actor_id:
        return DoneAlready(**facts)
    return DecidedAlready(name=step.name, **facts)
