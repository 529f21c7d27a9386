"""How the cells of a table look on the page."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format

from apps.analytics.admin.figures import number, share
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
    """Return a table's rows as they are written.

    With heat percents are coloured by their size beside the largest, and what can't be yet is
    left empty.
    """
    warm = [at for at, column in enumerate(table.columns) if column.kind == Kind.PERCENT]
    values = [Decimal(str(row[at])) for row in table.rows for at in warm if row[at] is not None]
    most = max(values, default=Decimal(0)) if with_heat else None
    return [
        [_cell(column, value, most) for column, value in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]


def _cell(column: Column, value: Any, most: Decimal | None) -> ShownCell:
    is_warm = most is not None and column.kind == Kind.PERCENT
    return ShownCell(
        text="" if is_warm and value is None else _text(column.kind, value),
        is_number=column.kind not in (Kind.TEXT, Kind.DAY, Kind.MONTH),
        is_secondary=column.is_secondary,
        heat=int(value * 10 / most) if is_warm and value is not None and most else None,
    )


def _text(kind: Kind, value: Any) -> str:
    return "—" if value is None else _TEXTS[kind](value)


_TEXTS: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: str,
    Kind.DAY: lambda day: date_format(day, "j b Y"),
    Kind.MONTH: lambda day: date_format(day, "M Y"),
    Kind.COUNT: number,
    Kind.MONEY: money,
    Kind.PERCENT: share,
    Kind.NUMBER: number,
}
