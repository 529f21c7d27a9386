"""Questions about keys and webhooks. `key_id` is who asks: None for staff, who see everything."""

import hmac
from datetime import datetime
from uuid import UUID

from apps.integrations import signing
from apps.integrations.dto import Integration
from apps.integrations.errors import DeliveryNotFound, EndpointNotFound, InvalidApiKey
from apps.integrations.models import ApiKey, Delivery, DeliveryQuerySet, Endpoint, EndpointQuerySet


def integration_behind(*, key: str, now: datetime) -> Integration:
    """Return the program that a key belongs to.

    Raises:
        InvalidApiKey: It is none of ours, was revoked, or has expired.
    """
    prefix = signing.prefix_of(key)
    row = ApiKey.objects.filter(prefix=prefix).first() if prefix else None
    # The same work for a key that we know and for one that we don't.
    kept = row.digest if row is not None else signing.digest_of("")
    if not hmac.compare_digest(kept, signing.digest_of(key)):
        raise InvalidApiKey
    if row is None or not row.is_live(now):
        raise InvalidApiKey
    return Integration(row.pk, row.name, frozenset(row.scopes), row.last_used_at)


def endpoints(*, key_id: int | None) -> EndpointQuerySet:
    """Return endpoints, the newest first, still open to filters and pages."""
    return Endpoint.objects.of_key(key_id).order_by("-pk")


def endpoint(*, key_id: int | None, public_id: UUID) -> Endpoint:
    """Return one endpoint.

    Raises:
        EndpointNotFound: There is none, or it is another key's.
    """
    row = endpoints(key_id=key_id).filter(public_id=public_id).first()
    if row is None:
        raise EndpointNotFound
    return row


def deliveries(*, key_id: int | None) -> DeliveryQuerySet:
    """Return deliveries with their events, the newest first, still open to filters and pages."""
    own = Delivery.objects.of_key(key_id)
    return own.select_related("event", "endpoint").order_by("-pk")


def delivery(*, key_id: int | None, public_id: UUID) -> Delivery:
    """Return one delivery.

    Raises:
        DeliveryNotFound: There is none, or it went to another key's endpoint.
    """
    row = deliveries(key_id=key_id).filter(public_id=public_id).first()
    if row is None:
        raise DeliveryNotFound
    return row
