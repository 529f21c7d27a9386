from collections.abc import Iterator

import pytest

from apps.notifications.gateways import telegram
from bot.simulator.client import ANNA, SimulatorClient
from frozenfood import celery_app
from tests.factories import CustomerFactory
from tests.simulator_support import TOKEN, running_simulator


@pytest.fixture(scope="session")
def _simulator() -> Iterator[SimulatorClient]:
    with running_simulator() as client:
        yield client


@pytest.fixture
def sim(_simulator, settings) -> SimulatorClient:
    """A simulated Telegram that the gateway talks to."""
    _simulator.reset()
    settings.TELEGRAM_API_URL = _simulator.base_url
    settings.TELEGRAM_BOT_TOKEN = TOKEN
    telegram.forget_connection()
    return _simulator


@pytest.fixture
def anna(db, sim):
    """A customer whose chat with the bot exists in the simulator."""
    sim.person(ANNA).starts()
    return CustomerFactory(telegram_id=ANNA, language="ru")


@pytest.fixture
def eager_celery() -> Iterator[None]:
    """Run tasks where they are asked for, instead of a worker."""
    celery_app.conf.task_always_eager = True
    yield
    celery_app.conf.task_always_eager = False
