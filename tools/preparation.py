"""What must be true before the shop runs, and the marks that make a warm start skip it."""

from __future__ import annotations

import hashlib
import os
import secrets
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tools.state import CHECKOUT
from tools.supervisor import Supervisor

MANAGE = (sys.executable, "manage.py")
_LOCK = CHECKOUT / "requirements" / "local.txt"


def kept_secret(folder: Path, name: str, *, make: str = "") -> str:
    """Return a secret of this state folder, made the first time."""
    path = folder / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(make or secrets.token_urlsafe(50))
    return path.read_text()


def fingerprint(paths: Iterable[Path]) -> str:
    """Return a short text that changes when one of the files does."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        facts = path.stat()
        digest.update(f"{path}|{facts.st_size}|{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


class Mark:
    """A note in the state folder that a piece of work was done for these inputs."""

    def __init__(self, folder: Path, name: str, value: str) -> None:
        """Name the work and what it depends on."""
        self.path = folder / f"{name}.done"
        self.value = value

    def stands(self) -> bool:
        """Say whether the work was done for exactly these inputs."""
        return self.path.exists() and self.path.read_text() == self.value

    def set(self) -> None:
        """Note that the work is done."""
        self.path.write_text(self.value)


def prepare(supervisor: Supervisor, *, folder: Path, private_database: bool) -> None:
    """Migrate and load the demo shop, as far as that is not done.

    Raises:
        CannotStart: One of the steps failed.
    """
    database = _database_name(supervisor.env["DATABASE_URL"], private=private_database)
    migrated = Mark(folder, f"migrated-{database}", fingerprint(_migrations()))
    demo = Mark(folder, f"demo-{database}", "loaded")

    # Another's database may have been changed behind our back; ours has not.
    if not private_database or not migrated.stands():
        supervisor.log.write("migrate", "bringing the database up to date")
        migrating = supervisor.begin("migrate", (*MANAGE, "migrate", "--verbosity", "0"))
        supervisor.finish(migrating, otherwise="The database could not be migrated; see above.")
        migrated.set()
    if not demo.stands():
        if private_database or _shop_is_empty(supervisor.env["DATABASE_URL"]):
            supervisor.log.write("demo", "loading the demo shop; this happens once")
            loading = supervisor.begin("demo", (*MANAGE, "loaddemo"))
            supervisor.finish(loading, otherwise="The demo shop could not be loaded; see above.")
        demo.set()


def _migrations() -> list[Path]:
    ours = [path for app in ("apps", "bot") for path in (CHECKOUT / app).rglob("migrations/*.py")]
    return [*ours, _LOCK]


def _database_name(url: str, *, private: bool) -> str:
    """Return a name for marks: the private server's port changes, its data does not."""
    if private:
        return "private"
    parts = urlsplit(url)
    place = f"{parts.hostname}:{parts.port}{parts.path}"
    return hashlib.sha256(place.encode()).hexdigest()[:10]


def _shop_is_empty(url: str) -> bool:
    """Say whether nobody sells anything here yet: a real shop never gets the demo."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute("SELECT EXISTS (SELECT FROM catalog_product)").fetchone()
    return row == (False,)


def demo_accounts(supervisor: Supervisor, *, folder: Path) -> str:
    """Return what the demo's staff may sign in with, as the shop's own command prints it.

    It takes a process with all of Django to say it, so its words are kept.
    """
    kept = folder / "demo-accounts.txt"
    settings = supervisor.env["DJANGO_SETTINGS_MODULE"]
    said = Mark(folder, "demo-accounts", f"{settings} {fingerprint(_demo())}")
    if not said.stands():
        done = subprocess.run(
            (*MANAGE, "demo_accounts"),
            cwd=CHECKOUT,
            env={**os.environ, **supervisor.env},
            capture_output=True,
            text=True,
            check=False,
        )
        kept.write_text(done.stdout.rstrip() if done.returncode == 0 else "", encoding="utf-8")
        said.set()
    return kept.read_text(encoding="utf-8")


def _demo() -> list[Path]:
    return [*(CHECKOUT / "apps" / "fulfilment").glob("demo/*.py"),
            *(CHECKOUT / "apps" / "catalog" / "demo").glob("*.json")]  # fmt: skip
