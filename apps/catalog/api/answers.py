"""Public answers as bytes, kept in the cache until something they show changes.

The key carries the catalogue's version, the language and the normalised query, and nothing about
who asks. An entry is never used past the next scheduled price change.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from apps.catalog import selectors
from apps.catalog.selectors.shelves import Shelves

# A version that was lost between a commit and its bump heals within this time.
KEPT_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What to answer, and until when it is true whatever the version."""

    payload: Any
    good_until: datetime | None = None


@dataclass(frozen=True)
class Kept:
    """An answer as it is sent."""

    body: bytes
    etag: str
    good_until: datetime | None


def public_answer(request: Request, kept: Kept) -> HttpResponseBase:
    """Answer with what is kept; 304 when the client has it."""
    response = HttpResponse(kept.body, content_type="application/json")
    response["ETag"] = kept.etag
    # To be asked for again each time, cheaply: prices and stock change at any moment.
    response["Cache-Control"] = "public, no-cache"
    return get_conditional_response(request._request, etag=kept.etag, response=response)  # type: ignore[return-value]


def kept_answer(
    *, name: str, parts: tuple[Any, ...], now: datetime, build: Callable[[Shelves], Answer]
) -> Kept:
    """Return an answer's bytes from the cache, or build and keep them.

    `parts` must say everything that the answer depends on besides version and language.
    """
    # Read before the rows: what is kept under this version is never older than it.
    categories = selectors.shelves()
    return _kept(_key(categories.version, name, parts), now, lambda: build(categories))


def _kept(key: str, now: datetime, build: Callable[[], Answer]) -> Kept:
    # Inside a transaction everybody must see what they wrote themselves.
    if connection.in_atomic_block:
        return _rendered(build())
    kept = cache.get(key)
    if isinstance(kept, Kept) and (kept.good_until is None or now < kept.good_until):
        return kept
    kept = _rendered(build())
    cache.set(key, kept, KEPT_SECONDS)
    return kept


def _rendered(answer: Answer) -> Kept:
    body = orjson.dumps(answer.payload)
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    return Kept(body, etag, answer.good_until)


def _key(version: int, name: str, parts: tuple[Any, ...]) -> str:
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()
    return f"catalog:{version}:{translation.get_language()}:{name}:{digest}"
