"""Waiting for news: the one-to-many wake-up and the stream of events built on it."""

import asyncio
import time
from collections import deque
from typing import Any

Json = dict[str, Any]


class Signal:
    """Wake everybody who waits."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def fire(self) -> None:
        """Wake all current waiters."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, seconds: float) -> None:
        """Wait for the next `fire`, at most so many seconds."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await asyncio.wait_for(waiter, max(0.0, seconds))
        except TimeoutError:
            pass
        finally:
            self._waiters.discard(waiter)


class EventBus:
    """The latest events, numbered so that a page or a test can go on where it stopped."""

    def __init__(self, keep: int = 4000) -> None:
        # Milliseconds make numbers grow across restarts, so that a page notices one.
        self._sequence = int(time.time() * 1000)
        self._events: deque[Json] = deque(maxlen=keep)
        self.signal = Signal()

    @property
    def sequence(self) -> int:
        """Return the number of the latest event."""
        return self._sequence

    def emit(self, kind: str, **data: Any) -> None:
        """Tell all listeners."""
        self._sequence += 1
        self._events.append({"seq": self._sequence, "kind": kind, **data})
        self.signal.fire()

    def after(self, sequence: int) -> list[Json]:
        """Return the events after a number, or one "reset" where some were lost."""
        if sequence >= self._sequence:
            return []
        oldest = self._events[0]["seq"] if self._events else self._sequence + 1
        if sequence + 1 < oldest:
            return [{"seq": self._sequence, "kind": "reset"}]
        return [event for event in self._events if event["seq"] > sequence]

    async def wait(self, sequence: int, seconds: float) -> list[Json]:
        """Return the events after a number, waiting for one at most so many seconds."""
        deadline = time.monotonic() + seconds
        while not (events := self.after(sequence)):
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return []
            await self.signal.wait(remaining)
        return events
