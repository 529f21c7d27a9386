"""A world that many tests look at: made once for a class, and undone with it.

@pytest.fixture(scope="class")
def shop(kept):
    with kept():
        yield build()
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import transaction

Kept = Callable[[], AbstractContextManager[None]]


@pytest.fixture(scope="session")
def kept(django_db_setup, django_db_blocker) -> Kept:
    """Open a transaction around the tests of a class, each of which undoes only its own doings."""

    @contextmanager
    def opened() -> Iterator[None]:
        with django_db_blocker.unblock(), transaction.atomic():
            yield
            transaction.set_rollback(True)

    return opened
