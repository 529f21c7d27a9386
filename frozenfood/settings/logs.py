"""Logging: one line an event, with the request's id, and never a secret."""

import logging
import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, SecretStr

# A bot token as Telegram writes it: the bot's id, a colon and the secret part.
# In a URL it follows the word "bot" without a break.
_BOT_TOKEN = re.compile(r"(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}")
_PASSWORD_IN_URL = re.compile(r"(?<=://)([^/\s:@]*):([^@\s/]+)@")
_BEARER = re.compile(r"(?i)(bearer\s+|authorization['\": ]+)[A-Za-z0-9._~+/=-]{16,}")
# Keys of integrations, and the secrets that sign what they are sent.
_INTEGRATION = re.compile(r"ffb_[0-9a-f]{8}_[A-Za-z0-9_-]{20,}|whsec_[A-Za-z0-9+/=]{16,}")
_HIDDEN = "[hidden]"


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return the text without tokens, passwords in URLs, or any of the given secrets."""
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    text = _INTEGRATION.sub(_HIDDEN, _BOT_TOKEN.sub(_HIDDEN, text))
    text = _PASSWORD_IN_URL.sub(rf"\1:{_HIDDEN}@", text)
    return _BEARER.sub(rf"\1{_HIDDEN}", text)


class RedactingFormatter(logging.Formatter):
    """Format a record and hide every secret in it, tracebacks included."""

    def __init__(self, *args: Any, secrets: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished line; redaction comes last, so that nothing slips past it."""
        return redact(super().format(record), self._secrets)


class RequestContextFilter(logging.Filter):
    """Give each record the id of the request or update that it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add `request_id`; every record passes."""
        from apps.core.context import current_request_id

        record.request_id = current_request_id() or "-"
        return True


class StrangersMistakesFilter(logging.Filter):
    """Keep what strangers send from looking like trouble of ours.

    Django writes each impossible host or path as an error with a traceback: a scanner would fill
    the log. One warning in one line tells as much.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Make it a warning; every record passes."""
        if record.name.startswith("django.security."):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None
        return True


def known_secrets(env: BaseModel) -> list[str]:
    """Return the values that must never be written down, longest first."""
    values = (getattr(env, name) for name in type(env).model_fields)
    texts = (value.get_secret_value() for value in values if isinstance(value, SecretStr))
    return sorted((text for text in texts if len(text) >= 8), key=len, reverse=True)


def logging_settings(*, secrets: BaseModel) -> dict[str, Any]:
    """Return Django's LOGGING: to standard error, where the supervisor or Docker collects it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request": {"()": RequestContextFilter},
            "strangers": {"()": StrangersMistakesFilter},
        },
        "formatters": {
            "line": {
                "()": RedactingFormatter,
                "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
                "secrets": known_secrets(secrets),
            },
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["request", "strangers"],
            },
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # At INFO these write whole URLs, and the bot's token is in them.
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
            "stripe": {"level": "WARNING"},
            "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "celery": {"level": "WARNING"},
            "apscheduler": {"level": "WARNING"},
        },
    }
