"""A simulator for the whole run, and the bot that talks to it."""

from collections.abc import Iterator

import pytest
from django.conf import settings as configured

from apps.notifications.gateways import telegram
from bot.simulator.client import ANNA, JOHN, Actor, SimulatorClient
from tests.bot.support import running_bot
from tests.simulator_support import running_simulator


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[SimulatorClient]:
    with running_simulator(token=configured.TELEGRAM_BOT_TOKEN) as client:
        yield client


@pytest.fixture
def sim(simulator_process: SimulatorClient, settings) -> SimulatorClient:
    simulator_process.reset()
    settings.TELEGRAM_API_URL = simulator_process.base_url
    telegram._local.__dict__.clear()
    return simulator_process


@pytest.fixture
def bot(transactional_db, sim: SimulatorClient) -> Iterator[SimulatorClient]:
    with running_bot():
        yield sim
    telegram._local.__dict__.clear()


@pytest.fixture
def anna(bot: SimulatorClient) -> Actor:
    return bot.person(ANNA)


@pytest.fixture
def john(bot: SimulatorClient) -> Actor:
    return bot.person(JOHN)
