"""How offers read on admin pages."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.core.admin import money, short_moment
from apps.promotions import texts
from apps.promotions.dto import OfferState, Scope

TONES: dict[str, str] = {
    OfferState.RUNNING: "success",
    OfferState.PLANNED: "info",
    OfferState.OVER: "",
    OfferState.STOPPED: "",
    OfferState.USED_UP: "warning",
}


def gives(row: Any) -> str:
    """Return what an offer gives, and for what."""
    about = {
        Scope.PRODUCT: _("on certain products"),
        Scope.CATEGORY: _("on whole categories"),
        Scope.CART: _("on the whole cart"),
    }
    where = about.get(row.scope, "")
    return f"{texts.reward(row)} {where}".strip()


def holds(starts_at: datetime, ends_at: datetime | None) -> str:
    """Return from when until when an offer holds, in the shop's time."""
    if ends_at is None:
        return _("from %s") % short_moment(starts_at)
    return f"{short_moment(starts_at)} – {short_moment(ends_at)}"


def budget(row: Any) -> str:
    """Return how much of a budget is spent, a dash where there is none."""
    if row.budget is None:
        return "—"
    return _("%(spent)s of %(budget)s") % {"spent": money(row.spent), "budget": money(row.budget)}
