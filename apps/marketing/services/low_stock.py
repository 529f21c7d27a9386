"""Tell the staff group which packs have come to their threshold, once per crossing."""

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import translation

from apps.core.transactions import retrying_atomic
from apps.inventory import selectors as inventory
from apps.marketing import texts
from apps.marketing.models import LowStockAlert
from apps.notifications import services as notifications

# What another sweep told of meanwhile is not ours to tell.
_REMEMBER = """
INSERT INTO marketing_lowstockalert (variant_id, fell_at)
SELECT variant_id, %(now)s FROM unnest(%(ids)s::bigint[]) AS fallen (variant_id)
ORDER BY variant_id
ON CONFLICT (variant_id) DO NOTHING
RETURNING variant_id
"""


@retrying_atomic
def tell_low_stock(*, now: datetime) -> int:
    """Tell of packs that have fallen to their threshold since the last call; return how many.

    Several are one message. A pack is told of again only after it had risen above its threshold.
    Nothing is written into the stock rows: buyers wait for nobody here.
    """
    # In the shop's own language, which staff read.
    with translation.override(settings.LANGUAGE_CODE):
        low = {card.variant_id: card for card in inventory.low_stock(limit=None)}
        LowStockAlert.objects.exclude(variant_id__in=low).delete()
        fallen = _remembered(list(low), now)
        if fallen and settings.TELEGRAM_STAFF_CHAT_ID:
            cards = [card for pk, card in low.items() if pk in fallen]
            address = reverse("admin:inventory_stocklevel_changelist")
            content = texts.running_low(cards, url=f"{settings.PUBLIC_URL}{address}?amount=low")
            notifications.queue_message(content=content, chat_id=settings.TELEGRAM_STAFF_CHAT_ID)
    return len(fallen)


def _remembered(variant_ids: list[int], now: datetime) -> frozenset[int]:
    """Remember packs as low and return those that were not before."""
    known = set(LowStockAlert.objects.values_list("variant_id", flat=True))
    fresh = [pk for pk in variant_ids if pk not in known]
    if not fresh:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, {"ids": fresh, "now": now})
        return frozenset(row[0] for row in cursor.fetchall())
