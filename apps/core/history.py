"""The first version of a record that came without one: made in bulk, or before it had a history."""

from typing import Any


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
