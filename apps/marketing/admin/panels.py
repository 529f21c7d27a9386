"""Marketing on the admin's first page."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.admin import Panel, Row, kept_panel, panel, record_url
from apps.marketing import selectors
from apps.marketing.admin.words import about, days_left, packs, price_cut, tone_of
from apps.marketing.dto import MarkdownState
from apps.users.roles import sees_costs

_ROWS = 8


@panel(45)
def markdowns(request: HttpRequest, now: datetime) -> Panel | None:
    """Show which markdowns wait for a decision, the most urgent first."""
    if not request.user.has_perm("marketing.view_markdownproposal"):
        return None
    may_know = sees_costs(request.user)
    waiting = list(selectors.markdowns(state=MarkdownState.OPEN)[:_ROWS])
    rows = tuple(
        Row(
            title=card.name,
            url=record_url("marketing_markdownproposal", card.id),
            note=f"{price_cut(card)} · {packs(card.units)}"
            + (" · " + _("at risk %(loss)s") % {"loss": about(card.loss)} if may_know else ""),
            label=days_left(card.days_left),
            tone=tone_of(card.days_left),
        )
        for card in selectors.markdown_cards(proposals=waiting, now=now)
    )
    return Panel(
        title=_("Markdowns to decide"), icon="sell", rows=rows, tone="warning",
        url=reverse("admin:marketing_markdownproposal_changelist") + "?state__exact=open",
        empty=_("No lot has to be sold off."),
    )  # fmt: skip


@kept_panel(47, needs="marketing.view_backinstockalert")
def awaited(now: datetime) -> Panel:
    """Show which sold-out packs most customers wait for."""
    listing = reverse("admin:marketing_backinstockalert_changelist")
    rows = tuple(
        Row(
            title=card.name,
            url=f"{listing}?q={card.sku}&told=no",
            note=card.sku,
            label=ngettext("%(count)s person", "%(count)s people", people) % {"count": people},
            tone="info",
        )
        for card, people in selectors.most_awaited(limit=_ROWS, now=now)
    )
    return Panel(
        title=_("Customers wait for"), icon="notifications_active", rows=rows,
        url=f"{listing}?told=no", empty=_("Nobody waits for anything."),
    )  # fmt: skip
