"""Keys: made and revoked by staff, used by programs."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q

from apps.core.text import one_line
from apps.core.transactions import retrying_atomic
from apps.integrations import signing
from apps.integrations.dto import USE_NOTED_EVERY, Made, Scope
from apps.integrations.errors import ApiKeyNotFound, ApiKeyRevoked, InvalidApiKeyDraft
from apps.integrations.models import ApiKey, Endpoint

logger = logging.getLogger(__name__)

# How long a key that was replaced goes on, so that nobody has to change it at the same moment.
OVERLAP = timedelta(hours=24)


@retrying_atomic
def make_key(
    *,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None = None,
    actor_id: int | None = None,
    now: datetime,
) -> Made:
    """Make a key; this is the only time that it can be seen.

    Raises:
        InvalidApiKeyDraft: It has no name or no scope, a scope is none, or it has expired.
    """
    name, wanted = one_line(name, limit=80), sorted(set(scopes))
    if not name or not wanted or not set(wanted) <= set(Scope.values):
        raise InvalidApiKeyDraft
    if expires_at is not None and expires_at <= now:
        raise InvalidApiKeyDraft
    key, prefix = signing.new_key()
    row = ApiKey.objects.create(
        name=name, prefix=prefix, digest=signing.digest_of(key), scopes=wanted,
        expires_at=expires_at, made_by_id=actor_id,
    )  # fmt: skip
    logger.info("API key made", extra={"prefix": prefix, "scopes": wanted})
    return Made(row.pk, key)


@retrying_atomic
def replace_key(*, key_id: int, actor_id: int, now: datetime) -> Made:
    """Make a key with the same name and scopes; the old one ends within a day.

    Its endpoints go over to the new one at once, and lose nothing.

    Raises:
        ApiKeyNotFound: There is none.
        ApiKeyRevoked: It was revoked.
        InvalidApiKeyDraft: It has expired: make a new one.
    """
    old = _current(key_id)
    made = make_key(
        name=old.name, scopes=old.scopes, expires_at=old.expires_at, actor_id=actor_id, now=now
    )
    Endpoint.objects.filter(key=old).update(key_id=made.id)
    old.expires_at = min(old.expires_at or now + OVERLAP, now + OVERLAP)
    old.save(update_fields=["expires_at", "updated_at"])
    return made


@retrying_atomic
def revoke_key(*, key_id: int, actor_id: int, now: datetime) -> None:
    """End a key for good: it opens nothing, and its endpoints are sent nothing.

    Raises:
        ApiKeyNotFound: There is none.
        ApiKeyRevoked: Somebody was faster.
    """
    key = _current(key_id)
    key.revoked_at, key.revoked_by_id = now, actor_id
    key.save(update_fields=["revoked_at", "revoked_by", "updated_at"])
    logger.info("API key revoked", extra={"prefix": key.prefix})


def note_use(*, key_id: int, now: datetime) -> None:
    """Note that a key was used, at most once a minute."""
    long_ago = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
    ApiKey.objects.filter(long_ago, pk=key_id).update(last_used_at=now)


def _current(key_id: int) -> ApiKey:
    """Return a key that was not revoked, locked."""
    key = ApiKey.objects.select_for_update(no_key=True).filter(pk=key_id).first()
    if key is None:
        raise ApiKeyNotFound
    if key.revoked_at is not None:
        raise ApiKeyRevoked
    return key
