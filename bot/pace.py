"""The bot's part in the pace that it shares with the workers (notifications/gateways/pace.py)."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from apps.notifications.errors import RetryLater
from apps.notifications.gateways.pace import Urgency, await_turn, pace

# What appears in a chat, or changes there; everything else Telegram counts differently, if at all.
_COUNTED = ("send", "edit", "copy", "forward")
_FREE = frozenset({"sendChatAction"})


class SharedPace(BaseRateLimiter[None]):
    """Count what the bot sends together with what the workers send, and obey a 429 together."""

    async def initialize(self) -> None:
        """Nothing to open: the count connects when it is asked."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> Any:
        """Make a call when its turn has come.

        Raises:
            RetryAfter: That is too far away to wait for, or Telegram itself says so.
        """
        chat_id = data.get("chat_id")
        counted = endpoint.startswith(_COUNTED) and endpoint not in _FREE
        if counted and isinstance(chat_id, int):
            try:
                await await_turn(chat_id=chat_id, urgency=Urgency.ANSWER)
            except RetryLater as error:
                raise RetryAfter(timedelta(seconds=error.seconds)) from error
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            pace().hold(_seconds(error))
            raise


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
