"""Lines that a picker gives up: what is missing leaves the total when the box is closed."""

from datetime import datetime

from apps.core.transactions import retrying_atomic
from apps.fulfilment import selectors
from apps.fulfilment.dto import PickList, ShortCause
from apps.fulfilment.errors import LineComplete
from apps.fulfilment.models import LineShortage
from apps.fulfilment.services.floor import open_box
from apps.fulfilment.services.lines import line_of
from apps.fulfilment.services.substituting import withdraw


@retrying_atomic
def mark_short(
    *, order_id: int, order_line_id: int, cause: ShortCause, actor_id: int, now: datetime
) -> PickList:
    """Note that the rest of a line is not to be had, and why; a second word replaces the first.

    Raises:
        OrderNotFound, OrderMoveRefused, NotAllowed: The order is not open to this picker.
        LineNotFound: The order has no such line.
        LineComplete: Nothing of it is missing.
    """
    open_box(order_id=order_id, actor_id=actor_id)
    line = line_of(selectors.pick_list(order_id=order_id, now=now), order_line_id)
    if not line.left:
        raise LineComplete(name=line.name)
    LineShortage.objects.update_or_create(
        order_line_id=order_line_id, defaults={"cause": cause, "noted_by_id": actor_id}
    )
    return selectors.pick_list(order_id=order_id, now=now)


@retrying_atomic
def unmark_short(*, order_id: int, order_line_id: int, actor_id: int, now: datetime) -> PickList:
    """Take the picker's word back: the rest of the line is to be picked after all.

    Raises:
        OrderNotFound, OrderMoveRefused, NotAllowed: The order is not open to this picker.
        LineNotFound: The order has no such line.
    """
    open_box(order_id=order_id, actor_id=actor_id)
    line_of(selectors.pick_list(order_id=order_id, now=now), order_line_id)
    LineShortage.objects.filter(order_line_id=order_line_id).delete()
    withdraw(order_line_id=order_line_id, now=now)
    return selectors.pick_list(order_id=order_id, now=now)
