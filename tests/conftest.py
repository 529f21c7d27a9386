"""What every test may ask for: callers of the API, signed launch data, the scale of deep tests."""

import gc
import hashlib
import hmac
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import translation
from rest_framework.test import APIClient
from xdist.scheduler import LoadScopeScheduling

from apps.core import throttling
from apps.core.redis import breaker
from apps.core.time import now
from apps.users import services
from frozenfood import celery_app
from frozenfood import urls as urls  # the admin's pages are loaded with the addresses
from tests import emptying, migrated
from tests import gateway as gateway_module

# One browser a worker: a second engine in the same thread is refused by Playwright.
from tests.browser_support import chromium, open_page  # noqa: F401
from tests.described import Caller
from tests.factories import CustomerFactory, StaffFactory
from tests.gateway import World
from tests.worlds import kept  # noqa: F401

# `.ci/run` runs the deep tests at a tenth of their counts.
DEEP_SCALE = float(os.environ.get("DEEP_SCALE", "1.0"))


def scaled(count: int, *, least: int = 2) -> int:
    """Return a deep test's count at the scale that was asked for."""
    return max(least, round(count * DEEP_SCALE))


def make_init_data(
    user: dict[str, Any] | None = None,
    *,
    bot_token: str = settings.TELEGRAM_BOT_TOKEN,
    auth_date: datetime | None = None,
    **fields: str,
) -> str:
    """Return launch data as Telegram's client would hand it to the Mini App, signed.

    https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
    """
    person = {"id": 77000001, "first_name": "Ольга", "language_code": "ru"} | (user or {})
    values = {
        "query_id": "AAHdF6IQAAAAAN0XohDhrOrc",
        "user": json.dumps(person, ensure_ascii=False, separators=(",", ":")),
        "auth_date": str(int((auth_date or now()).timestamp())),
        "signature": "c2lnbmF0dXJl",
        **fields,
    }
    lines = "\n".join(f"{name}={values[name]}" for name in sorted(values))
    secret = hmac.new(b"WebAppData", bot_token.encode(), hashlib.sha256).digest()
    signed = hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest()
    return urlencode({**values, "hash": signed})


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that drive a browser last: its event loop runs on in their thread.

    Those that open a whole shop come first among them, then whoever has much to do, so that all
    workers are done at about the same time.
    """
    counts = Counter(unit_of(item.nodeid) for item in items)

    def place(item: pytest.Item) -> tuple[int, int, str]:
        unit = unit_of(item.nodeid)
        if item.get_closest_marker("e2e"):
            return 1, 0, unit
        if "chromium" in getattr(item, "fixturenames", ()):
            return 2, -counts[unit], unit
        return 0, 0, ""

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Deal the suite out by classes: what a class's tests share is made once."""
    config.option.loadscopereorder = False
    return ByClass(config, log)


class ByClass(LoadScopeScheduling):
    """Whole classes, in the order of collection."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


def unit_of(nodeid: str) -> str:
    """Return what a test is dealt out with: its class, or all that one shop serves."""
    path, _mark, rest = nodeid.partition("::")
    for folder in ("tests/api", "tests/e2e"):
        if path.startswith(f"{folder}/"):
            return folder
    name, is_inside, _test = rest.partition("::")
    return f"{path}::{name}" if is_inside else path


def pytest_collection_finish() -> None:
    """Let the collector look at what tests make, and no more at what is loaded for good."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: Any, django_db_blocker: Any
) -> None:
    """Migrate one database for all workers."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        with django_db_blocker.unblock():
            migrated.migrate_once(tmp_path_factory.getbasetemp().parent)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave nothing behind on a server that is not the run's own."""
    if session.config.getoption("numprocesses", None) and not hasattr(
        session.config, "workerinput"
    ):
        migrated.drop()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Make the database, and empty it quickly after tests that commit."""
    with django_db_blocker.unblock():
        emptying.install()


@pytest.fixture(scope="session", autouse=True)
def _know_the_tasks() -> None:
    """Register every task, as a worker does: only known tasks can be run eagerly."""
    celery_app.loader.import_default_modules()


@pytest.fixture(autouse=True)
def _forget_limits() -> None:
    """Let each test begin with all its requests still to be made."""
    throttling.limiter().namespace = uuid4().hex
    # Whatever a test before made believe of Redis.
    breaker.reset()


@pytest.fixture(autouse=True)
def _speak_the_shops_language() -> None:
    """Begin in the shop's own language: a request leaves its caller's language behind."""
    translation.activate(settings.LANGUAGE_CODE)


@contextmanager
def provider_at_the_port() -> Iterator[World]:
    """Put one provider in the place of YooKassa and Stripe; yields what it knows."""
    vars(gateway_module.world).update(vars(World()))
    path = "tests.gateway.FakeGateway"
    with override_settings(PAYMENT_GATEWAYS={"yookassa": path, "stripe": path}):
        yield gateway_module.world


@pytest.fixture
def gateway() -> Iterator[World]:
    """YooKassa and Stripe as one provider at the port; returns what it knows."""
    with provider_at_the_port() as world:
        yield world


@pytest.fixture
def customer(db):
    """A customer who came through Telegram."""
    return CustomerFactory()


@pytest.fixture
def manager(db):
    """A member of staff who runs the shop."""
    return StaffFactory(role="manager")


@pytest.fixture
def owner(db):
    """The owner: a superuser."""
    return StaffFactory(role="owner", is_superuser=True)


@pytest.fixture
def api() -> APIClient:
    """An anonymous caller of the API."""
    return Caller(HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def signed_in() -> Callable[[Any], APIClient]:
    """Return a caller with an access token of a person's: `signed_in(customer).get(...)`."""

    def client_of(user: Any) -> APIClient:
        pair = services.begin_session(user_id=user.pk, now=now())
        return Caller(HTTP_ACCEPT_LANGUAGE="en", HTTP_AUTHORIZATION=f"Bearer {pair.access}")

    return client_of


@pytest.fixture
def customer_api(customer, signed_in) -> APIClient:
    """The customer calls."""
    return signed_in(customer)


@pytest.fixture
def manager_api(manager, signed_in) -> APIClient:
    """The manager calls."""
    return signed_in(manager)
