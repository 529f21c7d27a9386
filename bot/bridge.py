"""The only way from async handlers to the synchronous services."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import connections
from django.db.models import QuerySet

P = ParamSpec("P")
R = TypeVar("R")


async def call_service(service: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a service or selector in the thread that owns the database connection.

    Each worker of the inbox has such a thread of its own, so different chats run side by side.

    Raises:
        TypeError: The result is a lazy queryset, which cannot leave its thread.
    """

    def guarded() -> R:
        _drop_stale_connections()
        try:
            result = service(*args, **kwargs)
        finally:
            _drop_stale_connections()
        if isinstance(result, QuerySet):
            name = getattr(service, "__qualname__", repr(service))
            raise TypeError(f"{name} returned a lazy queryset")
        return result

    return await sync_to_async(guarded, thread_sensitive=True)()


def close_connections() -> None:
    """Close this thread's connections, because the thread is about to end."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def _drop_stale_connections() -> None:
    """Do between updates what Django does between requests."""
    for connection in connections.all(initialized_only=True):
        # Closing inside a transaction would break it; the test suite runs in one.
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
