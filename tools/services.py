"""Start private PostgreSQL and Valkey, export their URLs, run a command, stop both.

    python -m tools.services [--ephemeral] -- COMMAND [ARGUMENTS]

A service whose DATABASE_URL or REDIS_URL is already set is not started. `--ephemeral` uses a
throw-away folder; otherwise data stays in FROZENFOOD_STATE or a folder of this checkout.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tools import postgres, state
from tools.postgres import Postgres
from tools.processes import CannotStart, follow_make, run_as, spawn, unprivileged_account
from tools.supervisor import Program
from tools.valkey import Valkey


@dataclass(frozen=True)
class Services:
    """Where both services are, and those of them that are ours."""

    urls: dict[str, str]
    database: Postgres | None
    cache: Valkey | None

    def programs(self) -> list[Program]:
        """Return ours, for a supervisor to bring back when they die."""
        own = {"postgres": self.database, "valkey": self.cache}
        return [
            Program(name, (), launch=service.revive, process=service.process)
            for name, service in own.items()
            if service
        ]


@contextlib.contextmanager
def running(*, folder: Path, durable: bool) -> Iterator[Services]:
    """Yield both services, starting those that nobody configured.

    Raises:
        CannotStart: A service cannot be started, or the configured database does not suit.
    """
    if not {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        _require_passage(folder)
    urls: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        database = None
        if "DATABASE_URL" not in os.environ:
            database = Postgres(state=folder, durable=durable)
            stack.callback(database.stop)
            database.start()
        cache = None
        if "REDIS_URL" not in os.environ:
            cache = Valkey(state=folder, durable=durable)
            stack.callback(cache.stop)
            cache.start()
        if cache:
            cache.wait()
        if database:
            database.wait()
        urls["REDIS_URL"] = cache.url if cache else os.environ["REDIS_URL"]
        urls["DATABASE_URL"] = database.url if database else os.environ["DATABASE_URL"]
        if not database:
            postgres.check_external(urls["DATABASE_URL"])
        yield Services(urls, database, cache)


def _require_passage(folder: Path) -> None:
    """Refuse a folder that the account of root's services cannot reach, such as one in /root."""
    account = unprivileged_account()
    if account and run_as(account, ["test", "-x", folder], env=os.environ).returncode:
        raise CannotStart(
            f"The account that runs root's services cannot enter {folder}; "
            "set FROZENFOOD_STATE to a place that everyone may enter, such as /var/tmp/shop."
        )


def run(command: list[str], *, ephemeral: bool) -> int:
    """Run a command beside the services and return its exit code.

    Raises:
        CannotStart: A service or the command cannot be started.
    """
    with (
        state.opened(ephemeral=ephemeral) as folder,
        running(folder=folder, durable=not ephemeral) as services,
    ):
        try:
            child = spawn(command, env=os.environ | services.urls, own_session=False, stdin=None)
        except OSError as error:
            raise CannotStart(f"{command[0]} cannot be run: {error.strerror}.") from error

        def forward(_number: int, _frame: FrameType | None) -> None:
            child.terminate()

        signal.signal(signal.SIGTERM, forward)
        # The terminal sends Ctrl-C to the child too; ours must not end before it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        code = child.wait()
    return code if code >= 0 else 128 - code


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tools.services", description=__doc__)
    parser.add_argument("--ephemeral", action="store_true", help="use a throw-away folder")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    # Until the child runs, a SIGTERM must still stop what has been started.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    follow_make()
    try:
        return run(arguments.command, ephemeral=arguments.ephemeral)
    except CannotStart as reason:
        print(f"frozenfood: {reason}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
