"""Goods by weight on the scales: what the units of a line really weigh.

What that does to the money is settled when the box is closed: `shortage.apply_shortage`.
"""

from apps.core.transactions import retrying_atomic
from apps.orders.errors import NotByWeight, WeightImpossible
from apps.orders.models import OrderLine

# Beyond these a number was mistyped: it is not this many times the most, nor so small a part of it.
_MOST_TIMES, _LEAST_PART = 2, 10


@retrying_atomic
def weigh_line(*, order_line_id: int, units: int, weight_g: int) -> OrderLine:
    """Write down what so many units of a line weigh together; another weighing replaces it.

    More than the most is recorded as it is, and charged as the most. The caller holds the order,
    whose box is open.

    Raises:
        NotByWeight: The goods have one price whatever they weigh.
        WeightImpossible: So many units can't weigh that.
    """
    line = OrderLine.objects.get(pk=order_line_id)
    if not line.is_weighed:
        raise NotByWeight(name=line.name)
    most = line.pack_weight_g * units
    least, limit = -(-most // _LEAST_PART), most * _MOST_TIMES
    if not least <= weight_g <= limit:
        raise WeightImpossible(name=line.name, units=units, least=least, most=limit)
    line.weight_g, line.weighed_units = weight_g, units
    line.save(update_fields=["weight_g", "weighed_units"])
    return line


def forget_weight(*, order_line_id: int) -> None:
    """Forget what units of a line weighed: others may lie in the open box now, though as many."""
    weighed = OrderLine.objects.filter(pk=order_line_id, weight_g__isnull=False)
    weighed.update(weight_g=None, weighed_units=None)
