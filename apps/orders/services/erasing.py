"""What orders know of a person: told on request, and forgotten with the person."""

from datetime import datetime
from typing import Any

from apps.orders.errors import OrdersStillOpen
from apps.orders.models import Order
from apps.payments import services as payments

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
        MoneyOnItsWay: A provider is still to be asked, with the receipt for this person.
    """
    orders = Order.objects.for_customer(user_id)
    # Held, so that nobody asks for money to go back meanwhile.
    list(orders.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    if orders.open().exists():
        raise OrdersStillOpen
    payments.hold_for_erasure(customer_id=user_id)
    orders.update(
        contact_name="", contact_phone="", address="", address_details="", comment="",
        latitude=None, longitude=None, updated_at=now,
    )  # fmt: skip
