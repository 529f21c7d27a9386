"""The folder that keeps a checkout's private data between runs, and its lock."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tools.processes import CannotStart

CHECKOUT = Path(__file__).resolve().parents[1]
MINIMUM_FREE_BYTES = 300 * 1024 * 1024
_EPHEMERAL_PREFIX = "frozenfood-throwaway-"
_ABANDONED_AFTER_SECONDS = 600


def persistent_folder() -> Path:
    """Return where this checkout keeps its data: FROZENFOOD_STATE or a folder of its own."""
    chosen = os.environ.get("FROZENFOOD_STATE")
    if chosen:
        return Path(chosen).absolute()
    key = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:10]
    return Path(f"/var/tmp/frozenfood-{os.geteuid()}-{key}")  # noqa: S108 - its owner is verified


@contextlib.contextmanager
def opened(*, ephemeral: bool) -> Iterator[Path]:
    """Hold a state folder for as long as the block lasts; a throw-away one is removed after.

    Raises:
        CannotStart: No space, no permission, a foreign folder, or one already in use.
    """
    try:
        folder = _throwaway() if ephemeral else _persistent()
        _require_space(folder)
        lock = _locked(folder)
    except OSError as error:
        raise CannotStart(f"The state folder cannot be used: {error}.") from error
    try:
        yield folder
    finally:
        if ephemeral:
            shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _persistent() -> Path:
    folder = persistent_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode):
        raise CannotStart(f"{folder} is not a folder; set FROZENFOOD_STATE to another place.")
    if facts.st_uid != os.geteuid():
        raise CannotStart(
            f"{folder} belongs to another account (uid {facts.st_uid}); "
            "remove it or set FROZENFOOD_STATE to another place."
        )
    _let_services_in(folder)
    return folder


def _throwaway() -> Path:
    _sweep_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=_EPHEMERAL_PREFIX))
    _let_services_in(folder)
    return folder


def _let_services_in(folder: Path) -> None:
    # Root's services run as another account: it may pass through, but not list.
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


def _sweep_abandoned() -> None:
    """Remove throw-away folders whose launcher was killed before it could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_EPHEMERAL_PREFIX}*"):
        with contextlib.suppress(OSError, CannotStart):
            facts = folder.lstat()
            if facts.st_uid != os.geteuid() or not stat.S_ISDIR(facts.st_mode):
                continue
            if time.time() - facts.st_mtime < _ABANDONED_AFTER_SECONDS:
                continue
            lock = _locked(folder)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _require_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < MINIMUM_FREE_BYTES:
        raise CannotStart(
            f"Not enough disk space for {folder}: {free // 2**20} MB are free, "
            f"{MINIMUM_FREE_BYTES // 2**20} MB are needed."
        )


def _locked(folder: Path) -> int:
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 20, 0).decode(errors="replace").strip() or "unknown"
        os.close(lock)
        raise CannotStart(
            f"This shop is already running (process {holder}, data in {folder})."
        ) from None
    os.truncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock
