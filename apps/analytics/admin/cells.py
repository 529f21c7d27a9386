"""How the cells of a table look on the page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format, localize

from apps.analytics.admin.figures import count, share
from apps.analytics.tables import Column, Kind, Table
from apps.core.admin import money


@dataclass(frozen=True)
class ShownCell:
    """A cell's text and what its style goes by; `heat` is 0 to 10, or nothing."""

    text: str
    is_number: bool
    is_secondary: bool
    heat: int | None = None


def shown_rows(table: Table, *, with_heat: bool = False) -> list[list[ShownCell]]:
    """Return a table's rows as they are written; with heat, percents are coloured by their size."""
    return [
        [_cell(column, value, with_heat) for column, value in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]


def _cell(column: Column, value: Any, with_heat: bool) -> ShownCell:
    is_warm = with_heat and column.kind == Kind.PERCENT and value is not None
    return ShownCell(
        text=_text(column.kind, value),
        is_number=column.kind not in (Kind.TEXT, Kind.DAY, Kind.MONTH),
        is_secondary=column.is_secondary,
        heat=min(int(value) // 10, 10) if is_warm else None,
    )


def _text(kind: Kind, value: Any) -> str:
    return "—" if value is None else _TEXTS[kind](value)


_TEXTS: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: str,
    Kind.DAY: lambda day: date_format(day, "j b Y"),
    Kind.MONTH: lambda day: date_format(day, "F Y"),
    Kind.COUNT: count,
    Kind.MONEY: money,
    Kind.PERCENT: share,
    Kind.NUMBER: localize,
}
