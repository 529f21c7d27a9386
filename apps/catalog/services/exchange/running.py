"""Work on what was asked for: one at a time, under a lease that ends by itself.

A process that dies leaves its lease; the next one begins anew. What an import writes is one
transaction, the row's own state included, so that nothing is ever half applied or applied twice.
"""

import logging
import uuid
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from apps.catalog.dto import ExchangeKind, ExchangeState, ExchangeTable
from apps.catalog.models import CatalogExchange
from apps.catalog.services.exchange import exporting
from apps.catalog.services.exchange.archive import Archive, opened
from apps.catalog.services.exchange.columns import KEYS, TABLES, headings
from apps.catalog.services.exchange.goods import GoodsPlan, GoodsPlanner
from apps.catalog.services.exchange.progress import LEASE, LeaseLost, Progress, told
from apps.catalog.services.exchange.report import Report
from apps.catalog.services.exchange.shelves import plan_categories, plan_tags
from apps.catalog.services.exchange.staging import Staging
from apps.catalog.services.exchange.writing import (
    RowRefused,
    write_categories,
    write_goods,
    write_tags,
)
from apps.catalog.services.history import because
from apps.catalog.services.packs import rules_shared
from apps.core.errors import Busy, ShopError
from apps.core.sheets import read_sheet
from apps.core.storage import private
from apps.core.time import now as present
from apps.core.transactions import all_or_nothing

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
_AT_ONCE = 10


def run_due_exchanges(*, now: datetime) -> int:
    """Work on what is waiting, oldest first, and return how many were taken in hand."""
    for taken in range(_AT_ONCE):
        exchange = _claim(now=max(now, present()))
        if exchange is None:
            return taken
        _run(exchange)
    return _AT_ONCE


def _claim(*, now: datetime) -> CatalogExchange | None:
    """Take the lease of the oldest job that waits or was left; None while another one runs."""
    alive = Q(state=ExchangeState.RUNNING, leased_until__gt=now)
    left = Q(state=ExchangeState.RUNNING, leased_until__lte=now)
    try:
        with transaction.atomic():
            if CatalogExchange.objects.filter(alive).exists():
                return None
            free = CatalogExchange.objects.filter(left | Q(state=ExchangeState.QUEUED))
            exchange = free.select_for_update(skip_locked=True).order_by("pk").first()
            if exchange is None:
                return None
            exchange.state, exchange.lease = ExchangeState.RUNNING, uuid.uuid4()
            exchange.leased_until, exchange.attempts = now + LEASE, exchange.attempts + 1
            exchange.save(
                update_fields=["state", "lease", "leased_until", "attempts", "updated_at"]
            )
            return exchange
    except IntegrityError:
        # Somebody else has just begun: the index lets only one row run.
        return None


def _run(exchange: CatalogExchange) -> None:
    if exchange.attempts > MOST_ATTEMPTS:
        _fail(exchange, _("It was interrupted {count} times.").format(count=MOST_ATTEMPTS))
        return
    progress = Progress(exchange_id=exchange.pk, lease=_lease(exchange))
    work = _export if exchange.kind == ExchangeKind.EXPORT else _import
    try:
        with translation.override(exchange.language), told(progress):
            work(exchange, progress)
    except ShopError as error:
        _fail_or_wait(exchange, error)
    except (OperationalError, InterfaceError) as error:
        logger.warning("Exchange %s is tried again: %s", exchange.pk, error)
        _release(exchange)
    except LeaseLost:
        logger.warning("Exchange %s was taken over by another worker", exchange.pk)
    except Exception:
        logger.exception("Exchange %s failed", exchange.pk)
        with translation.override(exchange.language):
            _fail(exchange, _("Something went wrong. Please try again."))


def _export(exchange: CatalogExchange, progress: Progress) -> None:
    file_format = exchange.file_name.rpartition(".")[2]
    content, rows = exporting.table_bytes(
        table=exchange.table, file_format=file_format, progress=progress
    )
    name = private().save(f"exchange/{uuid.uuid4().hex}", ContentFile(content))
    try:
        _settle(exchange, state=ExchangeState.DONE, file=name, total=rows, done=rows)
    except LeaseLost:
        private().delete(name)
        raise


def _import(exchange: CatalogExchange, progress: Progress) -> None:
    with opened(exchange.pictures) as archive:
        report = Report()
        plan = _planned(exchange, archive, report, progress)
        if exchange.confirmed_at is None or report.wrong:
            _settle(
                exchange, state=ExchangeState.CHECKED, confirmed_at=None,
                confirmed_by=None,
                report=report.as_json(), total=progress.total, done=progress.done,
            )  # fmt: skip
            return
        _apply(exchange, plan, report, archive, progress)


def _planned(
    exchange: CatalogExchange, archive: Archive, report: Report, progress: Progress
) -> Any:
    """Read the table and find what it would change."""
    table = ExchangeTable(exchange.table)
    with exchange.file.open("rb") as file:
        rows = read_sheet(file, columns=headings(TABLES[table]), required=[KEYS[table]])
    report.columns = list(rows[0].values)
    progress.begin(len(rows))
    if table == ExchangeTable.CATEGORIES:
        return plan_categories(rows, report, progress)
    if table == ExchangeTable.TAGS:
        return plan_tags(rows, report, progress)
    plan = GoodsPlanner(report=report, archive=archive).read(rows, progress)
    used = {name for product in plan.products.values() for name in product.values.get("images", [])}
    spare = sorted(set(archive) - used)
    if spare:
        report.notes.append(
            _("Not named in the table, so not used: %(files)s.") % {"files": ", ".join(spare[:10])}
        )
    return plan


def _apply(
    exchange: CatalogExchange, plan: Any, report: Report, archive: Archive, progress: Progress
) -> None:
    staging, rows = Staging(exchange), progress.total
    staging.clear()
    galleries = plan.products.values() if isinstance(plan, GoodsPlan) else ()
    stored = staging.store(galleries, archive, progress)
    reason = str(exchange)
    try:
        # The rules come before any row is locked, as everywhere that prices are published.
        with all_or_nothing(), because(reason[:100]), rules_shared():
            if isinstance(plan, GoodsPlan):
                write_goods(
                    plan, stored=stored, actor_id=exchange.confirmed_by_id, progress=progress
                )
            elif exchange.table == ExchangeTable.CATEGORIES:
                write_categories(plan, actor_id=exchange.confirmed_by_id, progress=progress)
            else:
                write_tags(plan, actor_id=exchange.confirmed_by_id, progress=progress)
            _settle(
                exchange, state=ExchangeState.DONE, report=report.as_json(), staged=[],
                total=rows, done=rows,
            )  # fmt: skip
    except RowRefused as refusal:
        staging.clear()
        report.fault(refusal.row, "", str(refusal))
        _settle(exchange, state=ExchangeState.FAILED, report={
            **report.as_json(),
            "failure": _("The catalogue has changed since the check. Nothing was applied."),
        })  # fmt: skip
    except BaseException:
        staging.clear()
        raise


def _fail_or_wait(exchange: CatalogExchange, error: ShopError) -> None:
    if isinstance(error, Busy):
        _release(exchange)
        return
    with translation.override(exchange.language):
        _fail(exchange, str(error))


def _fail(exchange: CatalogExchange, sentence: str) -> None:
    try:
        _settle(exchange, state=ExchangeState.FAILED, report={"failure": sentence[:300]})
    except LeaseLost:
        logger.warning("Exchange %s was taken over by another worker", exchange.pk)


def _release(exchange: CatalogExchange) -> None:
    """Hand the job back: the next sweep tries again."""
    _mine(exchange).update(
        state=ExchangeState.QUEUED, lease=None, leased_until=None, updated_at=present()
    )


def _settle(exchange: CatalogExchange, *, state: ExchangeState, **fields: Any) -> None:
    """Write how it ended, if the lease is still ours.

    Raises:
        LeaseLost: It is not; a transaction around this must not be kept.
    """
    moment = present()
    finished = None if state == ExchangeState.CHECKED else moment
    values = {"lease": None, "leased_until": None, "finished_at": finished, "updated_at": moment}
    if not _mine(exchange).update(state=state, **{**values, **fields}):
        raise LeaseLost


def _mine(exchange: CatalogExchange) -> Any:
    return CatalogExchange.objects.filter(
        pk=exchange.pk, state=ExchangeState.RUNNING, lease=exchange.lease
    )


def _lease(exchange: CatalogExchange) -> uuid.UUID:
    if exchange.lease is None:
        raise LeaseLost
    return exchange.lease
