"""What runs now, on the admin's first page."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.admin import Panel, Row, kept_panel, record_url, short_moment
from apps.promotions.admin import words
from apps.promotions.dto import OfferState
from apps.promotions.models import PromoCode, Promotion

_ROWS = 6
_SHOWN = (OfferState.RUNNING, OfferState.USED_UP)


@kept_panel(60, needs="promotions.view_promotion")
def running(now: datetime) -> Panel:
    """Show promotions and codes that hold, and those whose budget or uses came to an end."""
    rows: list[Row] = []
    models: tuple[Any, ...] = (Promotion, PromoCode)
    for model in models:
        offers = model.objects.with_state(now).filter(state__in=_SHOWN).order_by("ends_at", "pk")
        rows += [_row(offer) for offer in offers[:_ROWS]]
    return Panel(
        title=_("Offers that run"), icon="percent", rows=tuple(rows[:_ROWS]),
        url=reverse("admin:promotions_promotion_changelist") + "?state=running",
        empty=_("No promotion runs just now."),
    )  # fmt: skip


def _row(offer: Any) -> Row:
    is_used_up = offer.state == OfferState.USED_UP
    until = _("until %s") % short_moment(offer.ends_at) if offer.ends_at else _("no end")
    return Row(
        title=str(offer),
        url=record_url(f"promotions_{offer._meta.model_name}", offer.pk),
        note=words.gives(offer),
        label=str(OfferState.USED_UP.label) if is_used_up else until,
        tone="warning" if is_used_up else "success",
    )
