"""How markdowns read on admin pages."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.marketing.dto import MarkdownState

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


def packs(count: int) -> str:
    """Return a number of packs in words."""
    return ngettext("%(count)s pack", "%(count)s packs", count) % {"count": count}
