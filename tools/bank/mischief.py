"""What a test, or somebody curious, may make the bank do wrong: all of it has happened to shops."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections import deque
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from tools.bank.ledger import Json

_TRIES, _PAUSE = 5, 0.5


@dataclass
class Mischief:
    """Trouble in store. `calls` are used up one by one by requests of their kind.

    A call's trouble is refuse (429), fail (500 after it acted), cut (the connection, after it
    acted) or slow (30 s, after it acted). Events are sent `copies` times, `delay` seconds later,
    `shuffled` or not at all (`dropped`); `lies` are written over their objects.
    """

    calls: deque[tuple[str, str]] = field(default_factory=deque)
    copies: int = 1
    delay: float = 0.0
    shuffled: bool = False
    dropped: bool = False
    lies: Json = field(default_factory=dict)

    def trouble_for(self, kind: str) -> str:
        """Take what is in store for a request of this kind; empty when nothing is."""
        for wanted, trouble in self.calls:
            if wanted == kind:
                self.calls.remove((wanted, trouble))
                return trouble
        return ""


async def suffer(request: web.Request, trouble: str) -> None:
    """Let an answer go wrong after the bank has acted.

    Raises:
        HTTPInternalServerError: It says that it failed.
    """
    if trouble == "fail":
        raise web.HTTPInternalServerError
    if trouble == "cut" and request.transport is not None:
        request.transport.abort()
    if trouble == "slow":
        await asyncio.sleep(30)


class Post:
    """Sends events to the shop, each until it is acknowledged or five times."""

    def __init__(self, mischief: Mischief) -> None:
        self.mischief = mischief
        self.sent: list[tuple[str, int]] = []
        self._waiting: list[tuple[str, Json, dict[str, str]]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, url: str, event: Json, headers: dict[str, str] | None = None) -> None:
        """Send an event, as mischief has it."""
        if self.mischief.dropped or not url:
            return
        told = (url, event, headers or {})
        self._waiting += [told] * self.mischief.copies
        if self.mischief.shuffled:
            random.shuffle(self._waiting)
        task = asyncio.create_task(self._deliver_waiting())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver_waiting(self) -> None:
        await asyncio.sleep(self.mischief.delay)
        waiting, self._waiting = self._waiting, []
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            await asyncio.gather(*(self._deliver(session, *told) for told in waiting))

    async def _deliver(
        self, session: aiohttp.ClientSession, url: str, event: Json, headers: dict[str, str]
    ) -> None:
        # The very bytes that were signed.
        body = json.dumps(event)
        headers = {"Content-Type": "application/json", **headers}
        for attempt in range(_TRIES):
            status = 0
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with session.post(url, data=body, headers=headers) as answer:
                    status = answer.status
            self.sent.append((str(event.get("event") or event.get("type", "")), status))
            if status == 200:
                return
            await asyncio.sleep(_PAUSE * 2**attempt)
