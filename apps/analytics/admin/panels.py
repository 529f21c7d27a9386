"""Sales on the admin's first page."""

from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.analytics import selectors
from apps.core.admin import Panel, Row, kept_panel, money


@kept_panel(22, needs="analytics.view_daysales")
def sales_today(now: datetime) -> Panel:
    """Show today's orders and deliveries, beside those of this weekday a week ago by this hour."""
    today, before = selectors.sales_so_far(now=now)
    then = _("%(day)s by this hour: %(value)s")
    day = date_format(before.start, "D j b")
    return Panel(
        title=_("Sales today"), icon="monitoring", url=reverse("analytics:page"),
        rows=(
            Row(_("Orders"), note=then % {"day": day, "value": before.taken},
                label=str(today.taken)),
            Row(_("Delivered for"), note=then % {"day": day, "value": money(before.revenue)},
                label=money(today.revenue)),
        ),
    )  # fmt: skip
