"""What staff ask for: to import, to apply what was checked, to drop it, to export."""

import uuid
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils import translation

from apps.catalog.dto import ExchangeKind, ExchangeState, ExchangeTable
from apps.catalog.errors import (
    ExchangeNotFound,
    ExchangeNotReady,
    ExchangeRunning,
    TooManyExchanges,
)
from apps.catalog.jobs import CatalogJob
from apps.catalog.models import CatalogExchange
from apps.catalog.services.exchange.exporting import file_name
from apps.core.jobs import enqueue_on_commit
from apps.core.sheets import MOST_BYTES, SheetTooLarge
from apps.core.storage import private
from apps.core.text import one_line
from apps.core.transactions import retrying_atomic

MOST_WAITING = 20
_WAITING = (ExchangeState.QUEUED, ExchangeState.RUNNING)


def request_import(
    *, table: ExchangeTable, file: File[bytes], pictures: File[bytes] | None, actor_id: int
) -> CatalogExchange:
    """Keep the files and queue their check; nothing of the catalogue changes yet.

    Raises:
        SheetTooLarge: The table has more bytes than are read.
        TooManyExchanges: Too many are waiting already.
    """
    if file.size > MOST_BYTES:
        raise SheetTooLarge(megabytes=MOST_BYTES // 1024 // 1024)
    storage = private()
    # Files first, outside the transaction; a row that is refused takes them away again.
    names = [_kept(storage, part) for part in (file, pictures) if part is not None]
    try:
        return _queued(
            kind=ExchangeKind.IMPORT, table=table, actor_id=actor_id, file=names[0],
            pictures=names[1] if pictures is not None else "",
            file_name=one_line(file.name or "", limit=120) or str(table),
        )  # fmt: skip
    except BaseException:
        for name in names:
            storage.delete(name)
        raise


def request_export(
    *, table: ExchangeTable, file_format: str, actor_id: int, now: datetime
) -> CatalogExchange:
    """Queue the writing of a table (`xlsx` or `csv`).

    Raises:
        TooManyExchanges: Too many are waiting already.
    """
    name = file_name(table=table, file_format=file_format, now=now)
    return _queued(kind=ExchangeKind.EXPORT, table=table, actor_id=actor_id, file_name=name)


@retrying_atomic
def confirm_import(*, exchange_id: int, actor_id: int, now: datetime) -> CatalogExchange:
    """Let a checked import be applied, in the name of who says so.

    Raises:
        ExchangeNotFound: There is no such import.
        ExchangeNotReady: It was not checked, has faults, or nothing of it is new.
    """
    exchange = _locked(exchange_id)
    report = exchange.report
    if exchange.state != ExchangeState.CHECKED or report.get("wrong") or not _writes(report):
        raise ExchangeNotReady
    exchange.confirmed_at, exchange.confirmed_by_id = now, actor_id
    exchange.state, exchange.attempts, exchange.done = ExchangeState.QUEUED, 0, 0
    exchange.save(
        update_fields=["confirmed_at", "confirmed_by", "state", "attempts", "done", "updated_at"]
    )
    enqueue_on_commit(CatalogJob.RUN_EXCHANGES)
    return exchange


@retrying_atomic
def drop_exchange(*, exchange_id: int, now: datetime) -> CatalogExchange:
    """Take back an import or export that nobody is working on.

    Raises:
        ExchangeNotFound: There is none.
        ExchangeRunning: It is being worked on, or over already.
    """
    exchange = _locked(exchange_id)
    if exchange.state not in (ExchangeState.QUEUED, ExchangeState.CHECKED):
        raise ExchangeRunning
    exchange.state, exchange.finished_at = ExchangeState.DROPPED, now
    exchange.save(update_fields=["state", "finished_at", "updated_at"])
    return exchange


def is_applicable(exchange: CatalogExchange) -> bool:
    """Tell whether `confirm_import` would let it be applied."""
    report = exchange.report
    return exchange.state == ExchangeState.CHECKED and not report.get("wrong") and _writes(report)


def _writes(report: dict[str, Any]) -> bool:
    return bool(report.get("new") or report.get("changed"))


@retrying_atomic
def _queued(*, actor_id: int, **fields: Any) -> CatalogExchange:
    waiting = CatalogExchange.objects.filter(state__in=_WAITING).count()
    if waiting >= MOST_WAITING:
        raise TooManyExchanges(count=waiting)
    language = (translation.get_language() or "ru")[:2]
    exchange = CatalogExchange.objects.create(asked_by_id=actor_id, language=language, **fields)
    enqueue_on_commit(CatalogJob.RUN_EXCHANGES)
    return exchange


def _kept(storage: Storage, file: File[bytes]) -> str:
    """Write an upload under a name that nobody guesses, and return the name."""
    return storage.save(f"exchange/{uuid.uuid4().hex}", file)


def _locked(exchange_id: int) -> CatalogExchange:
    exchange = CatalogExchange.objects.select_for_update().filter(pk=exchange_id).first()
    if exchange is None:
        raise ExchangeNotFound(exchange=exchange_id)
    return exchange
