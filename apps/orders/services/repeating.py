"""Order the same again."""

from datetime import datetime

from apps.cart import services as cart
from apps.cart.dto import Refill
from apps.orders import selectors
from apps.orders.dto import Reference


def repeat_order(*, customer_id: int, order_id: Reference, now: datetime) -> Refill:
    """Put an order's goods into the customer's cart again, and say what can't be had as before.

    Raises:
        OrderNotFound: There is no such order, or it is somebody else's.
    """
    order = selectors.own_order(customer_id=customer_id, order_id=order_id)
    wanted = dict(order.lines.order_by("pk").values_list("variant_id", "quantity"))
    return cart.refill(customer_id=customer_id, wanted=wanted, now=now)
