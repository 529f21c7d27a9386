"""A plain connection to PostgreSQL that hears of new updates, and says who may poll."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connections

from bot.inbox import CHANNEL

logger = logging.getLogger(__name__)

_RECONNECT_SECONDS = 2.0
# Any number will do, as long as all bot processes of one database use it.
_POLLER_LOCK = 0x66667062
_NOT_OURS = {"cursor_factory", "context", "prepare_threshold", "autocommit"}


class Listener:
    """Wake the inbox when an update was stored; without a connection its own clock must do."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._connected = asyncio.Event()
        self._leads = False
        self._lock = asyncio.Lock()

    async def run(self) -> None:
        """Listen until cancelled, connecting again as often as it takes."""
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                logger.warning("The bot hears no news from the database: %s", error)
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def may_poll(self) -> bool:
        """Tell whether this process is the one that fetches updates: one at a time is enough.

        Waits for the database: without it nothing could be stored.
        """
        await self._connected.wait()
        async with self._lock:
            connection = self._connection
            if connection is None or connection.closed:
                return False
            if not self._leads:
                self._leads = await _try_lock(connection)
            return self._leads

    async def _listen(self) -> None:
        facts = connections["default"].get_connection_params()
        plain = {name: value for name, value in facts.items() if name not in _NOT_OURS}
        # Two connections: one waits for news all the time, the other answers questions.
        async with (
            await psycopg.AsyncConnection.connect(**plain, autocommit=True) as news,
            await psycopg.AsyncConnection.connect(**plain, autocommit=True) as own,
        ):
            await news.execute(f"LISTEN {CHANNEL}")
            self._connection = own
            self._connected.set()
            self._wake()
            try:
                async for _ in news.notifies():
                    self._wake()
            finally:
                async with self._lock:
                    self._connected.clear()
                    self._connection, self._leads = None, False


async def _try_lock(connection: psycopg.AsyncConnection[Any]) -> bool:
    with contextlib.suppress(psycopg.Error):
        cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", [_POLLER_LOCK])
        row = await cursor.fetchone()
        return bool(row and row[0])
    return False
