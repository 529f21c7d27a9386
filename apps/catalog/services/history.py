"""Who made a change, for the history that staff read."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from apps.catalog.errors import InvalidField
from apps.core.history import sign

Row = TypeVar("Row", bound=models.Model)

_reason: ContextVar[str] = ContextVar("reason", default="")


@contextmanager
def because(reason: str) -> Iterator[None]:
    """Let the history say why, for every row that is signed inside."""
    token = _reason.set(reason)
    try:
        yield
    finally:
        _reason.reset(token)


def reason_now() -> str:
    """Return why things are written now, as `because` was told."""
    return _reason.get()


def signed(row: Row, actor_id: int | None) -> Row:
    """Let the next history entry of a row name who made it."""
    sign(row, actor_id)
    if _reason.get():
        row._change_reason = _reason.get()  # type: ignore[attr-defined]
    return row


def write(row: Row, changes: dict[str, Any], allowed: frozenset[str]) -> Row:
    """Set fields of a row and hold them to their validators.

    Raises:
        InvalidField: A field may not be written like this, or its value can't be used.
    """
    for name, value in changes.items():
        if name not in allowed:
            raise InvalidField(field=name, reason="")
        setattr(row, name, value)
    for field, sentence in faults_of(row).items():
        raise InvalidField(field=field, reason=sentence)
    return row


def faults_of(row: models.Model) -> dict[str, str]:
    """Return what is wrong with the fields of a row, a sentence for each; nothing is written."""
    try:
        # Whom a row belongs to is looked up by its service, with an error that says so.
        row.clean_fields(exclude={"category", "parent", "product"})
    except ValidationError as error:
        return {field: messages[0] for field, messages in error.message_dict.items()}
    return {}
