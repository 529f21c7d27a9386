"""The refusals of the Bot API, in Telegram's own words."""

from typing import Any


class BotApiError(Exception):
    """A refusal that the caller receives as Telegram's error envelope."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def envelope(self) -> dict[str, Any]:
        """Return the JSON body that Telegram would send."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


class ControlError(Exception):
    """A request to the control API that makes no sense, such as pressing a missing button."""


def bad_request(reason: str) -> BotApiError:
    """Return the 400 that Telegram words as "Bad Request: …"."""
    return BotApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> BotApiError:
    """Return the 403 that Telegram words as "Forbidden: …"."""
    return BotApiError(403, f"Forbidden: {reason}")


def too_many_requests(seconds: int) -> BotApiError:
    """Return the 429 that tells after how many seconds to try again."""
    return BotApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
