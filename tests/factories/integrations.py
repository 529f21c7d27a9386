"""Keys, endpoints and what was sent to them."""

from itertools import count
from typing import Any

from apps.core.time import now
from apps.integrations import services
from apps.integrations.dto import SUBSCRIBABLE, Made, Scope
from apps.integrations.models import Delivery, Endpoint

_numbers = count(1)
ALL_SCOPES = tuple(Scope.values)
ALL_TYPES = tuple(value for value, _label in SUBSCRIBABLE)


def api_key(*scopes: str, **fields: Any) -> Made:
    """Make a key; without scopes it has all of them."""
    defaults = {"name": "ERP", "scopes": scopes or ALL_SCOPES, "now": now()}
    return services.make_key(**(defaults | fields))


def endpoint(
    *, key_id: int | None = None, url: str = "", types: Any = ALL_TYPES, is_on: bool = True
) -> Endpoint:
    """Make an endpoint that hears of everything."""
    url = url or f"https://receiver-{next(_numbers)}.example.com/hooks"
    made = services.make_endpoint(key_id=key_id, url=url, types=types, now=now())
    row = Endpoint.objects.get(pk=made.id)
    if not is_on:
        services.save_endpoint(key_id=None, public_id=row.public_id, is_on=False, now=now())
        row.refresh_from_db()
    return row


def pinged(row: Endpoint) -> Delivery:
    """Have a test event on its way to an endpoint."""
    return services.send_test(key_id=None, public_id=row.public_id, now=now())


def integrated(actor_id: int) -> None:
    """Make one of everything: keys alive and revoked, endpoints on and off, a delivery."""
    services.revoke_key(key_id=api_key().id, actor_id=actor_id, now=now())
    key = api_key(actor_id=actor_id)
    endpoint(is_on=False)
    pinged(endpoint(key_id=key.id))
