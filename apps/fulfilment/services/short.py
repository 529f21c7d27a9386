"""Lines that a picker gives up: what is missing leaves the total when the box is closed.

What is damaged leaves the stock then, too: until then the word can be taken back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.transactions import retrying_atomic
from apps.fulfilment import selectors
from apps.fulfilment.dto import PickList, ShortCause
from apps.fulfilment.errors import LineComplete
from apps.fulfilment.models import LineShortage
from apps.fulfilment.services.floor import open_box
from apps.fulfilment.services.lines import line_of
from apps.fulfilment.services.substituting import withdraw
from apps.inventory import services as inventory
from apps.inventory.dto import WasteReason


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


@dataclass(frozen=True)
class Damage:
    """Units by lot that a picker was sent for and found damaged."""

    units: Mapping[int, int]
    noted_by_id: int | None


def found_damaged(*, order_id: int, picked: Mapping[int, int], now: datetime) -> list[Damage]:
    """Return what was said to be damaged of an open box: the rest of its lines, first expired.

    `picked` are the units by order line that the box is closed with.
    """
    noted = dict(
        LineShortage.objects.filter(order_line__order_id=order_id, cause=ShortCause.DAMAGED)
        .order_by("order_line_id")
        .values_list("order_line_id", "noted_by_id")
    )
    if not noted:
        return []
    listed = selectors.pick_list(order_id=order_id, now=now)
    found = []
    for line in listed.lines:
        if line.order_line_id in noted:
            left = line.quantity - picked.get(line.order_line_id, 0)
            units = {}
            for lot in line.lots:
                units[lot.lot_id] = min(left, lot.quantity)
                left -= units[lot.lot_id]
            found.append(Damage(units, noted[line.order_line_id]))
    return found


def write_off_damaged(*, number: str, damaged: Sequence[Damage]) -> None:
    """Throw away what was found damaged, in the names of those who found it."""
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("Found while order %(number)s was picked") % {"number": number}
    for damage in damaged:
        inventory.write_off_found(
            units=damage.units, reason_code=WasteReason.DAMAGED, reason=reason,
            actor_id=damage.noted_by_id,
        )  # fmt: skip
