"""The hours in which nobody is written to who does not wait for it."""

from datetime import datetime

from apps.users import selectors as users
from apps.users.quiet import quiet_until as end_of


def quiet_until(moment: datetime) -> datetime | None:
    """Return when the shop's quiet hours end in which a moment lies; None where it lies in none."""
    return end_of(hours=users.shop_quiet_hours(), now=moment)
