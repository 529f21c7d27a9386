"""Where files lie that no address leads to: only a door that asks for permission hands them out."""

from django.core.files.storage import Storage, storages


def private() -> Storage:
    """Return the storage of files that are not for everybody."""
    return storages["private"]
