"""How packs, days and hours read on paper."""

from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from apps.core.measures import format_weight
from apps.core.time import shop_zone


def staff_language() -> str:
    """Return the language of papers that stay in the house."""
    return str(settings.LANGUAGE_CODE)


def pack_text(grams: int, *, is_weighed: bool) -> str:
    """Return what a pack weighs, or the most that a piece sold by weight can."""
    if is_weighed:
        return _("by weight, up to %s") % format_weight(grams)
    return _("%(weight)s g") % {"weight": grams}


def window_text(window: tuple[datetime, datetime]) -> str:
    """Return a window as day and hours, in the shop's time."""
    starts, ends = (moment.astimezone(shop_zone()) for moment in window)
    day = date_format(starts.date(), "D, j b")
    return f"{day}, {time_format(starts.time(), 'H:i')}–{time_format(ends.time(), 'H:i')}"
