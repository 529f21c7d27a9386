"""What delivery tells a person, in the reader's language."""

from collections.abc import Sequence
from datetime import time
from decimal import Decimal
from itertools import groupby

from babel.dates import format_date
from django.conf import settings
from django.utils import translation
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from apps.core.money import format_money
from apps.delivery.dto import DayOff, Fee, FeeReason, FeeRule, ZoneCard


def fee_reason(fee: Fee, zone: ZoneCard) -> str:
    """Say in one sentence why bringing costs what it costs; empty for a zone's plain fee."""
    if fee.reason == FeeReason.FREE:
        return _("Delivery of an order like this is free.")
    if fee.reason == FeeReason.BY_TOTAL:
        return _("Delivery costs less for an order like this.")
    if fee.reason == FeeReason.BY_DISTANCE:
        return _("The fee depends on the distance: %(km)s km.") % {
            "km": kilometres(zone.distance_km)
        }
    return ""


def kilometres(distance: Decimal) -> str:
    """Return a distance without needless zeros, to a tenth."""
    return f"{distance.quantize(Decimal('0.1')).normalize():f}"


def fee_steps(steps: Sequence[FeeRule]) -> str:
    """Say what the steps of a zone are, for those who read its history."""
    if not steps:
        return _("no fee steps")
    said = [
        _("from %(total)s and %(km)s km: %(fee)s") % {
            "total": format_money(step.from_total),
            "km": f"{step.from_km.normalize():f}",
            "fee": format_money(step.fee),
        }
        for step in steps
    ]  # fmt: skip
    return "; ".join(said)


def weekly_hours(hours: Sequence[tuple[int, time, time]]) -> str:
    """Say when a place is open in the week, days of the same hours together; empty for never."""
    parts = []
    # Days that follow one another keep the same distance from their place in the row.
    rows = [(weekday - place, opens, closes, weekday)
            for place, (weekday, opens, closes) in enumerate(sorted(hours))]  # fmt: skip
    for (_run, opens, closes), group in groupby(rows, key=lambda row: row[:3]):
        days = [row[3] for row in group]
        names = str(WEEKDAYS_ABBR[days[0]])
        if len(days) > 1:
            names += f"–{WEEKDAYS_ABBR[days[-1]]}"
        parts.append(f"{names} {clock(opens, closes)}")
    return ", ".join(parts)


def day_off(day: DayOff) -> str:
    """Say what a holiday leaves open."""
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    when = format_date(day.date, "d MMM", locale=language)
    if day.opens is None or day.closes is None:
        return _("%(day)s: closed (%(why)s)") % {"day": when, "why": day.name}
    hours = clock(day.opens, day.closes)
    return _("%(day)s: %(hours)s (%(why)s)") % {"day": when, "hours": hours, "why": day.name}


def clock(opens: time, closes: time) -> str:
    """Return two hours of a day as one reads them on a door."""
    return f"{opens:%H:%M}–{closes:%H:%M}"
