"""Where each app says what it knows of a person, and how it forgets.

An app registers a source in its `AppConfig.ready`; export and erasure walk over all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Source:
    """One app's share of a person.

    `export(user_id)` returns what JSON can carry. `erase(user_id, now)` runs inside the erasure's
    transaction; it may raise a ShopError, and then nothing is erased.
    """

    name: str
    export: Callable[[int], Any]
    erase: Callable[[int, datetime], None]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Enter a source; one of the same name is replaced."""
    _sources[source.name] = source


def sources() -> tuple[Source, ...]:
    """Return every source, in the order of their names."""
    return tuple(_sources[name] for name in sorted(_sources))
