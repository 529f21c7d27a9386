"""Telegram and everybody in it, in this process: real HTTP for the bot, none for its customers.

So their presses cost next to nothing, and what they wait for is known to the millisecond.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.simulator.core import Simulator
from bot.simulator.server import build_app
from bot.simulator.signals import EventBus
from bot.simulator.world import Person

Json = dict[str, Any]
Listener = Callable[[str, Json], None]


class Street(EventBus):
    """Tell each chat's listener of what happens there, when it happens."""

    def __init__(self) -> None:
        super().__init__(keep=100)
        self.listeners: dict[int, Listener] = {}

    def emit(self, kind: str, **data: Any) -> None:
        super().emit(kind, **data)
        listener = self.listeners.get(data.get("chat_id", 0))
        if listener is not None:
            listener(kind, data)


class Town:
    """A simulated Telegram at an address."""

    def __init__(self, token: str) -> None:
        self.sim = Simulator(token)
        self.street = Street()
        self.sim.bus = self.street
        self.address = ""

    def settle(self, user_id: int, first_name: str, *, language_code: str = "ru") -> None:
        """Bring somebody in who has never met the bot."""
        self.sim.world.add_person(Person(user_id, first_name, language_code=language_code))

    def refusals(self) -> list[Json]:
        """Return the calls that Telegram has refused."""
        return [call for call in self.sim.journal.calls if call["code"] >= 400]


@asynccontextmanager
async def open_town(token: str, port: int) -> AsyncIterator[Town]:
    """Serve the Bot API until the block ends."""
    town = Town(token)
    runner = web.AppRunner(build_app(town.sim), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        town.address = f"http://127.0.0.1:{port}"
        yield town
    finally:
        await runner.cleanup()


def milliseconds_since(moment: float) -> float:
    """Return how long ago a moment of `time.perf_counter` was."""
    return (time.perf_counter() - moment) * 1000
