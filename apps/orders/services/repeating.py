"""Order the same again."""

from datetime import datetime

from django.db.models import F

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
    # Gifts are given anew, if there still are any.
    bought = order.lines.filter(quantity__gt=F("gift_quantity")).order_by("pk")
    wanted = dict(bought.values_list("variant_id", F("quantity") - F("gift_quantity")))
    return cart.refill(customer_id=customer_id, wanted=wanted, now=now)
