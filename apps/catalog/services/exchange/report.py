"""What a check found: counts, and the first faults and changes, small enough to keep in a row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.catalog.services.exchange.cells import KEEP, BadCell, Column
from apps.core.sheets import SheetRow

MOST_SHOWN = 200
_MOST_LETTERS = 200


@dataclass
class Report:
    """Counts of rows by what became of them; a row with a fault is wrong and nothing else."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: int = 0
    faults: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    _wrong_rows: set[int] = field(default_factory=set)
    _wrong_cells: set[tuple[int, str]] = field(default_factory=set)

    @property
    def writes(self) -> int:
        """How many rows the catalogue would take from the table."""
        return self.new + self.changed

    def fault(self, row: int, column: str, sentence: str) -> None:
        """Note the first thing wrong in a cell; `column` is empty for the whole row."""
        if column and (row, column) in self._wrong_cells:
            return
        self._wrong_cells.add((row, column))
        if row not in self._wrong_rows:
            self._wrong_rows.add(row)
            self.wrong += 1
        if len(self.faults) < MOST_SHOWN:
            self.faults.append({"row": row, "column": column, "text": sentence[:_MOST_LETTERS]})

    def change(self, row: int, key: str, column: Column, old: Any, new: Any) -> None:
        """Note what a cell would change."""
        if len(self.changes) < MOST_SHOWN:
            self.changes.append(
                {"row": row, "key": key, "column": column.name, "old": _short(column.show(old)),
                 "new": _short(column.show(new))}
            )  # fmt: skip

    def count(self, row: int, *, is_new: bool, is_changed: bool) -> None:
        """Note what becomes of a row."""
        if row in self._wrong_rows:
            return
        if is_new:
            self.new += 1
        elif is_changed:
            self.changed += 1
        else:
            self.unchanged += 1

    def is_wrong(self, row: int) -> bool:
        """Tell whether something was wrong in a row."""
        return row in self._wrong_rows

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        kept = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        kept["faults"] = sorted(self.faults, key=lambda fault: int(fault["row"]))
        kept["changes"] = [change for change in self.changes if not self.is_wrong(change["row"])]
        return kept


def read_cells(
    rows: Sequence[SheetRow], columns: Iterable[Column], report: Report
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each row's number and values; cells that leave what there is are left out."""
    known = {column.name: column for column in columns}
    for row in rows:
        values = {}
        for name, text in row.values.items():
            try:
                value = known[name].read(text)
            except BadCell as error:
                report.fault(row.number, name, str(error))
            else:
                if value is not KEEP:
                    values[name] = value
        yield row.number, values


def differences(
    columns: Mapping[str, Column], values: Mapping[str, Any], current: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values that differ from the current ones, by column."""
    return {
        name: value
        for name, value in values.items()
        if name in current and not columns[name].same(value, current[name])
    }


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"
