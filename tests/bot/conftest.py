"""A simulator for the whole run, and the bot that talks to it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as configured

from apps.catalog.models import Variant
from apps.catalog.services import index_product
from apps.core.time import now, shop_zone
from apps.notifications.gateways import telegram
from apps.users.models import User
from bot.simulator.client import ANNA, JOHN, Actor, SimulatorClient
from tests import factories
from tests.bot.support import running_bot
from tests.simulator_support import running_simulator


def tomorrow(*, hour: int) -> datetime:
    """Return that hour of tomorrow in the shop's time zone."""
    day = now().astimezone(shop_zone()) + timedelta(days=1)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[SimulatorClient]:
    with running_simulator(token=configured.TELEGRAM_BOT_TOKEN) as client:
        yield client


@pytest.fixture
def sim(simulator_process: SimulatorClient, settings) -> Iterator[SimulatorClient]:
    simulator_process.reset()
    simulator_process._http.delete("/sim/faults")
    settings.TELEGRAM_API_URL = simulator_process.base_url
    telegram._local.__dict__.clear()
    yield simulator_process
    telegram._local.__dict__.clear()


@pytest.fixture
def bot(transactional_db, sim: SimulatorClient) -> Iterator[SimulatorClient]:
    with running_bot():
        yield sim
    assert [c for c in sim.refusals() if not _is_harmless(c)] == []


def _is_harmless(call: dict[str, Any]) -> bool:
    """Tell whether Telegram refused only what was done already."""
    complaint = str(call)
    return (
        call["code"] == 429
        or "not modified" in complaint
        or "message to delete not found" in complaint
        or "Query is too old" in complaint
    )


@pytest.fixture
def anna(bot: SimulatorClient) -> Actor:
    """Anna, who has Telegram in Russian and never came before."""
    return bot.person(ANNA)


@pytest.fixture
def john(bot: SimulatorClient) -> Actor:
    """John, who has Telegram in English and never came before."""
    return bot.person(JOHN)


@pytest.fixture
def regular(transactional_db) -> User:
    """Anna as the shop knows her after a first order: with a phone and an address."""
    customer = factories.CustomerFactory(
        telegram_id=ANNA, first_name="Анна", language="en", phone="+79160000001"
    )
    factories.AddressFactory(customer=customer)
    return customer


@pytest.fixture
def dumplings(transactional_db) -> Variant:
    """A pack for 600, ten of them, and a window tomorrow in which they can be brought."""
    factories.SlotFactory(starts_at=tomorrow(hour=12))
    product = factories.ProductFactory(name_ru="Пельмени Сибирские", name_en="Siberian dumplings")
    variant = factories.stocked_variant(quantity=10, regular_price=600, product=product)
    index_product(product_id=product.pk)
    return variant
