"""The shop's processes, each by its documented command, on the database of this process."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.simulator_support import free_port
from tools.processes import spawn, stop

_ROOT = Path(__file__).resolve().parents[2]
_BIN = Path(sys.executable).parent
SECRET = "a-secret-of-the-crowds-webhook"


@dataclass
class Running:
    """A process, and where its log is."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def text(self) -> str:
        """Return the log so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def complaints(self) -> list[str]:
        """Return the lines of errors in the log."""
        marks = ("ERROR", "CRITICAL", "Traceback")
        return [line for line in self.text().splitlines() if any(mark in line for mark in marks)]

    def megabytes(self) -> float:
        """Return the resident memory of the biggest of the process and its children."""
        return max(map(_resident, _family(self.process.pid)))

    def busy_seconds(self) -> float:
        """Return how long the process itself has kept a processor busy so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    async def stop(self) -> None:
        """Tell it to end, and see that it does; whoever it speaks to goes on meanwhile."""
        if self.process.poll() is None:
            await asyncio.to_thread(stop, self.process, patience=20)


class Shop:
    """Starts processes of one configuration, and ends them all."""

    def __init__(
        self, folder: os.PathLike[str], *, telegram: str, database_port: int = 0, **more: str
    ) -> None:
        self._folder = Path(folder)
        self._web_port = free_port()
        self.running: list[Running] = []
        self.address = f"http://127.0.0.1:{self._web_port}"
        self.env = _environment(telegram, database_port) | {
            "PUBLIC_URL": self.address, **more,
        }  # fmt: skip

    async def bot(self) -> Running:
        """Start a bot process and wait until it serves."""
        one = self._start("bot", [sys.executable, "manage.py", "runbot"])
        await _await(lambda: "The bot serves as" in one.text(), one)
        return one

    async def web(self) -> Running:
        """Start the web process and wait until it answers."""
        command = [_BIN / "granian", "--interface", "wsgi", "--no-access-log", "--port",
                   self._web_port, "--blocking-threads", "4",
                   "frozenfood.wsgi:application"]  # fmt: skip
        one = self._start("web", command, DATABASE_POOL_SIZE="4")
        await _await(lambda: _is_live(self._web_port), one)
        return one

    async def worker(self) -> Running:
        """Start a worker and wait until it has listed its tasks."""
        command = [_BIN / "celery", "-A", "frozenfood", "worker", "--loglevel", "INFO",
                   "--concurrency", "2", "--without-gossip", "--without-mingle"]  # fmt: skip
        one = self._start("worker", command, C_FORCE_ROOT="1")
        await _await(lambda: "[tasks]" in one.text(), one)
        return one

    async def stop(self) -> None:
        """Stop what still runs."""
        await asyncio.gather(*(one.stop() for one in self.running))

    def _start(self, name: str, command: list[object], **more: str) -> Running:
        log = self._folder / f"{name}-{len(self.running)}.log"
        with log.open("wb") as output:
            # Whatever ends us ends them.
            process = spawn(command, env=self.env | more, cwd=_ROOT, output=output)
        one = Running(name, process, log)
        self.running.append(one)
        return one


@asynccontextmanager
async def opened(
    folder: os.PathLike[str], *, telegram: str, database_port: int = 0, **more: str
) -> AsyncIterator[Shop]:
    """Hand out a shop whose processes end with the block."""
    shop = Shop(folder, telegram=telegram, database_port=database_port, **more)
    try:
        yield shop
    finally:
        await shop.stop()


def _environment(telegram: str, database_port: int) -> dict[str, str]:
    db = connection.settings_dict
    port = database_port or db["PORT"]
    own = {name for name in os.environ if name.startswith(("TELEGRAM_", "EMAIL_", "DJANGO_"))}
    kept = {name: value for name, value in os.environ.items() if name not in own}
    kept.pop("DATABASE_POOL_SIZE", None)
    return kept | {
        "DJANGO_SETTINGS_MODULE": "frozenfood.settings.local",
        "DATABASE_URL": f"postgresql://{db['USER']}:{db['PASSWORD']}@{db['HOST']}:{port}/{db['NAME']}",
        "STORAGE_URL": str(settings.MEDIA_ROOT),
        "TELEGRAM_API_URL": telegram,
        "TELEGRAM_BOT_TOKEN": settings.TELEGRAM_BOT_TOKEN,
        "TELEGRAM_STAFF_CHAT_ID": str(settings.TELEGRAM_STAFF_CHAT_ID),
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "PYTHONUNBUFFERED": "1",
    }


def _family(pid: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _family(int(child))


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


async def _await(check: Callable[[], bool], one: Running, *, seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        if one.process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{one.name} did not start:\n{one.text()[-4000:]}")
        await asyncio.sleep(0.1)


def _is_live(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
