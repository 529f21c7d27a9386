"""Goods by weight are weighed while their box is open. Locks: order."""

from datetime import datetime

from apps.core.transactions import retrying_atomic
from apps.fulfilment import selectors
from apps.fulfilment.dto import PickLine, PickList
from apps.fulfilment.services.floor import open_box
from apps.fulfilment.services.lines import line_of
from apps.inventory.errors import InvalidQuantity
from apps.orders import services as orders


@retrying_atomic
def weigh_line(
    *,
    order_id: int,
    order_line_id: int,
    weight_g: int,
    units: int | None = None,
    actor_id: int,
    now: datetime,
) -> PickList:
    """Note what units of a line weigh together, in grams; a second weighing replaces the first.

    Without `units` all that lie in the box were on the scales, or all that were ordered where none
    does yet. The box is closed only over a weight of just the units that are in it.

    Raises:
        OrderNotFound, OrderMoveRefused, NotAllowed: The order is not open to this picker.
        LineNotFound: The order has no such line.
        InvalidQuantity: So many units were not ordered.
        NotByWeight, WeightImpossible: As `orders.weigh_line` says.
    """
    open_box(order_id=order_id, actor_id=actor_id)
    line = line_of(selectors.pick_list(order_id=order_id, now=now), order_line_id)
    units = line.to_weigh if units is None else units
    if not 1 <= units <= line.quantity:
        raise InvalidQuantity(quantity=units)
    orders.weigh_line(order_line_id=order_line_id, units=units, weight_g=weight_g)
    return selectors.pick_list(order_id=order_id, now=now)


def add_weight(line: PickLine, *, weight_g: int) -> None:
    """Add the weight of a unit that joins those in an open box, whose order is held.

    `line` is as it was before. Where the others were not weighed the sum is not known: then all of
    them go on the scales together.

    Raises:
        WeightImpossible: So many units can't weigh that.
    """
    if line.needs_weight:
        return
    if line.in_box:
        weight_g += line.weight_g
    orders.weigh_line(order_line_id=line.order_line_id, units=line.in_box + 1, weight_g=weight_g)
