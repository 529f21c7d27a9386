"""Keys, secrets and signatures: what is kept of them, and what is made of it.

Signatures follow the Standard Webhooks specification 1.0
(github.com/standard-webhooks/standard-webhooks, "Signature scheme"): HMAC-SHA256 over
`id.timestamp.body`.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

_KEY = re.compile(r"ffb_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")


def new_key() -> tuple[str, str]:
    """Return a new API key, and its prefix, by which it is found and known to people."""
    prefix = secrets.token_hex(4)
    return f"ffb_{prefix}_{secrets.token_urlsafe(32)}", prefix


def prefix_of(key: str) -> str | None:
    """Return the prefix of what may be a key, None for what can't be one."""
    match = _KEY.fullmatch(key)
    return match.group(1) if match else None


def digest_of(key: str) -> str:
    """Return what is kept of a key: it has 256 random bits, so a plain hash can't be guessed."""
    return hashlib.sha256(key.encode()).hexdigest()


def new_seed() -> str:
    """Return the seed of an endpoint's secret: worth nothing without the shop's own key."""
    return secrets.token_hex(24)


def secret_of(seed: str) -> str:
    """Return the secret that grows from a seed, as a receiver keeps it: `whsec_` and base64.

    So the tables hold nothing that signs; who changes DJANGO_SECRET_KEY rotates every secret.
    """
    return "whsec_" + base64.b64encode(_raw(seed)).decode()


def body_of(
    *, event_id: str, event_type: str, created_at: datetime, data: Mapping[str, Any]
) -> bytes:
    """Return the bytes of an event, the same at each attempt."""
    told = {"id": event_id, "type": event_type, "created_at": created_at.isoformat(), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def signed_headers(
    *, event_id: str, body: bytes, seeds: Iterable[str], now: datetime
) -> dict[str, str]:
    """Return the headers by which a receiver knows an event, and that it is ours.

    One signature a seed: while a secret is rotated both are good.
    """
    timestamp = str(int(now.timestamp()))
    text = f"{event_id}.{timestamp}.".encode() + body
    made = (hmac.new(_raw(seed), text, hashlib.sha256).digest() for seed in seeds)
    return {
        "Webhook-Id": event_id,
        "Webhook-Timestamp": timestamp,
        "Webhook-Signature": " ".join(f"v1,{base64.b64encode(one).decode()}" for one in made),
    }


def _raw(seed: str) -> bytes:
    key = hmac.new(settings.SECRET_KEY.encode(), b"frozenfood.webhooks", hashlib.sha256).digest()
    return hmac.new(key, seed.encode(), hashlib.sha256).digest()
