"""Ask a person to look at an order."""

from collections.abc import Collection
from datetime import datetime

from apps.core.text import one_line
from apps.core.transactions import retrying_atomic
from apps.orders.models import Order
from apps.orders.services.announcing import announce_staff

_LENGTH = 200


@retrying_atomic
def flag_attention(*, order_ids: Collection[int], reason: str, now: datetime) -> int:
    """Mark orders that need a person, say why to the staff group, and return how many it were.

    A reason that is there already stays: the first one found is the one to begin with.
    """
    orders = Order.objects.filter(pk__in=order_ids, attention="")
    ids = sorted(orders.open().values_list("pk", flat=True))
    # Locked one after another by id, as everywhere.
    list(Order.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk"))
    flagged = Order.objects.filter(pk__in=ids).update(
        attention=one_line(reason, limit=_LENGTH), updated_at=now
    )
    for order_id in ids:
        announce_staff(order_id=order_id, now=now)
    return flagged


@retrying_atomic
def clear_attention(*, order_id: int, now: datetime) -> None:
    """Note that somebody looked at the order and settled what was wrong."""
    cleared = Order.objects.filter(pk=order_id).exclude(attention="")
    if cleared.update(attention="", updated_at=now):
        announce_staff(order_id=order_id, now=now)
