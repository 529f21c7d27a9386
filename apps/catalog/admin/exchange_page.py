"""What the page of an import or export shows, made from its row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.catalog.dto import ExchangeKind, ExchangeState
from apps.catalog.models import CatalogExchange
from apps.catalog.services.exchange import TABLES, is_applicable

_MOVING = (ExchangeState.QUEUED, ExchangeState.RUNNING)


@dataclass(frozen=True)
class Page:
    """An import or export as its page shows it."""

    exchange: CatalogExchange
    progress: dict[str, Any]
    sentence: str
    counts: list[tuple[str, int, str]]
    columns: list[str]
    faults: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    notes: list[str]
    more_faults: int
    has_file: bool
    is_export: bool


def page_of(exchange: CatalogExchange) -> Page:
    """Return what the page shows."""
    report = exchange.report
    titles = {column.name: str(column.title) for column in TABLES[exchange.table]}
    faults = report.get("faults", [])
    is_export = exchange.kind == ExchangeKind.EXPORT
    return Page(
        exchange=exchange,
        progress=progress_of(exchange),
        sentence=_sentence(exchange),
        counts=_counts(report) if report.get("columns") else [],
        columns=[titles.get(name, name) for name in report.get("columns", [])],
        faults=_titled(faults, titles),
        changes=_titled(report.get("changes", []), titles),
        notes=report.get("notes", []),
        more_faults=max(0, report.get("wrong", 0) - len({fault["row"] for fault in faults})),
        has_file=bool(exchange.file) and (not is_export or exchange.state == ExchangeState.DONE),
        is_export=is_export,
    )


def progress_of(exchange: CatalogExchange) -> dict[str, Any]:
    """Return how far it is; `key` changes whenever the page should be shown anew."""
    moving = exchange.state in _MOVING
    return {
        "done": exchange.done,
        "total": exchange.total,
        "text": _how_far(exchange),
        "is_moving": moving,
        "key": f"{exchange.state}-{bool(exchange.confirmed_at)}",
    }


def _how_far(exchange: CatalogExchange) -> str:
    if not exchange.total:
        return _("Waiting for its turn…")
    if exchange.confirmed_at and exchange.state == ExchangeState.RUNNING:
        # What is written is products and packs: more than the table has rows.
        return f"{100 * exchange.done // exchange.total} %"
    return _("{done} of {total} rows").format(done=exchange.done, total=exchange.total)


def _titled(entries: list[dict[str, Any]], titles: dict[str, str]) -> list[dict[str, Any]]:
    return [{**entry, "title": titles.get(entry["column"], "")} for entry in entries]


def _counts(report: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [
        (_("new"), report.get("new", 0), "success"),
        (_("changed"), report.get("changed", 0), "info"),
        (_("unchanged"), report.get("unchanged", 0), ""),
        (_("with faults"), report.get("wrong", 0), "danger" if report.get("wrong") else ""),
    ]


def _sentence(exchange: CatalogExchange) -> str:
    """Return what has become of it, and what can be done next."""
    report, state = exchange.report, ExchangeState(exchange.state)
    if report.get("failure"):
        return str(report["failure"])
    if exchange.kind == ExchangeKind.EXPORT:
        return _EXPORTS[state]()
    if state == ExchangeState.CHECKED and report.get("wrong"):
        return ngettext(
            "%(count)s row has faults: nothing can be applied yet. Mend the table and bring it "
            "again.",
            "%(count)s rows have faults: nothing can be applied yet. Mend the table and bring it "
            "again.",
            report["wrong"],
        ) % {"count": report["wrong"]}
    if state == ExchangeState.CHECKED and not is_applicable(exchange):
        return _("The catalogue already says all that the table says: there is nothing to apply.")
    if state in _MOVING and exchange.confirmed_at:
        return _("The table is being applied, all of it or nothing.")
    return _IMPORTS[state]()


_IMPORTS: dict[ExchangeState, Callable[[], str]] = {
    ExchangeState.QUEUED: lambda: _("The table is being checked. Nothing is changed yet."),
    ExchangeState.RUNNING: lambda: _("The table is being checked. Nothing is changed yet."),
    ExchangeState.CHECKED: lambda: _("The table is fine. Nothing is changed until you apply it."),
    ExchangeState.DONE: lambda: _("Applied: the catalogue says what the table says."),
    ExchangeState.FAILED: lambda: _("Nothing was applied."),
    ExchangeState.DROPPED: lambda: _("Dropped. Nothing of it was applied."),
}
_EXPORTS: dict[ExchangeState, Callable[[], str]] = {
    ExchangeState.QUEUED: lambda: _("The table is being written."),
    ExchangeState.RUNNING: lambda: _("The table is being written."),
    ExchangeState.DONE: lambda: _("The table is ready."),
    ExchangeState.FAILED: lambda: _("The table could not be written."),
    ExchangeState.DROPPED: lambda: _("Dropped."),
    ExchangeState.CHECKED: lambda: "",
}
