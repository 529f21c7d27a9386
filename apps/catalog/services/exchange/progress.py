"""How far a job has come: told by a thread of its own, which also keeps the lease alive.

The job may be in the middle of one long transaction, whose writes nobody sees before its end.
"""

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, connection

from apps.catalog.dto import ExchangeState
from apps.catalog.models import CatalogExchange
from apps.core.time import now as present

logger = logging.getLogger(__name__)

# A worker that died is noticed after so long.
LEASE = timedelta(seconds=60)
_EVERY_SECONDS = 1.0


class LeaseLost(Exception):
    """Somebody else has taken the job over, or it was given up."""


class Progress:
    """Counters that the job moves and the thread reports."""

    def __init__(self, *, exchange_id: int, lease: uuid.UUID) -> None:
        self.exchange_id = exchange_id
        self.lease = lease
        self.total = 0
        self.done = 0

    def begin(self, total: int) -> None:
        """Start to count up to a total."""
        self.done, self.total = 0, total

    def step(self, count: int = 1) -> None:
        """Count on."""
        self.done = min(self.done + count, self.total)

    def tell(self) -> None:
        """Write the counters into the row and make the lease longer."""
        total = self.total
        CatalogExchange.objects.filter(
            pk=self.exchange_id, lease=self.lease, state=ExchangeState.RUNNING
        ).update(done=min(self.done, total), total=total, leased_until=present() + LEASE)


@contextmanager
def told(progress: Progress) -> Iterator[Progress]:
    """Tell every second how far it is, for as long as the block lasts."""
    over = threading.Event()

    def tell() -> None:
        try:
            while not over.wait(_EVERY_SECONDS):
                try:
                    progress.tell()
                except DatabaseError as error:
                    logger.warning("Progress can't be told: %s", error)
        finally:
            connection.close()

    teller = threading.Thread(target=tell, name="progress", daemon=True)
    teller.start()
    try:
        yield progress
    finally:
        over.set()
        teller.join()
