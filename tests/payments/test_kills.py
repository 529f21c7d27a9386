"""Killed between the provider's success and our commit, at every named place: nothing is lost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import httpx
import pytest
from django.db import connection

from apps.core.time import now
from apps.fulfilment import services as fulfilment
from apps.orders.dto import OrderStatus
from apps.orders.models import Order
from apps.payments import services
from apps.payments.dto import PaymentState, RefundState
from apps.payments.models import Refund
from apps.users import services as users
from tests.bank_support import SECRET, SHOP_ID, running_bank
from tests.conftest import scaled
from tests.factories import placed_order
from tests.factories.money import started
from tests.payments.test_deaths import IN_CALLS, IN_EVENTS, PART
from tests.simulator_support import free_port

_ROOT = Path(__file__).resolve().parents[2]
# How long the shop may take to come round, the sweeper's pause included.
_PATIENCE = 60.0


class Shop:
    """The shop's processes on the test's own database; any of them may be told where to die."""

    def __init__(self, folder: Path, port: int, env: dict[str, str]) -> None:
        self.web = f"http://127.0.0.1:{port}"
        self._folder, self._port, self._env = folder, port, env
        self._bin = Path(sys.executable).parent

    @contextmanager
    def runs(self, name: str, die_at: str = "") -> Iterator["subprocess.Popen[bytes]"]:
        """Run one process for as long as the block."""
        celery = (self._bin / "celery", "--quiet", "-A", "frozenfood")
        commands = {
            "web": (
                self._bin / "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port",
                self._port, "--workers", 1, "--blocking-threads", 4, "frozenfood.wsgi:application",
            ),
            "worker": (*celery, "worker", "--pool", "solo", "--without-gossip", "--without-mingle"),
            "beat": (*celery, "beat", "--schedule", self._folder / "beat", "--pidfile="),
        }  # fmt: skip
        with (self._folder / name).open("ab") as log:
            process = subprocess.Popen(
                [str(part) for part in commands[name]], cwd=_ROOT, start_new_session=True,
                env=self._env | ({"FROZENFOOD_DIE_AT": die_at} if die_at else {}), stdout=log,
                stderr=log,
            )  # fmt: skip
        try:
            if name == "web":
                wait_until(self.answers)
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def answers(self) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.web}/health/live").status_code == 200
        return False

    def logs(self) -> str:
        return "\n".join(path.read_text()[-3000:] for path in self._folder.glob("w*"))


@pytest.fixture
def shop(transactional_db, tmp_path, bank, settings) -> Iterator[tuple[Shop, Any]]:
    """Beat and a bank that tells the shop what happens; web and worker are the test's to start."""
    port, db = free_port(), connection.settings_dict
    address = f"{db['USER']}:{db['PASSWORD']}@{db['HOST']}:{db['PORT']}/{db['NAME']}"
    with running_bank(shop=f"http://127.0.0.1:{port}") as its_bank:
        settings.YOOKASSA_API_URL = f"{its_bank.url}/yookassa/v3"
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "frozenfood.settings.local",
            "DATABASE_URL": f"postgresql://{address}",
            "REDIS_URL": urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path="/6")),
            "YOOKASSA_SHOP_ID": SHOP_ID, "YOOKASSA_SECRET_KEY": SECRET,
            "YOOKASSA_API_URL": settings.YOOKASSA_API_URL, "YOOKASSA_NETWORKS": "127.0.0.0/8",
            "C_FORCE_ROOT": "1",
        }  # fmt: skip
        shop = Shop(tmp_path, port, env)
        with shop.runs("beat"):
            yield shop, its_bank


def wait_until(check: Callable[[], object], *, seconds: float = _PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


def is_dead(process: "subprocess.Popen[bytes]") -> Callable[[], bool]:
    return lambda: process.poll() is not None


def is_placed(order: Order) -> Callable[[], bool]:
    return lambda: Order.objects.get(pk=order.pk).status == OrderStatus.PLACED


def is_given_back() -> bool:
    return Refund.objects.filter(state=RefundState.DONE).exists()


@pytest.mark.deep
class TestKilled:
    """Real processes, real SIGKILL, the shop's own pauses: in a minute all is well."""

    @pytest.mark.parametrize("point", IN_EVENTS[-scaled(len(IN_EVENTS), least=1) :])
    def test_worker_while_it_settles(self, shop, point):
        shop, bank = shop
        order = placed_order(payment="yookassa")
        payment = started(order)
        with shop.runs("web"):
            with shop.runs("worker", die_at=point) as doomed:
                bank.pay(payment.provider_payment_id)
                wait_until(is_dead(doomed))

            with shop.runs("worker"):
                wait_until(is_placed(order))

        payment.refresh_from_db()
        assert payment.state == PaymentState.AUTHORIZED
        assert order.events.filter(to_status=OrderStatus.PLACED).count() == 1
        assert fulfilment.check_books() == []

    @pytest.mark.parametrize("point", IN_CALLS[-scaled(len(IN_CALLS), least=1) :])
    def test_worker_while_it_gives_back(self, shop, point):
        shop, bank = shop
        order = placed_order(payment="yookassa")
        payment = started(order)
        about = payment.provider_payment_id
        bank.pay(about)
        services.gateway_of("yookassa").capture(
            about, amount=order.total, key=str(uuid4()), receipt=None
        )
        services.ask(payment_id=payment.pk, now=now())
        services.request_refund(payment_id=payment.pk, amount=PART, reason="part", now=now())
        with shop.runs("worker", die_at=point) as doomed:
            wait_until(is_dead(doomed))

        with shop.runs("worker"):
            wait_until(is_given_back)

        payment.refresh_from_db()
        assert [row["refunded"] for row in bank.payments()] == [str(PART)]
        assert (payment.refunding, payment.refunded) == (0, PART)
        assert fulfilment.check_books() == []

    def test_web_while_it_keeps_an_event(self, shop):
        shop, bank = shop
        order = placed_order(payment="yookassa")
        payment = started(order)
        with ExitStack() as living:
            living.enter_context(shop.runs("worker"))
            with shop.runs("web", die_at="payments.event_kept"):
                bank.pay(payment.provider_payment_id)
                wait_until(lambda: not shop.answers())

            living.enter_context(shop.runs("web"))
            wait_until(is_placed(order))

        assert order.events.filter(to_status=OrderStatus.PLACED).count() == 1
        assert fulfilment.check_books() == []

    def test_web_while_it_begins_a_payment(self, shop):
        shop, bank = shop
        order = placed_order(payment="yookassa")
        access = users.begin_session(user_id=order.customer_id, now=now()).access
        url = f"{shop.web}/api/v1/orders/{order.public_id}/payments/"
        caller = {"headers": {"Authorization": f"Bearer {access}"}, "timeout": 20}
        with shop.runs("web", die_at="payments.after_create"), suppress(httpx.HTTPError):
            assert httpx.post(url, **caller).status_code != 201

        with shop.runs("web"), shop.runs("worker"):
            answer = httpx.post(url, **caller)
            (made,) = bank.payments()
            bank.pay(made["id"])
            wait_until(is_placed(order))

        assert answer.status_code == 201
        assert answer.json()["confirmation_url"].endswith(made["id"])
        assert fulfilment.check_books() == []
