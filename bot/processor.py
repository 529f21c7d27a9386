"""Handle what the inbox holds: chats side by side, each chat in its order."""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from django.conf import settings
from django.utils import translation

from apps.core.context import set_request_id
from bot import inbox
from bot.bridge import call_service, close_connections
from bot.context import kept_chat
from bot.dto import Claimed, StoredUpdate

logger = logging.getLogger(__name__)

Handle = Callable[[dict[str, Any]], Awaitable[None]]

WORKERS = 12
# One of so many workers is never a stranger's, whatever knocks.
_KEPT_PART = 3
_POLL_SECONDS = 1.0
_HEARTBEAT_SECONDS = 10.0
_UPDATE_SECONDS = 60.0
_LONGEST_PAUSE = 15.0
_STOP_SECONDS = 10.0


class WaitLonger(Exception):
    """Telegram asks to wait so many seconds before the update is handled again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Telegram asks to wait {seconds:g} s")
        self.seconds = seconds


class Unreadable(Exception):
    """Nobody can make anything of an update, however often it is tried."""


class Processor:
    """Workers, each with a thread and a database connection of its own, and who feeds them."""

    def __init__(self, handle: Handle, *, workers: int = WORKERS) -> None:
        self.owner = f"{socket.gethostname()[:16]}-{os.getpid()}-{secrets.token_hex(4)}"
        self._handle = handle
        self._workers = workers
        self._news = asyncio.Event()
        self._lanes: asyncio.Queue[Claimed] = asyncio.Queue()
        self._in_hand: set[int] = set()
        self._strangers: set[int] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = asyncio.Event()

    def wake(self) -> None:
        """Look into the inbox now: something arrived."""
        self._news.set()

    async def run(self) -> None:
        """Work until cancelled, then finish the updates in hand and hand back the lanes."""
        workers = [asyncio.create_task(self._work()) for _ in range(self._workers)]
        helpers = [asyncio.create_task(self._beat()), asyncio.create_task(self._feed())]
        try:
            await asyncio.gather(*helpers)
        finally:
            await self._stop(workers, helpers)

    async def _stop(
        self, workers: list[asyncio.Task[None]], helpers: list[asyncio.Task[None]]
    ) -> None:
        self._stopping.set()
        for helper in helpers:
            helper.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STOP_SECONDS):
                await self._idle.wait()
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, *helpers, return_exceptions=True)
        with contextlib.suppress(Exception):
            await call_service(inbox.release_everything, owner=self.owner)

    async def _feed(self) -> None:
        """Lease lanes for idle workers whenever something may have arrived."""
        async with _own_thread():
            while True:
                self._news.clear()
                try:
                    await self._claim()
                except Exception as error:
                    logger.warning("The inbox can't be read: %s", error)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_POLL_SECONDS):
                        await self._news.wait()

    async def _claim(self) -> None:
        idle = self._workers - len(self._in_hand)
        if idle <= 0:
            return
        for_strangers = self._workers - self._workers // _KEPT_PART - len(self._strangers)
        found = await call_service(
            inbox.claim_lanes,
            owner=self.owner, limit=idle, in_hand=sorted(self._in_hand),
            strangers=max(0, for_strangers),
        )  # fmt: skip
        for claimed in found:
            self._in_hand.add(claimed.lane)
            if not claimed.is_known:
                self._strangers.add(claimed.lane)
            self._idle.clear()
            self._lanes.put_nowait(claimed)

    async def _beat(self) -> None:
        """Keep the leases of what is in hand."""
        async with _own_thread():
            while True:
                await asyncio.sleep(_HEARTBEAT_SECONDS)
                if not self._in_hand:
                    continue
                try:
                    await call_service(inbox.extend_leases, owner=self.owner)
                except Exception as error:
                    logger.warning("Leases can't be extended: %s", error)

    async def _work(self) -> None:
        async with _own_thread():
            while True:
                claimed = await self._lanes.get()
                lane = claimed.lane
                try:
                    await self._work_off(claimed)
                except Exception:
                    # The lease runs out and the lane is taken up again, here or elsewhere.
                    logger.exception("Lane %s stays until its lease ends", lane)
                finally:
                    self._in_hand.discard(lane)
                    self._strangers.discard(lane)
                    if not self._in_hand:
                        self._idle.set()
                    self.wake()

    async def _work_off(self, claimed: Claimed) -> None:
        """Handle a lane's updates until there are none, or one of them fails."""
        lane, update = claimed.lane, claimed.update
        if self._stopping.is_set():
            untried = update.update_id if update else None
            await call_service(inbox.release_lane, lane=lane, owner=self.owner, untried=untried)
            return
        if update is None:
            update = await call_service(inbox.begin_next, lane=lane, owner=self.owner)
        while update is not None:
            failure = await self._attempt(update)
            parked = ""
            if isinstance(failure, Unreadable):
                parked = f"unreadable: {failure}"
                logger.error("Update %s is parked, nobody can read it: %s",
                             update.update_id, failure)  # fmt: skip
            elif failure is not None:
                await self._put_off(lane, update, failure)
                return
            if self._stopping.is_set():
                await call_service(
                    inbox.release_lane,
                    lane=lane, owner=self.owner, done=update.update_id, error=parked,
                )  # fmt: skip
                return
            update = await call_service(
                inbox.finish,
                lane=lane, owner=self.owner, update_id=update.update_id, error=parked,
            )  # fmt: skip

    async def _attempt(self, update: StoredUpdate) -> Exception | None:
        set_request_id(f"update-{update.update_id}")
        kept_chat.set(update.chat)
        try:
            with translation.override(settings.LANGUAGE_CODE):
                async with asyncio.timeout(_UPDATE_SECONDS):
                    await self._handle(update.payload)
        except Exception as error:
            return error
        finally:
            set_request_id("")
        return None

    async def _put_off(self, lane: int, update: StoredUpdate, failure: Exception) -> None:
        pause = min(2.0 ** (update.attempt - 1) / 2, _LONGEST_PAUSE)
        if isinstance(failure, WaitLonger):
            pause = max(pause, failure.seconds)
        reason = f"{type(failure).__name__}: {failure}"
        given_up = await call_service(
            inbox.postpone,
            lane=lane, owner=self.owner, update=update, error=reason, seconds=pause,
        )  # fmt: skip
        if given_up:
            logger.error("Update %s is given up: %s", update.update_id, reason)
        else:
            logger.warning("Update %s waits %g s: %s", update.update_id, pause, reason)


@contextlib.asynccontextmanager
async def _own_thread() -> Any:
    """Give the services called within a thread, and so a connection, of their own."""
    async with ThreadSensitiveContext():
        try:
            yield
        finally:
            # Shielded, or the cancellation that ends us would leave the connection open.
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(call_service(close_connections))
