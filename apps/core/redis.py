"""Redis that may be away: asked once, with short patience, then left alone for a while."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

logger = logging.getLogger(__name__)
T = TypeVar("T")

TIMEOUT_SECONDS = 0.5
PAUSE_SECONDS = 5.0


class Breaker:
    """After one silence nobody asks for 5 s; then one caller tries while the others go on."""

    def __init__(self) -> None:
        self._asked_again_at = 0.0
        self._lock = threading.Lock()
        self._mine = threading.local()

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Guard one use of Redis; a use within a use is part of it.

        Raises:
            redis.exceptions.ConnectionError: It failed a moment ago and is not asked.
        """
        if getattr(self._mine, "trying", False):
            yield
            return
        self._knock()
        self._mine.trying = True
        try:
            yield
        except (RedisConnectionError, RedisTimeoutError, OSError) as error:
            if not self._asked_again_at:
                logger.warning("Redis is away, going on without it: %s", error)
            self._asked_again_at = time.monotonic() + PAUSE_SECONDS
            raise
        finally:
            self._mine.trying = False
        self._asked_again_at = 0.0

    def _knock(self) -> None:
        """Pass while Redis is trusted, or as the one caller who tries it again."""
        if not self._asked_again_at:
            return
        with self._lock:
            if time.monotonic() < self._asked_again_at:
                raise RedisConnectionError("Redis was away a moment ago")
            self._asked_again_at = time.monotonic() + PAUSE_SECONDS

    def reset(self) -> None:
        """Trust Redis again."""
        self._asked_again_at = 0.0


# One for the process: what the limits have learnt spares the cache the wait.
breaker = Breaker()


class OneTry(Retry):
    """The client's policy: no second try, and no first one while Redis is known to be away."""

    def __init__(self) -> None:
        super().__init__(NoBackoff(), 0)

    def call_with_retry(
        self, do: Callable[[], T], fail: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> T:
        """Run one step of a conversation with Redis."""
        with breaker.attempt():
            return super().call_with_retry(do, fail, *args, **kwargs)


# For every client in web and bot; the worker's own connection to its queue waits instead.
CONNECTION_OPTIONS: dict[str, Any] = {
    "socket_timeout": TIMEOUT_SECONDS,
    "socket_connect_timeout": TIMEOUT_SECONDS,
    "retry": OneTry(),
}
