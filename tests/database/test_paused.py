"""The web process while its whole PostgreSQL is paused by SIGSTOP, as `docker pause` does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.simulator_support import free_port
from tools import state
from tools.postgres import Postgres

pytestmark = pytest.mark.deep
_ROOT = Path(__file__).resolve().parents[2]
LIST, SIGN_IN = "/api/v1/catalog/categories/", "/api/v1/auth/token/"


@contextmanager
def private_postgres() -> Iterator[Postgres]:
    with state.opened(ephemeral=True) as folder:
        server = Postgres(state=folder, durable=False)
        server.start()
        server.wait()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def web(database_url: str) -> Iterator[str]:
    """Start the web process by its documented command, on a migrated database."""
    env = os.environ | {
        "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "frozenfood.settings.local",
        "DATABASE_POOL_SIZE": "4",
    }  # fmt: skip
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=_ROOT, env=env, check=True)
    port = free_port()
    granian = Path(sys.executable).with_name("granian")
    process = subprocess.Popen(
        [granian, "--interface", "wsgi", "--port", str(port), "--blocking-threads", "4",
         "frozenfood.wsgi:application"],
        cwd=_ROOT, env=env,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        until(lambda: httpx.get(address + LIST).status_code == 200, seconds=60)
        yield address
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def paused(server: Postgres) -> Iterator[None]:
    main = server.process.pid
    everybody = [main, *map(int, Path(f"/proc/{main}/task/{main}/children").read_text().split())]
    for pid in everybody:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in everybody:
            os.kill(pid, signal.SIGCONT)


def until(check, *, seconds: float) -> float:
    began = time.monotonic()
    while True:
        try:
            if check():
                return time.monotonic() - began
        except httpx.TransportError:
            pass
        assert time.monotonic() - began < seconds, "it did not happen"
        time.sleep(0.1)


def timed(call):
    began = time.monotonic()
    return call(), time.monotonic() - began


def test_answers_503_within_seconds_and_recovers_by_itself():
    person = {"username": "owner", "password": "wrong"}
    with private_postgres() as server, web(server.url) as shop, httpx.Client(timeout=30) as client:
        calls = [
            lambda: client.get(shop + LIST),
            lambda: client.get(
                f"{shop}/api/v1/catalog/products/?page_size={time.time_ns() % 99 + 1}"
            ),
            lambda: client.get(f"{shop}/admin/", headers={"Cookie": f"sessionid={'a' * 32}"}),
            lambda: client.get(f"{shop}/health/ready"),
        ] * 3
        with paused(server):
            began = time.monotonic()
            while time.monotonic() - began < 12:
                with ThreadPoolExecutor(len(calls)) as pool:
                    answers = list(pool.map(timed, calls))
                for answer, seconds in answers:
                    assert answer.status_code == 503, answer.text
                    assert seconds < 6, (answer.url, seconds)
                    if answer.url.path != "/health/ready":
                        assert int(answer.headers["Retry-After"]) >= 1
                assert client.get(f"{shop}/health/live").status_code == 200
                time.sleep(0.5)

        assert until(lambda: client.get(shop + LIST).status_code == 200, seconds=10) < 5
        assert client.post(shop + SIGN_IN, json=person).status_code == 401
        assert client.get(f"{shop}/health/ready").json()["database"] == "ok"
