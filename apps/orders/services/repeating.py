"""Order the same again."""

from datetime import datetime

from apps.cart import services as cart
from apps.cart.dto import Refill
from apps.orders.errors import OrderNotFound
from apps.orders.models import Order


def repeat_order(*, customer_id: int, order_id: int, now: datetime) -> Refill:
    """Put an order's goods into the customer's cart again, and say what can't be had as before.

    Raises:
        OrderNotFound: There is no such order, or it is somebody else's.
    """
    order = Order.objects.for_customer(customer_id).filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound
    wanted = dict(order.lines.order_by("pk").values_list("variant_id", "quantity"))
    return cart.refill(customer_id=customer_id, wanted=wanted, now=now)
