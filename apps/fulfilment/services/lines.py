"""One line of a pick list."""

from apps.fulfilment.dto import PickLine, PickList
from apps.fulfilment.errors import LineNotFound


def line_of(listed: PickList, order_line_id: int) -> PickLine:
    """Return a line of the list.

    Raises:
        LineNotFound: The order has no such line.
    """
    line = next((one for one in listed.lines if one.order_line_id == order_line_id), None)
    if line is None:
        raise LineNotFound
    return line
