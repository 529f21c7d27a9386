"""Tell orders that goods promised to them were lost."""

from collections import defaultdict
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.transactions import retrying_atomic
from apps.inventory import selectors as stock
from apps.inventory import services as inventory
from apps.inventory.dto import ShortLine
from apps.orders import selectors, services


def report_shortages(*, now: datetime) -> int:
    """Ask for a person at every order that lost promised goods, and return how many it were.

    Losses are rows, so a lost or doubled call does no harm.
    """
    by_order: dict[int, list[ShortLine]] = defaultdict(list)
    for line in stock.short_lines():
        by_order[line.order_id].append(line)
    for order_id, lines in by_order.items():
        _report(order_id=order_id, lines=lines, now=now)
    return len(by_order)


@retrying_atomic
def _report(*, order_id: int, lines: list[ShortLine], now: datetime) -> None:
    missing = {line.order_line_id: line.missing for line in lines}
    # Staff read the shop's own language.
    with translation.override(settings.LANGUAGE_CODE):
        order = selectors.staff_order(order_id=order_id)
        goods = ", ".join(
            f"{line.name} × {missing[line.pk]}" for line in order.lines.all() if line.pk in missing
        )
        reason = _("Lost from stock after the order: %(goods)s") % {"goods": goods}
    services.flag_attention(order_ids=[order_id], reason=reason, now=now)
    for line in lines:
        inventory.mark_reported(line=line)
