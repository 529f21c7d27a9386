"""Carry a request out once, however often it is sent (the Idempotency-Key header)."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from apps.core.errors import IdempotencyKeyInUse, IdempotencyKeyMissing, IdempotencyKeyReused
from apps.core.models import IdempotencyRecord
from apps.core.transactions import retrying_atomic

_KEY = re.compile(r"[A-Za-z0-9_-]{8,100}")


@dataclass(frozen=True)
class Answer:
    """What a request is answered: an HTTP status and a body of plain JSON values."""

    status: int
    body: Any
    is_replayed: bool = field(default=False, compare=False)

    def headers(self) -> dict[str, str]:
        """Return what tells the same answer from the first one."""
        return {"Idempotent-Replayed": "true"} if self.is_replayed else {}


def checked_key(header: str | None) -> str:
    """Return the key that a request carries.

    Raises:
        IdempotencyKeyMissing: There is none, or it is not 8 to 100 letters, digits, - and _.
    """
    if header is None or not _KEY.fullmatch(header):
        raise IdempotencyKeyMissing
    return header


@retrying_atomic
def run_once(
    *, owner_id: int, endpoint: str, key: str, body: Any, work: Callable[[], Answer]
) -> Answer:
    """Return what `work` answers, and the same answer when the same request comes again.

    The work, its answer and the key's lock share one transaction: they all happen, or none does.
    A refusal (an exception of `work`) is not remembered: nothing was done, so it may be retried.

    Raises:
        IdempotencyKeyInUse: The first request with this key is still running.
        IdempotencyKeyReused: The key came with another body before.
    """
    body_hash = _hash(body)
    _lock(f"{owner_id}/{endpoint}/{key}")
    record = IdempotencyRecord.objects.filter(owner_id=owner_id, endpoint=endpoint, key=key).first()
    if record is None:
        answer = work()
        IdempotencyRecord.objects.create(
            owner_id=owner_id,
            endpoint=endpoint,
            key=key,
            body_hash=body_hash,
            status=answer.status,
            answer=json.loads(json.dumps(answer.body, cls=DjangoJSONEncoder)),
        )
        return answer
    if record.body_hash != body_hash:
        raise IdempotencyKeyReused
    return Answer(record.status, record.answer, is_replayed=True)


def _lock(name: str) -> None:
    """Hold the key until the transaction ends.

    Raises:
        IdempotencyKeyInUse: Somebody else holds it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        (is_ours,) = cursor.fetchone()
    if not is_ours:
        raise IdempotencyKeyInUse


def _hash(body: Any) -> str:
    """Return a digest that does not depend on the order of the body's names."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()
