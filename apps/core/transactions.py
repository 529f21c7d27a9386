"""One way to open a transaction that may meet others: retried when PostgreSQL asks for it."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, transaction

from apps.core.errors import Busy

P = ParamSpec("P")
R = TypeVar("R")

_TRIES = 3
_all_or_nothing: ContextVar[bool] = ContextVar("all_or_nothing", default=False)
_DEADLOCK, _SERIALIZATION, _LOCK_TIMEOUT = "40P01", "40001", "55P03"


def sqlstate(error: BaseException) -> str | None:
    """Return PostgreSQL's five-letter code behind a Django database error, if there is one."""
    return getattr(error.__cause__, "sqlstate", None)


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """Open one transaction for thousands of service calls, which then take no savepoints.

    For loaders that give up as a whole: a refusal caught inside leaves what its service had done.
    """
    with transaction.atomic():
        token = _all_or_nothing.set(True)
        try:
            yield
        finally:
            _all_or_nothing.reset(token)


@contextmanager
def refusable() -> Iterator[None]:
    """Guard a write whose refusal by the database is caught, so that the transaction lives on.

    Inside `all_or_nothing` it costs nothing: the refusal undoes everything there.
    """
    if _all_or_nothing.get():
        yield
        return
    with transaction.atomic():
        yield


@contextmanager
def one_statement() -> Iterator[None]:
    """Guard one statement whose failure is caught, without a round trip more than it needs.

    Outside of a transaction it is one by itself; inside, a savepoint lets the transaction live on.
    """
    if not transaction.get_connection().in_atomic_block:
        yield
        return
    with transaction.atomic():
        yield


def retrying_atomic(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service in a transaction; deadlocks and serialization failures are tried 3 times.

    Inside another transaction it is a savepoint and is not retried: the outermost one is.

    Raises:
        Busy: The rows stayed locked, or the tries are used up.
    """

    @wraps(service)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        if _all_or_nothing.get():
            return service(*args, **kwargs)
        if transaction.get_connection().in_atomic_block:
            with transaction.atomic():
                return service(*args, **kwargs)
        for attempt in range(1, _TRIES + 1):
            try:
                with transaction.atomic():
                    return service(*args, **kwargs)
            except OperationalError as error:
                state = sqlstate(error)
                if state == _LOCK_TIMEOUT:
                    raise Busy from error
                if state not in {_DEADLOCK, _SERIALIZATION}:
                    raise
                if attempt == _TRIES:
                    raise Busy from error
            time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311
        raise Busy

    return wrapper
