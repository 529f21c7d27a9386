"""The whole shop as `make run` starts it, on a database of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from bot.simulator.client import SimulatorClient
from tests.simulator_support import free_port

_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 240.0


@dataclass(frozen=True)
class Shop:
    """Where the running shop answers, and the folder that `make run` keeps."""

    web: str
    chat: str
    telegram: SimulatorClient
    database_url: str


@pytest.fixture(scope="session")
def shop(tmp_path_factory, django_db_setup) -> Iterator[Shop]:
    """Start every process of the shop, with its demo data, and stop them all in the end."""
    folder = tmp_path_factory.mktemp("shop")
    web, chat = free_port(), free_port()
    with _database() as database_url:
        env = os.environ | {
            "DATABASE_URL": database_url,
            "REDIS_URL": _other_redis(os.environ["REDIS_URL"]),
            "FROZENFOOD_STATE": str(folder),
            "STORAGE_URL": str(folder / "media"),
            "PORT": str(web),
            "SIMULATOR_PORT": str(chat),
            "BANK_PORT": str(free_port()),
            "SWEEP_SECONDS": "2",
            # Holds that ran out are let go as soon.
            "RECONCILE_SECONDS": "2",
            "DJANGO_SETTINGS_MODULE": "frozenfood.settings.local",
        }
        # The suite's own settings must not become those of the shop.
        for name in [n for n in env if n.startswith(("TELEGRAM_", "EMAIL_", "DJANGO_SECRET"))]:
            del env[name]
        log = folder / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "tools.run"], cwd=_ROOT, env=env,
                stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
            try:
                _await_opening(process, log)
                with SimulatorClient(f"http://127.0.0.1:{chat}", patience=30) as telegram:
                    yield Shop(
                        f"http://127.0.0.1:{web}", f"http://127.0.0.1:{chat}", telegram,
                        database_url,
                    )  # fmt: skip
            finally:
                process.terminate()
                process.wait(timeout=40)


@contextmanager
def _database() -> Iterator[str]:
    """Copy the suite's own database, migrated and empty, for as long as the block."""
    server, name = os.environ["DATABASE_URL"], sql.Identifier(f"frozenfood_e2e_{os.getpid()}")
    own = sql.Identifier(connection.settings_dict["NAME"])
    # A database that somebody uses is not copied.
    connection.close()
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, own))
        yield urlunsplit(urlsplit(server)._replace(path=f"/frozenfood_e2e_{os.getpid()}"))
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _other_redis(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path="/7"))


def _await_opening(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if "The shop is open" in log.read_text():
            return
        if process.poll() is not None:
            break
        time.sleep(0.3)
    pytest.fail(f"the shop did not open:\n{log.read_text()[-4000:]}")
