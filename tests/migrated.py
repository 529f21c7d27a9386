"""One migrated database for all workers of a run: each copies it, which takes a moment."""

import fcntl
import os
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import sql

_NAME = f"test_{connection.settings_dict['NAME']}_migrated"


def migrate_once(folder: Path) -> None:
    """Let the first worker that comes migrate; Django makes each worker's own database from that.

    `folder` is the run's own, which its workers share.
    """
    ours = connection.settings_dict
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "migrated").exists():
            before = ours["NAME"], ours["TEST"]["NAME"]
            ours["TEST"]["NAME"] = _NAME
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            # A database that somebody uses is not copied.
            connection.close()
            ours["NAME"], ours["TEST"]["NAME"] = before
            (folder / "migrated").touch()
    ours["TEST"]["TEMPLATE"] = _NAME


def drop() -> None:
    """Drop it when the run is over, if there was one."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(_NAME)))
