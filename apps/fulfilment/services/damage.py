"""What a picker found damaged leaves the stock: with the box, or with the order's wish for it.

Until then the word can be taken back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.fulfilment import selectors
from apps.fulfilment.dto import PickLine, ShortCause
from apps.fulfilment.models import LineShortage
from apps.inventory import services as inventory
from apps.inventory.dto import WasteReason


@dataclass(frozen=True)
class Damage:
    """Units by lot that a picker was sent for and found damaged."""

    units: Mapping[int, int]
    noted_by_id: int | None


def found_damaged(*, order_id: int, picked: Mapping[int, int], now: datetime) -> list[Damage]:
    """Return what was said to be damaged of an open box: the rest of its lines, first expired.

    `picked` are the units by order line that the box is closed with.
    """
    noted = _noted(order_id)
    lines = _lines(order_id, noted, now)
    return [
        _damage(line, line.quantity - picked.get(line.order_line_id, 0), noted) for line in lines
    ]


def damaged_of(*, order_id: int, goes: Mapping[int, int], now: datetime) -> list[Damage]:
    """Return what was said to be damaged among units that are about to leave an open order's lines.

    `goes` are units by order line. Ask before they leave: the list is another one afterwards.
    """
    noted = {pk: who for pk, who in _noted(order_id).items() if goes.get(pk)}
    lines = _lines(order_id, noted, now)
    return [_damage(line, min(line.left, goes[line.order_line_id]), noted) for line in lines]


def write_off_damaged(*, number: str, damaged: Sequence[Damage]) -> None:
    """Throw away what was found damaged, in the names of those who found it."""
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("Found while order %(number)s was picked") % {"number": number}
    for damage in damaged:
        inventory.write_off_found(
            units=damage.units, reason_code=WasteReason.DAMAGED, reason=reason,
            actor_id=damage.noted_by_id,
        )  # fmt: skip


def _noted(order_id: int) -> dict[int, int | None]:
    """Return by order line who found the rest of it damaged."""
    shortages = LineShortage.objects.filter(order_line__order_id=order_id, cause=ShortCause.DAMAGED)
    return dict(shortages.order_by("order_line_id").values_list("order_line_id", "noted_by_id"))


def _lines(order_id: int, noted: Collection[int], now: datetime) -> list[PickLine]:
    if not noted:
        return []
    listed = selectors.pick_list(order_id=order_id, now=now)
    return [line for line in listed.lines if line.order_line_id in noted]


def _damage(line: PickLine, left: int, noted: Mapping[int, int | None]) -> Damage:
    units = {}
    for lot in line.lots:
        units[lot.lot_id] = min(left, lot.quantity)
        left -= units[lot.lot_id]
    return Damage(units, noted[line.order_line_id])
