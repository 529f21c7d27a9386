"""All that is known of one order's goods, money and window, to compare before and after."""

from typing import Any

from apps.delivery.models import DeliverySlot
from apps.fulfilment.models import (
    LineShortage,
    Pick,
    PickReturn,
    Recall,
    RecallOrder,
    RecallRefund,
)
from apps.inventory.models import Reservation, StockMovement
from apps.notifications.models import Message
from apps.orders.models import Order
from apps.payments.models import MoneyEntry, Payment
from tests.factories.inventory import snapshot


def whole_state(order: Order) -> dict[str, Any]:
    """Return every row that a step with the order might touch."""
    lines = list(order.lines.order_by("pk"))
    return {
        "order": Order.objects.values().get(pk=order.pk),
        "lines": [{"total": line.total, "picked": line.picked_quantity} for line in lines],
        "events": order.events.count(),
        "messages": Message.objects.count(),
        "payments": list(Payment.objects.filter(order=order).order_by("pk").values()),
        "entries": list(MoneyEntry.objects.order_by("pk").values()),
        "slots": list(DeliverySlot.objects.order_by("pk").values()),
        "picks": list(Pick.objects.order_by("pk").values()),
        "shortages": list(LineShortage.objects.order_by("pk").values()),
        "returns": list(PickReturn.objects.order_by("pk").values()),
        "recalls": [
            list(model.objects.order_by("pk").values())
            for model in (Recall, RecallOrder, RecallRefund)
        ],
        "promises": list(Reservation.objects.order_by("pk").values()),
        "movements": StockMovement.objects.count(),
        "stock": [snapshot(line.variant) for line in lines],
    }
