"""What orders know of a person: told on request, and forgotten with the person."""

from datetime import datetime
from typing import Any

from apps.orders.errors import OrdersStillOpen
from apps.orders.models import Order

_TOLD = ("number", "status", "created_at", "total", "contact_name", "contact_phone",
         "address", "address_details", "comment")  # fmt: skip


def export_own(user_id: int) -> list[dict[str, Any]]:
    """Return a customer's orders as plain values, newest first."""
    rows = Order.objects.for_customer(user_id).latest_first().values(*_TOLD)
    return [{name: str(value) for name, value in row.items()} for row in rows]


def erase_own(user_id: int, now: datetime) -> None:
    """Blank who and where in a customer's orders; sums and goods stay for the books.

    Raises:
        OrdersStillOpen: One is still on its way, and the courier needs the address.
    """
    orders = Order.objects.for_customer(user_id)
    if orders.open().exists():
        raise OrdersStillOpen
    orders.update(
        contact_name="", contact_phone="", address="", address_details="", comment="",
        latitude=None, longitude=None, updated_at=now,
    )  # fmt: skip
