"""How markdowns read on admin pages."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.admin import money
from apps.marketing.dto import MarkdownCard, MarkdownState

TONES: dict[str, str] = {
    MarkdownState.OPEN: "warning",
    MarkdownState.ACCEPTED: "success",
    MarkdownState.DECLINED: "info",
}


def days_left(days: int) -> str:
    """Return how long a lot may still be sold; its last day counts."""
    if days < 0:
        return _("past its last day")
    if days == 0:
        return _("last day")
    return ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days}


def tone_of(days: int) -> str:
    """Return how urgent that is."""
    return "danger" if days <= 3 else "warning"


def up_to_days(days: int) -> str:
    """Return the step of a rule."""
    return ngettext("%(count)s day or less", "%(count)s days or less", days) % {"count": days}


def price_cut(card: MarkdownCard) -> str:
    """Return the price before and after, kept on one line."""
    return f"{money(card.old_price)}\u00a0→\u00a0{money(card.new_price)}"


def about(amount: Decimal) -> str:
    """Return an estimate: nobody foresees kopecks."""
    return f"≈\u00a0{money(Decimal(int(amount)))}" if amount else money(amount)


def packs(count: int) -> str:
    """Return a number of packs in words."""
    return ngettext("%(count)s pack", "%(count)s packs", count) % {"count": count}
