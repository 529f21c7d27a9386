"""Insert rows by the hundred thousand: one statement a table, whatever columns it has by now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.fields import NOT_PROVIDED


def insert(model: type[models.Model], source: str, columns: Mapping[str, str]) -> str:
    """Return an INSERT … SELECT of some columns, each an expression over the source.

    Columns that are not named get what the model gives them by default, as a service would.
    """
    named = dict(columns)
    for field in model._meta.concrete_fields:
        column, default = str(field.column), _default(field)
        if column not in named and default is not None:
            named[column] = default
    names = ", ".join(f'"{name}"' for name in named)
    values = ", ".join(named.values())
    table = model._meta.db_table
    return f'INSERT INTO "{table}" ({names}) SELECT {values} FROM {source}'


def _default(field: models.Field[Any, Any]) -> str | None:
    """Return a field's default as SQL, nothing where the database has its own or NULL will do."""
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return "now()"
    if isinstance(field, models.UUIDField):
        return "gen_random_uuid()"
    if field.primary_key or (field.null and field.default in (None, NOT_PROVIDED)):
        return None
    if isinstance(field, ArrayField):
        return "'{}'"
    if isinstance(field, models.JSONField):
        return _text(json.dumps(field.get_default()))
    if field.default is NOT_PROVIDED and not isinstance(field, models.CharField | models.TextField):
        return None
    return _literal(field.get_default())


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Decimal):
        return str(value)
    return _text(str(value or ""))


def _text(value: str) -> str:
    quoted = value.replace("'", "''").replace("%", "%%")
    return f"'{quoted}'"
