"""Order the same again."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from apps.cart import services as cart
from apps.cart import texts as cart_texts
from apps.cart.dto import CartLine, CartWarning, Refill
from apps.orders import selectors
from apps.orders.dto import Reference


def repeat_order(*, customer_id: int, order_id: Reference, now: datetime) -> Refill:
    """Put an order's goods into the customer's cart again, and say what can't be had as before.

    That is what is gone, what there is less of, and what costs something else now.

    Raises:
        OrderNotFound: There is no such order, or it is somebody else's.
    """
    order = selectors.own_order(customer_id=customer_id, order_id=order_id)
    wanted: dict[int, int] = {}
    paid: dict[int, Decimal] = {}
    for line in order.lines.order_by("pk"):
        # Gifts are given anew, if there still are any.
        units = line.quantity - line.gift_quantity
        if units > 0:
            wanted[line.variant_id] = units
            paid[line.variant_id] = line.unit_price
    refill = cart.refill(customer_id=customer_id, wanted=wanted, now=now)
    lines = (line for line in refill.cart.lines if line.limit)
    dearer = [
        _price_change(line, paid[line.variant_id]) for line in lines if line.variant_id in paid
    ]
    return replace(refill, changes=(*refill.changes, *(one for one in dearer if one)))


def _price_change(line: CartLine, paid: Decimal) -> CartWarning | None:
    """Return what to say of a line that costs something else than last time."""
    if line.unit_price == paid:
        return None
    change = cart_texts.price_changed(seen=paid, price=line.unit_price)
    return CartWarning(change.code, f"{line.name}: {change.text}")
