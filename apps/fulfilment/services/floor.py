"""What every change of an open box begins with: the order's row, held, and a picker's right."""

from apps.core.errors import NotAllowed
from apps.orders import selectors as order_selectors
from apps.orders import services as orders
from apps.orders.dto import OrderStatus


def open_box(*, order_id: int, actor_id: int) -> orders.Order:
    """Lock an order that is being picked, for somebody who may pack it.

    Raises:
        OrderNotFound: There is no such order.
        OrderMoveRefused: It is not being picked.
        NotAllowed: None of the actor's roles may pack.
    """
    order = orders.hold_order(
        order_id=order_id, sources={OrderStatus.PICKING}, target=OrderStatus.PACKED
    )
    moves = order_selectors.allowed_moves(order=order, user_id=actor_id)
    if not any(move.target == OrderStatus.PACKED for move in moves):
        raise NotAllowed
    return order
