"""Tell those who wait that a pack is back, in waves about as large as what came.

A thousand messages for ten packs would make 990 people angry: so the first who asked are told
first, and the others when the packs are still there an hour later, or when more come.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import translation

from apps.catalog import selectors as catalog
from apps.catalog.dto import Availability, SaleVariant
from apps.core.locks import try_to_hold
from apps.core.transactions import retrying_atomic
from apps.inventory import selectors as inventory
from apps.marketing import texts
from apps.marketing.models import BackInStockAlert, BackInStockAlertQuerySet
from apps.notifications import services as notifications
from apps.notifications.dto import BulkMessage, MessageContent
from apps.users import selectors as users

logger = logging.getLogger(__name__)

# So many people are told for each unit: most of them buy something else, or later.
PEOPLE_A_UNIT = 3
# Who was told within this time still counts for the units that are there.
WAVE = timedelta(hours=1)
_BATCH = 500


def tell_back_in_stock(*, now: datetime) -> int:
    """Tell the next wave of each pack that is back, and close what is gone for good.

    Returns how many people were told. Each pack is a transaction of its own; two sweeps at once
    tell nobody twice.
    """
    waiting = BackInStockAlert.objects.waiting()
    back = waiting.filter(variant__deleted_at__isnull=True)
    told = 0
    for variant_id in _variants(back.exclude(variant__availability=Availability.NONE)):
        told += _tell_wave(variant_id=variant_id, now=now)
    for variant_id in _variants(waiting.filter(variant__deleted_at__isnull=False)):
        while count := _tell_gone(variant_id=variant_id, now=now):
            told += count
    return told


@retrying_atomic
def _tell_wave(*, variant_id: int, now: datetime) -> int:
    # Two sweeps would each tell as many as the units allow: one of them is enough.
    if not try_to_hold(f"marketing.wave/{variant_id}"):
        return 0
    variant = catalog.sale_variants(variant_ids=[variant_id], now=now)[variant_id]
    if not variant.is_on_sale_floor:
        return 0
    told = BackInStockAlert.objects.filter(variant_id=variant_id, told_at__gt=now - WAVE)
    free = inventory.available(variant_ids=[variant_id])[variant_id]
    room = min(PEOPLE_A_UNIT * free - told.count(), _BATCH)
    return _tell(variant, room, texts.back_in_stock, now)


@retrying_atomic
def _tell_gone(*, variant_id: int, now: datetime) -> int:
    variant = catalog.sale_variants(variant_ids=[variant_id], now=now)[variant_id]
    told = _tell(variant, _BATCH, texts.gone_for_good, now)
    if not told:
        # Nobody could tell those whose chat is closed; there is nothing to wait for.
        BackInStockAlert.objects.waiting().filter(variant_id=variant_id).delete()
    return told


def _tell(
    variant: SaleVariant, most: int, text: Callable[[SaleVariant], MessageContent], now: datetime
) -> int:
    """Answer the oldest asks of people who can be reached; return how many."""
    if most <= 0:
        return 0
    asks = (
        BackInStockAlert.objects.waiting()
        .reachable()
        .filter(variant_id=variant.id, asked_at__lte=now)
        .exclude(customer_id__in=users.refusers(kind="stock"))
    )
    # Whoever takes an ask back at this moment holds it: they are passed over.
    claimed = list(asks.oldest_first().select_for_update(skip_locked=True, of=("self",))[:most])
    BackInStockAlert.objects.filter(pk__in=[ask.pk for ask in claimed]).update(told_at=now)
    notifications.queue_messages(messages=_messages(claimed, variant, text))
    if claimed:
        logger.info("Told who waited", extra={"sku": variant.sku, "people": len(claimed)})
    return len(claimed)


def _messages(
    asks: list[BackInStockAlert],
    variant: SaleVariant,
    text: Callable[[SaleVariant], MessageContent],
) -> list[BulkMessage]:
    people = users.customer_cards(user_ids=[ask.customer_id for ask in asks])
    contents = {}
    for language in {card.language for card in people.values()}:
        with translation.override(language):
            contents[language] = text(variant)
    return [
        BulkMessage(
            recipient_id=person.id,
            chat_id=person.telegram_id,
            content=contents[person.language],
            dedupe_key=f"back-in-stock:{ask.pk}",
        )
        for ask in asks
        if (person := people[ask.customer_id]).telegram_id is not None
    ]


def _variants(asks: BackInStockAlertQuerySet) -> list[int]:
    return list(asks.order_by("variant_id").values_list("variant_id", flat=True).distinct())
