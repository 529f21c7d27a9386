"""Fetch updates by long polling: store them, and only then tell Telegram that we have them."""

import asyncio
import logging
from typing import Any

import httpx
from django.conf import settings
from django.db import Error as DatabaseError
from psycopg_pool import PoolTimeout

from bot.bridge import call_service
from bot.inbox import store_updates
from bot.listener import Listener

logger = logging.getLogger(__name__)

ALLOWED_UPDATES = [
    "message", "edited_message", "callback_query", "my_chat_member", "pre_checkout_query",
]  # fmt: skip
_POLL_SECONDS = 25
_LONGEST_PAUSE = 30.0
_WAIT_TO_LEAD = 2.0


class Poller:
    """Ask for updates until cancelled; another process of this shop takes over when this dies."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._offset = 0
        self._failures = 0

    async def run(self) -> None:
        """Poll while no other process of this shop does."""
        timeout = httpx.Timeout(10.0, read=_POLL_SECONDS + 10.0)
        async with httpx.AsyncClient(timeout=timeout) as client:
            while True:
                if not await self._listener.may_poll():
                    await asyncio.sleep(_WAIT_TO_LEAD)
                    continue
                try:
                    pause = await self._poll(client)
                except (httpx.HTTPError, ValueError) as error:
                    pause = self._note_failure(f"Telegram can't be reached: {_sentence(error)}")
                except (DatabaseError, PoolTimeout) as error:
                    # The offset stays: Telegram keeps the updates until the database is back.
                    pause = self._note_failure(f"Updates can't be stored: {error}")
                await asyncio.sleep(pause)

    async def _poll(self, client: httpx.AsyncClient) -> float:
        """Fetch and store once; return how many seconds to wait before the next time."""
        question = {
            "offset": self._offset,
            "timeout": 0 if self._failures else _POLL_SECONDS,
            "allowed_updates": ALLOWED_UPDATES,
        }
        response = await client.post(method_url("getUpdates"), json=question)
        answer: dict[str, Any] = response.json()
        if response.status_code == httpx.codes.CONFLICT:
            return self._note_failure(
                "Somebody else fetches this bot's updates, with the same token: stop the other "
                f"one or its webhook ({answer.get('description', '')})"
            )
        if not answer.get("ok"):
            seconds = (answer.get("parameters") or {}).get("retry_after", 0)
            pause = self._note_failure(f"Telegram refuses: {answer.get('description', '')}")
            return max(pause, float(seconds))
        updates: list[dict[str, Any]] = answer["result"]
        await call_service(store_updates, updates=updates)
        if updates:
            self._offset = max(update["update_id"] for update in updates) + 1
        if self._failures:
            logger.info("Telegram answers again")
        self._failures = 0
        return 0.0

    def _note_failure(self, sentence: str) -> float:
        self._failures += 1
        pause = min(2.0 ** min(self._failures - 1, 10), _LONGEST_PAUSE)
        logger.warning("%s. Trying again in %g s", sentence.rstrip("."), pause)
        return pause


def method_url(method: str) -> str:
    """Return the address of a method of the Bot API; it holds the token, so never log it."""
    return f"{settings.TELEGRAM_API_URL}/bot{settings.TELEGRAM_BOT_TOKEN}/{method}"


def _sentence(error: Exception) -> str:
    return str(error) or type(error).__name__
