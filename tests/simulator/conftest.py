"""A simulator for the module, and python-telegram-bot as its client."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.simulator.client import ANNA, Actor, SimulatorClient
from tests.simulator_support import TOKEN, running_simulator


@pytest.fixture(scope="module")
def running() -> Iterator[SimulatorClient]:
    with running_simulator() as client:
        yield client


@pytest.fixture
def sim(running: SimulatorClient) -> SimulatorClient:
    running.reset()
    with_bot(running, lambda bot: bot.delete_webhook(drop_pending_updates=True))
    running.post("settings", callback=30, precheckout=10, webhook_retry=1)
    running._http.delete("/sim/calls")
    return running


@pytest.fixture
def anna(sim: SimulatorClient) -> Actor:
    """Anna has started the bot."""
    person = sim.person(ANNA)
    person.starts()
    return person


def make_bot(sim: SimulatorClient, token: str = TOKEN) -> Bot:
    return Bot(
        token,
        base_url=f"{sim.base_url}/bot",
        base_file_url=f"{sim.base_url}/file/bot",
        request=HTTPXRequest(connection_pool_size=8),
        get_updates_request=HTTPXRequest(connection_pool_size=2),
    )


def with_bot(
    sim: SimulatorClient, job: Callable[[Bot], Awaitable[Any]], *, token: str = TOKEN
) -> Any:
    """Run one job of a bot."""

    async def run() -> Any:
        bot = make_bot(sim, token)
        try:
            return await job(bot)
        finally:
            await bot._request[0].shutdown()
            await bot._request[1].shutdown()

    # In a thread of its own: a browser test leaves an event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(run())).result()
