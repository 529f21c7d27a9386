"""Versions of records: the first one of what came without, and who made the next."""

from typing import Any

from django.contrib.auth import get_user_model


def keep_first_version(row: Any) -> None:
    """Remember what a record is now, if nothing was remembered yet: the next change has a before.

    Call it with the row as it stands in the database, before it is changed.
    """
    versions = type(row).history
    if versions.filter(**{row._meta.pk.attname: row.pk}).exists():
        return
    # Nobody knows who made it: it was not the one who changes it now.
    row._history_user = None
    versions.bulk_history_create([row])
    del row._history_user


def sign(row: Any, actor_id: int | None) -> None:
    """Let the next version of a record name who made it."""
    if actor_id is not None:
        # The key is all that the history keeps: no need to read the person.
        row._history_user = get_user_model()(pk=actor_id)
