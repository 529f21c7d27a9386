"""Child processes that never outlive their parent, and the small facts they need."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

Stream = int | IO[bytes] | None

_PR_SET_PDEATHSIG = 1
# Loaded now: after the change of account the interpreter's libraries may be unreadable.
_libc = ctypes.CDLL(None)


class CannotStart(Exception):
    """Say in one sentence why something could not be started."""


@dataclass(frozen=True)
class Account:
    """An existing system account that a child runs as."""

    uid: int
    gid: int

    def give(self, path: Path) -> None:
        """Make the account the owner of a path."""
        os.chown(path, self.uid, self.gid)


def unprivileged_account() -> Account | None:
    """Return whom to drop to: PostgreSQL refuses to run as root.

    Raises:
        CannotStart: Root has no account to drop to.
    """
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise CannotStart("PostgreSQL cannot run as root and there is no account postgres or nobody.")


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def dies_with_parent(signal_number: int) -> Callable[[], None]:
    """Return what a child runs before exec, so that it is signalled when its parent dies.

    The kernel watches the parent's *thread*: spawn from the main thread only.
    """
    parent = os.getpid()

    def arrange() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:  # the parent died before the line above
            os.kill(os.getpid(), signal_number)

    return arrange


def follow_make() -> None:
    """End together with the `make` that started us, even when it is killed."""
    if "MAKELEVEL" in os.environ:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def spawn(
    command: Sequence[object],
    *,
    env: Mapping[str, str],
    account: Account | None = None,
    death_signal: int = signal.SIGTERM,
    own_session: bool = True,
    cwd: Path | None = None,
    stdin: Stream = subprocess.DEVNULL,
    output: Stream = None,
) -> subprocess.Popen[bytes]:
    """Start a child that is signalled if this process dies, however it dies."""
    return subprocess.Popen(
        [str(part) for part in command],
        env=dict(env),
        cwd=cwd,
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=own_session,
        preexec_fn=dies_with_parent(death_signal),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def run_as(
    account: Account | None, command: Sequence[object], *, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a short command to its end as an account, from a directory everyone may enter."""
    return subprocess.run(
        [str(part) for part in command],
        env=dict(env),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def stop(
    child: subprocess.Popen[bytes], *, signal_number: int = signal.SIGTERM, patience: float = 15
) -> None:
    """Signal a child once, wait, and kill it only when it does not obey."""
    if child.poll() is not None:
        return
    child.send_signal(signal_number)
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def command_line(pid: int) -> str:
    """Return the command line of a live process, or an empty string."""
    try:
        return (
            Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        )
    except OSError:
        return ""
