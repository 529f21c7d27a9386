"""How long a lot may be sold: the one meaning of "its last day", for every query and check.

A lot is sold through the whole of its `sell_by` day on the shop's wall calendar: at 23:59:59 it is
on sale, at 00:00:00 of the next day it is not, whatever the clocks do in that night. In the same
way a lot that expires today is still good today. Whoever asks gives the day, `shop_date(now)`.
"""

from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q


def last_day_of_sale(*, expires_on: date, minimum_remaining_days: int) -> date:
    """Return `sell_by`: sold then, a unit still suits every slot that can be booked.

    The product's least remaining life on delivery, and the days ahead that slots are open for
    (`SELLABLE_HORIZON_DAYS`), are taken off the day of expiry.
    """
    horizon: int = settings.SELLABLE_HORIZON_DAYS
    return expires_on - timedelta(days=minimum_remaining_days + horizon)


def has_left_sale(sell_by: date, *, today: date) -> bool:
    """Tell whether a lot's last day of sale lies behind that day."""
    return sell_by < today


def left_sale(today: date) -> Q:
    """Return the same question for a query of lots."""
    return Q(sell_by__lt=today)
