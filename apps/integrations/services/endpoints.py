"""Endpoints: made and kept by a key for itself, or by staff for anybody.

`key_id` is whose they are: None for staff, who may touch all of them.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from apps.core.transactions import retrying_atomic
from apps.integrations import signing
from apps.integrations.addresses import is_fit
from apps.integrations.dto import SUBSCRIBABLE, Made, Silence
from apps.integrations.errors import (
    ApiKeyNotFound,
    ApiKeyRevoked,
    EndpointExists,
    EndpointNotFound,
    InvalidEndpointUrl,
    InvalidEventTypes,
    TooManyEndpoints,
)
from apps.integrations.models import ApiKey, Endpoint

# How long the secret before goes on signing beside the new one.
OVERLAP = timedelta(hours=24)
MOST_ENDPOINTS = 20
_TYPES = frozenset(value for value, _label in SUBSCRIBABLE)


@retrying_atomic
def make_endpoint(*, key_id: int | None, url: str, types: Collection[str], now: datetime) -> Made:
    """Have events sent to an address; its secret can be seen this once.

    Raises:
        InvalidEndpointUrl: It is not a public https address.
        InvalidEventTypes: There is none, or one that does not exist.
        ApiKeyNotFound: There is no such key.
        ApiKeyRevoked: The key is dead.
        TooManyEndpoints: The key has as many as it may have.
        EndpointExists: The key has this one.
    """
    url, wanted = _fit(url), _known(types)
    if key_id is not None:
        key = ApiKey.objects.select_for_update(no_key=True).filter(pk=key_id).first()
        if key is None:
            raise ApiKeyNotFound
        if not key.is_live(now):
            raise ApiKeyRevoked
        if Endpoint.objects.filter(key=key).count() >= MOST_ENDPOINTS:
            raise TooManyEndpoints(most=MOST_ENDPOINTS)
    seed = signing.new_seed()
    row = _written(Endpoint(key_id=key_id, url=url, types=wanted, seed=seed))
    return Made(row.pk, signing.secret_of(seed))


@retrying_atomic
def save_endpoint(
    *,
    key_id: int | None,
    public_id: UUID,
    url: str | None = None,
    types: Collection[str] | None = None,
    is_on: bool | None = None,
    now: datetime,
) -> Endpoint:
    """Change where events go, which, or whether at all; what is left out stays.

    The secret stays too, and so does what waits: an endpoint that is switched on again gets it.

    Raises:
        EndpointNotFound: There is none, or it is another key's.
        InvalidEndpointUrl: It is not a public https address.
        InvalidEventTypes: There is none, or one that does not exist.
        EndpointExists: The key has another one with this address.
    """
    row = _locked(key_id, public_id)
    if url is not None:
        row.url = _fit(url)
    if types is not None:
        row.types = _known(types)
    if is_on is not None and is_on != (row.disabled_at is None):
        row.disabled_at = None if is_on else now
        row.disabled_reason = "" if is_on else Silence.SWITCHED_OFF
        row.failures, row.failing_since, row.resumes_at = 0, None, None
    return _written(row)


@retrying_atomic
def rotate_secret(*, key_id: int | None, public_id: UUID, now: datetime) -> Made:
    """Give an endpoint a new secret; for a day both sign, so that nothing is refused meanwhile.

    Raises:
        EndpointNotFound: There is none, or it is another key's.
    """
    row = _locked(key_id, public_id)
    row.old_seed, row.old_seed_until = row.seed, now + OVERLAP
    row.seed = signing.new_seed()
    row.save(update_fields=["seed", "old_seed", "old_seed_until", "updated_at"])
    return Made(row.pk, signing.secret_of(row.seed))


@retrying_atomic
def remove_endpoint(*, key_id: int | None, public_id: UUID) -> None:
    """Forget an endpoint and what was sent to it.

    Raises:
        EndpointNotFound: There is none, or it is another key's.
    """
    _locked(key_id, public_id).delete()


def _locked(key_id: int | None, public_id: UUID) -> Endpoint:
    own = Endpoint.objects.of_key(key_id)
    row = own.select_for_update().filter(public_id=public_id).first()
    if row is None:
        raise EndpointNotFound
    return row


def _written(row: Endpoint) -> Endpoint:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "integrations_endpoint_once" not in str(error):
            raise
        raise EndpointExists from error
    return row


def _fit(url: str) -> str:
    if not is_fit(url, may_be_private=settings.WEBHOOKS_MAY_BE_PRIVATE):
        raise InvalidEndpointUrl
    return url


def _known(types: Collection[str]) -> list[str]:
    wanted = sorted(set(types))
    if not wanted or not set(wanted) <= _TYPES:
        raise InvalidEventTypes
    return wanted
