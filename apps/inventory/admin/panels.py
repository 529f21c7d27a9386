"""The warehouse's part of the first page."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.admin import Panel, Row, kept_panel, panel, short_moment
from apps.core.admin.display import record_url
from apps.core.time import shop_date
from apps.inventory import selectors
from apps.inventory.admin.lots import SOON
from apps.inventory.models import Lot

_ROWS = 8


@panel(35)
def unfinished(request: HttpRequest, now: datetime) -> Panel | None:
    """Show deliveries that are not booked yet and stocktakes that are running, if there are any."""
    if not request.user.has_perm("inventory.view_deliverynote"):
        return None
    notes = selectors.deliveries().drafts()[:_ROWS]
    rows = [
        Row(
            title=_("Delivery %(number)s") % {"number": note.number},
            url=record_url("inventory_deliverynote", note.pk),
            note=f"{note.supplier} · {short_moment(note.arrived_at)}",
            label=str(note.get_state_display()),
            tone="warning",
        )
        for note in notes
    ]
    rows += [
        Row(
            title=_("Stocktake %(place)s") % {"place": selectors.place_name(taken)},
            url=record_url("inventory_stocktake", taken.pk),
            note=f"{taken.keeper or '—'} · {short_moment(taken.started_at)}",
            label=str(taken.get_state_display()),
            tone="info",
        )
        for taken in selectors.stocktakes().running()[:_ROWS]
    ]
    if not rows:
        return None
    return Panel(
        title=_("At the ramp"), icon="warehouse", rows=tuple(rows), tone="warning",
        url=reverse("admin:inventory_deliverynote_changelist"),
    )  # fmt: skip


@kept_panel(40, needs="inventory.view_stocklevel")
def low_stock(now: datetime) -> Panel:
    """Show what runs low or is sold out, the scarcest first."""
    cards = selectors.low_stock(limit=_ROWS)
    listing = reverse("admin:inventory_stocklevel_changelist")
    rows = tuple(
        Row(
            title=card.name,
            url=f"{listing}?q={card.sku}",
            note=card.sku,
            label=_("sold out")
            if card.available <= 0
            else ngettext("%(count)s left", "%(count)s left", card.available)
            % {"count": card.available},
            tone="danger" if card.available <= 0 else "warning",
        )
        for card in cards
    )
    return Panel(
        title=_("Low stock"), icon="production_quantity_limits", rows=rows, url=listing,
        empty=_("There is enough of everything."), tone="warning",
    )  # fmt: skip


@kept_panel(50, needs="inventory.view_lot")
def expiring_lots(now: datetime) -> Panel:
    """Show lots that leave the sale within a week with units in them."""
    today = shop_date(now)
    lots = (
        Lot.objects.sellable(today)
        .filter(sell_by__lte=today + SOON)
        .select_related("variant__product")
        .order_by("sell_by", "pk")[:_ROWS]
    )
    rows = tuple(
        Row(
            title=str(lot.variant.product),
            url=record_url("inventory_lot", lot.pk),
            note=_("lot %(code)s · %(units)s left") % {"code": lot.code, "units": lot.remaining},
            label=date_format(lot.sell_by, "j b"),
            tone="danger" if (lot.sell_by - today).days <= 1 else "warning",
        )
        for lot in lots
    )
    return Panel(
        title=_("Last days of sale"), icon="hourglass_bottom", rows=rows,
        url=reverse("admin:inventory_lot_changelist") + "?leaves=soon",
        empty=_("No lot leaves the sale within a week."), tone="warning",
    )  # fmt: skip
