"""What a request leaves in the database: the rows of all tables that it wrote."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.http import HttpResponse

from tests.api.calls import undone

_WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)"?', re.IGNORECASE)
Rows = dict[Any, dict[str, Any]]


@dataclass
class Trace:
    """An answer, and by table the rows as they were and as they are; nothing else was written."""

    answer: HttpResponse
    before: dict[str, Rows] = field(default_factory=dict)
    after: dict[str, Rows] = field(default_factory=dict)

    @property
    def has_changed(self) -> bool:
        return self.before != self.after


def trace(send: Callable[[], HttpResponse]) -> Trace:
    """Make a request, note what it wrote, and undo it."""
    with undone():
        with transaction.atomic(), _written() as tables:
            answer = send()
        traced = Trace(answer, after={table: rows_of(table) for table in tables})
    traced.before = {table: rows_of(table) for table in tables}
    return traced


@contextmanager
def _written() -> Iterator[set[str]]:
    tables: set[str] = set()

    def note(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        tables.update(set(_WRITES.findall(str(sql))) & _models().keys())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables


def _models() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def rows_of(table: str) -> Rows:
    """Return a table's rows by primary key."""
    return {
        row.pop("pk"): row for row in _models()[table]._base_manager.values("pk", *_columns(table))
    }


def _columns(table: str) -> list[str]:
    return [one.attname for one in _models()[table]._meta.concrete_fields]
