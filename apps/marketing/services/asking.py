"""Ask how an order was: once, some hours after it arrived, and nobody who wants no reminders."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation

from apps.core.transactions import retrying_atomic
from apps.marketing import texts
from apps.marketing.models import Review
from apps.notifications import services as notifications
from apps.notifications.dto import BulkMessage
from apps.orders import selectors as orders
from apps.users import selectors as users

# What arrived longer ago was forgotten while nobody asked.
_RECENT = timedelta(days=3)
_BATCH = 500


def ask_reviews(*, now: datetime) -> int:
    """Ask for reviews of what arrived some hours ago; return how many people were asked.

    Each part is a transaction of its own; two sweeps at once ask nobody twice.
    """
    asked = 0
    while count := _ask_part(now=now):
        asked += count
    return asked


@retrying_atomic
def _ask_part(*, now: datetime) -> int:
    until = now - timedelta(seconds=settings.REVIEW_AFTER_SECONDS)
    delivered = orders.delivered_orders(since=now - _RECENT, until=until)
    # Who said something unasked is not asked, and who can't be asked is remembered as asked.
    events = delivered.exclude(order_id__in=Review.objects.values("order_id"))[:_BATCH]
    found = {event.order_id: event.order for event in events}
    Review.objects.bulk_create(
        [Review(order_id=order_id, asked_at=now) for order_id in sorted(found)],
        ignore_conflicts=True,
    )
    readers = users.reminder_readers(among={order.customer_id for order in found.values()})
    messages = []
    for order in found.values():
        reader = readers.get(order.customer_id)
        if reader is None or reader.telegram_id is None:
            continue
        with translation.override(reader.language):
            content = texts.how_was_it(order_id=order.pk, number=order.number)
        key = f"review:{order.pk}"
        messages.append(BulkMessage(reader.id, reader.telegram_id, content, key))
    notifications.queue_messages(messages=messages)
    return len(found)
