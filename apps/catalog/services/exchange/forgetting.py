"""Files of imports and exports are kept for some days, their rows for some months."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from apps.catalog.dto import ExchangeState
from apps.catalog.models import CatalogExchange
from apps.catalog.services.images import forget_files, rendition_names
from apps.core.storage import private

FILES_KEPT = timedelta(days=7)
ROWS_KEPT = timedelta(days=180)


def forget_exchanges(now: datetime) -> int:
    """Drop checks that nobody applied, delete old files and, much later, their rows."""
    old = CatalogExchange.objects.exclude(
        state__in=(ExchangeState.QUEUED, ExchangeState.RUNNING)
    ).filter(updated_at__lt=now - FILES_KEPT)
    full = old.exclude(file="", pictures="", staged=[])
    files: list[str] = []
    pictures: list[str] = []
    for exchange in full.select_for_update(skip_locked=True).order_by("pk")[:200]:
        files += [str(file.name) for file in (exchange.file, exchange.pictures) if file]
        pictures += [name for stem in exchange.staged for name in rendition_names(stem)]
        exchange.file = exchange.pictures = ""
        exchange.staged = []
        if exchange.state == ExchangeState.CHECKED:
            exchange.state, exchange.finished_at = ExchangeState.DROPPED, now
        exchange.save(update_fields=["file", "pictures", "staged", "state", "finished_at"])

    def delete() -> None:
        for name in files:
            private().delete(name)
        forget_files(pictures)

    transaction.on_commit(delete, robust=True)
    ancient = Q(finished_at__lt=now - ROWS_KEPT)
    removed: int = CatalogExchange.objects.filter(ancient).delete()[0]
    return removed + len(files)
