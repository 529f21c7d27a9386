"""What `make run` refuses before it starts anything, and what it brings back to life."""

import os
import signal
import socket
import time
from contextlib import closing

import psycopg
import pytest
import redis

from tools import run, services, state
from tools.processes import CannotStart
from tools.state import CHECKOUT
from tools.supervisor import Log, Supervisor

PORTS = {"PORT": "8000", "SIMULATOR_PORT": "8081", "BANK_PORT": "8082"}


@pytest.fixture(autouse=True)
def _no_account(monkeypatch):
    for name in ("TELEGRAM_BOT_TOKEN", "YOOKASSA_SHOP_ID", "STRIPE_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, port in PORTS.items():
        monkeypatch.setenv(name, port)


class TestPlan:
    @pytest.mark.parametrize("name", PORTS)
    @pytest.mark.parametrize("port", ["", "0", "-1", "abc", "65536", "٨٠", "80.0", "9" * 400])
    def test_refuses_what_is_no_port(self, monkeypatch, name, port):
        monkeypatch.setenv(name, port)

        with pytest.raises(CannotStart, match=f"^{name} must be a number from 1 to 65535, not "):
            run.Plan.from_environment()

    def test_refuses_one_port_for_two(self, monkeypatch):
        monkeypatch.setenv("SIMULATOR_PORT", "8000")

        with pytest.raises(CannotStart, match="must be different ports"):
            run.Plan.from_environment()

    def test_asks_only_for_ports_that_it_uses(self, monkeypatch):
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:real")
        monkeypatch.setenv("SIMULATOR_PORT", "8000")

        assert run.Plan.from_environment().ports == {"PORT": 8000}


class TestRequireFreePorts:
    def test_says_which_port_is_taken_and_what_to_do(self, monkeypatch):
        with closing(socket.create_server(("127.0.0.1", 0))) as taken:
            port = taken.getsockname()[1]
            monkeypatch.setenv("SIMULATOR_PORT", str(port))

            with pytest.raises(CannotStart, match=f"Port {port} .*make run SIMULATOR_PORT="):
                run.require_free_ports(run.Plan.from_environment())


class TestPrivateServices:
    def test_come_back_where_they_were_when_they_are_killed(self, monkeypatch):
        for name in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.delenv(name)
        with (
            state.opened(ephemeral=True) as folder,
            services.running(folder=folder, durable=True) as private,
            Supervisor(env=os.environ, cwd=CHECKOUT, log=Log()) as supervisor,
        ):
            with psycopg.connect(private.urls["DATABASE_URL"]) as connection:
                connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
            for program in private.programs():
                supervisor.adopt(program)
                os.kill(program.process.pid, signal.SIGKILL)

            assert tended_until(supervisor, lambda: kept(private.urls["DATABASE_URL"]) == 7)
            with redis.Redis.from_url(private.urls["REDIS_URL"]) as client:
                assert tended_until(supervisor, lambda: client.ping())


def tended_until(supervisor, check, *, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        supervisor.tend()
        try:
            return check()
        except (psycopg.OperationalError, redis.RedisError):
            time.sleep(0.05)
    return None


def kept(url):
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT number FROM kept").fetchone()[0]
