"""Check the Mini App's launch data as Telegram documents it, without database or clock.

https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from pydantic import BaseModel, Field, ValidationError

from apps.users.errors import InitDataExpired, InvalidInitData

_MAXIMUM_LENGTH = 8192
_MAXIMUM_FIELDS = 32
# How far Telegram's clock may be ahead of ours.
_MAXIMUM_SKEW = timedelta(seconds=60)


class TelegramUser(BaseModel):
    """The `WebAppUser` inside the launch data, as far as the shop needs it."""

    # Telegram promises at most 52 significant bits.
    id: int = Field(gt=0, lt=2**52)
    first_name: str = ""
    last_name: str = ""
    language_code: str = ""
    is_bot: bool = False


def read_init_data(
    init_data: str, *, bot_token: str, now: datetime, maximum_age: timedelta
) -> TelegramUser:
    """Return who opened the Mini App, once the bot's signature and the age are right.

    Raises:
        InvalidInitData: It was not signed by this bot, or does not say who.
        InitDataExpired: It was signed too long ago, or in the future.
    """
    fields = _fields(init_data)
    if not bot_token or not _is_signed(fields, bot_token):
        raise InvalidInitData
    signed_at = fields.get("auth_date", "")
    if not (signed_at.isascii() and signed_at.isdigit() and len(signed_at) <= 12):
        raise InvalidInitData
    age = timedelta(seconds=now.timestamp() - int(signed_at))
    if age > maximum_age or age < -_MAXIMUM_SKEW:
        raise InitDataExpired
    try:
        user = TelegramUser.model_validate_json(fields.get("user", ""))
    except ValidationError as error:
        raise InvalidInitData from error
    if user.is_bot:
        raise InvalidInitData
    return user


def _fields(init_data: str) -> dict[str, str]:
    """Return the fields as they were signed: decoded once, each of them once."""
    if not 0 < len(init_data) <= _MAXIMUM_LENGTH:
        raise InvalidInitData
    try:
        pairs = parse_qsl(
            init_data,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MAXIMUM_FIELDS,
        )
    except ValueError as error:
        raise InvalidInitData from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise InvalidInitData
    return fields


def _is_signed(fields: dict[str, str], bot_token: str) -> bool:
    """Compare the hash with ours over every other field, `signature` among them.

    Only the check by a third party, with Telegram's public key, leaves `signature` out.
    """
    lines = (f"{name}={value}" for name, value in sorted(fields.items()) if name != "hash")
    secret = hmac.digest(b"WebAppData", bot_token.encode(), hashlib.sha256)
    try:
        message = "\n".join(lines).encode()
        given = fields.get("hash", "").encode()
    except UnicodeEncodeError:
        return False
    expected = hmac.new(secret, message, hashlib.sha256).hexdigest().encode()
    return hmac.compare_digest(given, expected)
