"""The catalogue's version: counted up after each commit that changes what customers see."""

from django.core.cache import cache
from django.db import connection, transaction

from apps.catalog.selectors.shelves import VERSION_KEY, VERSION_SECONDS

# Microseconds, so that no number ever comes twice, not even after a backup was restored.
_BUMP = """
INSERT INTO catalog_catalogversion AS kept (id, number)
VALUES (1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
ON CONFLICT (id) DO UPDATE SET number = greatest(kept.number + 1, excluded.number)
RETURNING number
"""


def renew_catalog_on_commit() -> None:
    """Give the catalogue a new version once the surrounding transaction has committed.

    It is not part of the transaction: its one row would hold up every other writer. However many
    changes a transaction makes, one new version tells of them all.
    """
    if not any(waiting[1] is _renew for waiting in connection.run_on_commit):
        transaction.on_commit(_renew, robust=True)


def _renew() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BUMP)
        cache.set(VERSION_KEY, cursor.fetchone()[0], VERSION_SECONDS)
