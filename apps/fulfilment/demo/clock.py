"""A clock that the demo moves through the past month."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone


class Clock:
    """The instant that the shop believes it is."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """Return that instant, as `django.utils.timezone.now` would."""
        return self.moment


@contextmanager
def moved_clock(moment: datetime) -> Iterator[Clock]:
    """Let everything that asks for the time get the clock's, until the block ends.

    Events and ledgers are append-only, so their times can't be corrected afterwards: they must be
    written at the right time. For one thread of a command that runs alone.
    """
    clock, real = Clock(moment), timezone.now
    timezone.now = clock
    try:
        yield clock
    finally:
        timezone.now = real
