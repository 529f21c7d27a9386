"""What fulfilment needs of an order while goods move: its row, held, and another slot."""

from collections.abc import Collection
from datetime import datetime

from apps.core.transactions import retrying_atomic
from apps.orders.dto import OrderStatus
from apps.orders.errors import OrderMoveRefused, OrderNotFound
from apps.orders.models import Order


@retrying_atomic
def hold_order(*, order_id: int, sources: Collection[OrderStatus], target: OrderStatus) -> Order:
    """Lock an order for a step that may only begin in one of these statuses.

    The order's row comes before its payment, slot and stock, so this is called first. Two moves
    may lead to one status (packed anew, packed again): the caller says which one it is.

    Raises:
        OrderNotFound: There is no such order.
        OrderMoveRefused: It is in another status.
    """
    order = Order.objects.select_for_update(no_key=True).filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound
    if order.status not in sources:
        raise OrderMoveRefused(
            number=order.number,
            current=str(OrderStatus(order.status).label),
            target=str(target.label),
        )
    return order


@retrying_atomic
def change_slot(*, order_id: int, slot_id: int, now: datetime) -> None:
    """Let an order come in another window; the caller books it and releases the old one."""
    Order.objects.filter(pk=order_id).update(slot_id=slot_id, updated_at=now)
