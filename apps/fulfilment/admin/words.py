"""How an order's facts read on admin pages."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.admin import map_url, money
from apps.core.time import shop_zone
from apps.orders.dto import OrderStatus
from apps.orders.models import Order

S = OrderStatus

TONES: dict[str, str] = {
    S.AWAITING_PAYMENT: "warning",
    S.PLACED: "warning",
    S.CONFIRMED: "info",
    S.PICKING: "info",
    S.PACKED: "primary",
    S.OUT_FOR_DELIVERY: "primary",
    S.READY_FOR_PICKUP: "primary",
    S.DELIVERED: "success",
    S.DELIVERY_FAILED: "danger",
    S.RETURNED: "danger",
}


def window(starts_at: datetime, ends_at: datetime) -> str:
    """Return a window as a person reads it: day and hours, in the shop's time."""
    starts, ends = (moment.astimezone(shop_zone()) for moment in (starts_at, ends_at))
    day = date_format(starts.date(), "D, j b")
    return f"{day}, {time_format(starts.time(), 'H:i')}–{time_format(ends.time(), 'H:i')}"


def window_of(order: Order) -> str:
    """Return when an order is brought, or where it is fetched."""
    if order.slot is not None:
        return window(order.slot.starts_at, order.slot.ends_at)
    return str(order.pickup_point or "—")


def way_to(order: Order) -> str:
    """Return the address of a map that shows where the order goes, empty where nobody drives."""
    if not order.address:
        return ""
    if order.latitude is not None and order.longitude is not None:
        return map_url(order.latitude, order.longitude)
    return f"https://yandex.ru/maps/?text={quote(order.address)}"


def call_to(order: Order) -> str:
    """Return the link that calls the customer, empty without a number."""
    return tel(order.contact_phone)


def tel(phone: str) -> str:
    """Return the link that calls a number, empty without one."""
    digits = "".join(c for c in phone if c.isdigit() or c == "+")
    return f"tel:{digits}" if digits else ""


def change(row: dict[str, Any]) -> str:
    """Return one thing that was changed in an order, as its `OrderChange` has it."""
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    name = row.get(f"name_{language}") or row.get("name_ru", "")
    if row["what"] == "refund":
        return f"{name} × {row['units']}: {money(Decimal(row['amount']))}"
    if row["what"] == "substitute":
        other = row.get(f"for_{language}") or row["for_ru"]
        return _("%(name)s instead of %(other)s") % {"name": name, "other": other} + (
            f" × {row['units']}"
        )
    if row["what"] == "quantity":
        return f"{name}: {row['from']} → {row['to']}"
    if row["what"] == "slot":
        ends = [window(*map(datetime.fromisoformat, row[end])) for end in ("from", "to")]
        return " → ".join(ends)
    return _("another address")


def told(how: str) -> str:
    """Return how a customer heard of a recall, or why not yet."""
    names = {
        "sent": _("message sent"),
        "waiting": _("message on its way"),
        "call": _("to be called"),
        "called": _("called"),
    }
    return names.get(how, _("food is in the house"))
