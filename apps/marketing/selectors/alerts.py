"""Who waits for which pack."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Count

from apps.catalog import selectors as catalog
from apps.core.models import in_language
from apps.marketing.dto import AlertCard
from apps.marketing.models import BackInStockAlert, BackInStockAlertQuerySet


def own_alerts(*, customer_id: int) -> BackInStockAlertQuerySet:
    """Return what a person waits for, the newest first, still open to pages."""
    return BackInStockAlert.objects.waiting().filter(customer_id=customer_id).order_by("-pk")


def watched_variants(*, customer_id: int, variant_ids: Collection[int]) -> frozenset[int]:
    """Return which of these packs a person waits for."""
    if not variant_ids:
        return frozenset()
    waiting = own_alerts(customer_id=customer_id).filter(variant_id__in=variant_ids)
    return frozenset(waiting.values_list("variant_id", flat=True))


def alert_cards(*, alerts: Sequence[BackInStockAlert], now: datetime) -> list[AlertCard]:
    """Return alerts as a person reads them, with one query."""
    ids = [alert.variant_id for alert in alerts]
    variants = catalog.sale_variants(variant_ids=ids, now=now)
    return [
        AlertCard(
            variant_id=alert.variant_id,
            product_id=variants[alert.variant_id].product_id,
            sku=variants[alert.variant_id].sku,
            product_slug=variants[alert.variant_id].product_slug,
            name=in_language(variants[alert.variant_id], "name"),
            pack_weight_g=variants[alert.variant_id].pack_weight_g,
            asked_at=alert.asked_at,
        )
        for alert in alerts
    ]


def most_awaited(*, limit: int, now: datetime) -> list[tuple[AlertCard, int]]:
    """Return the packs that most people wait for, the first one's ask and how many they are."""
    waiting = BackInStockAlert.objects.waiting().filter(variant__deleted_at__isnull=True)
    counted = waiting.values("variant_id").annotate(people=Count("pk"))
    people = {
        row["variant_id"]: row["people"]
        for row in counted.order_by("-people", "variant_id")[:limit]
    }
    first = BackInStockAlert.objects.waiting().filter(variant_id__in=people)
    oldest = list(first.order_by("variant_id", "asked_at", "pk").distinct("variant_id"))
    cards = {card.variant_id: card for card in alert_cards(alerts=oldest, now=now)}
    return [(cards[pk], count) for pk, count in people.items() if pk in cards]
