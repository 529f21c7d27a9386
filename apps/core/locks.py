"""Locks by name, for what has no row to lock; held until the transaction ends."""

from django.db import connection


def hold(name: str) -> None:
    """Wait for a name and hold it; `lock_timeout` ends the waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def try_to_hold(name: str) -> bool:
    """Hold a name, unless somebody else does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])
