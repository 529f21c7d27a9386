"""Whom a broadcast reaches."""

from datetime import datetime, timedelta

from apps.marketing.models import Broadcast, BroadcastRecipient
from apps.orders import selectors as orders
from apps.users import selectors as users
from apps.users.dto import CustomerCard
from apps.users.selectors import Ids


def audience_count(*, broadcast: Broadcast, now: datetime) -> int:
    """Return how many people are in the segment and can be sent an offer."""
    among, besides = _segment(broadcast, now)
    return users.offer_reader_count(among=among, besides=besides, language=broadcast.language)


def next_readers(*, broadcast: Broadcast, limit: int, now: datetime) -> list[CustomerCard]:
    """Return the next people of the segment whom the broadcast has not come to yet, by id."""
    among, besides = _segment(broadcast, now)
    return users.offer_readers(
        among=among, besides=besides, language=broadcast.language,
        after=broadcast.last_person_id, limit=limit,
    )  # fmt: skip


def still_readers(*, rows: list[BroadcastRecipient]) -> dict[int, CustomerCard]:
    """Return those of some recipients who can still be sent an offer, by id."""
    ids = BroadcastRecipient.objects.filter(pk__in=[row.pk for row in rows])
    people = users.offer_readers(among=ids.values_list("person_id", flat=True), limit=len(rows))
    return {card.id: card for card in people}


def _segment(broadcast: Broadcast, now: datetime) -> tuple[list[Ids], list[Ids]]:
    """Return in whose ids a person must stand, and in whose not."""
    among: list[Ids] = []
    besides: list[Ids] = []
    if broadcast.bought_id is not None:
        among.append(orders.who_bought(product_id=broadcast.bought_id))
    if broadcast.zone_id is not None:
        among.append(orders.who_bought(zone_id=broadcast.zone_id))
    if broadcast.idle_days is not None:
        among.append(orders.who_bought())
        besides.append(orders.who_bought(since=now - timedelta(days=broadcast.idle_days)))
    return among, besides
