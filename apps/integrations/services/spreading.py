"""Spread what triggers wrote down: one delivery for each endpoint that subscribed to it.

Events are found by being unspread, not by a position: a transaction that commits late leaves its
event behind those with higher numbers, and it is found all the same.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from apps.core.transactions import retrying_atomic
from apps.integrations.dto import EventType
from apps.integrations.models import Delivery, Endpoint, Event
from apps.orders import selectors as orders
from apps.orders.services import Order

_BATCH = 200
_OF_STOCK = frozenset({EventType.STOCK_CHANGED, EventType.STOCK_LOW})


def spread_events(*, now: datetime) -> int:
    """Write the deliveries of all new events; return how many deliveries were written."""
    written = 0
    while (count := _spread_some(now=now)) is not None:
        written += count
    return written


@retrying_atomic
def _spread_some(*, now: datetime) -> int | None:
    """Spread some events that nobody else is spreading; None where there are no more."""
    new = Event.objects.filter(spread_at__isnull=True).order_by("pk")
    events = list(new.select_for_update(skip_locked=True)[:_BATCH])
    if not events:
        return None
    endpoints = list(Endpoint.objects.listening(now))
    known = _orders_of(events)
    for event in events:
        event.data, event.spread_at = _data_of(event, known), now
    Event.objects.bulk_update(events, ["data", "spread_at"])
    deliveries = [
        Delivery(event=event, endpoint=endpoint, next_attempt_at=now, created_at=now)
        for event in events
        for endpoint in endpoints
        # Nobody hears of what was before they asked.
        if event.type in endpoint.types and endpoint.created_at <= event.created_at
    ]
    return len(Delivery.objects.bulk_create(deliveries, ignore_conflicts=True))


def _orders_of(events: Sequence[Event]) -> dict[int, Order]:
    wanted = {event.facts["order_id"] for event in events if "order_id" in event.facts}
    rows = orders.staff_orders().filter(pk__in=wanted) if wanted else ()
    return {order.pk: order for order in rows}


def _data_of(event: Event, known: Mapping[int, Order]) -> dict[str, Any]:
    """Return what receivers are told: public ids and sums, nothing of the customer."""
    if event.type in _OF_STOCK:
        return dict(event.facts)
    order = known[event.facts["order_id"]]
    told = {
        "order_id": str(order.public_id),
        "number": order.number,
        "method": order.method,
        "total": str(order.total),
        "currency": settings.SHOP_CURRENCY,
    }
    facts = {name: value for name, value in event.facts.items() if name != "order_id"}
    return told | facts
