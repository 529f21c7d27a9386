"""Who made a change, for the history that staff read."""

from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models

from apps.catalog.errors import InvalidField

Row = TypeVar("Row", bound=models.Model)


def signed(row: Row, actor_id: int | None) -> Row:
    """Let the next history entry of a row name who made it."""
    if actor_id is not None:
        # The key is all that the history keeps: no need to read the person.
        row._history_user = get_user_model()(pk=actor_id)  # type: ignore[attr-defined]
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
    try:
        # Whom a row belongs to is looked up by its service, with an error that says so.
        row.clean_fields(exclude={"category", "parent", "product"})
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidField(field=field, reason=messages[0]) from error
    return row
