"""Delivery of updates by POST, in order within a chat, again until the bot accepts.

https://core.telegram.org/bots/api#setwebhook
"""

import asyncio
import re
import time
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.simulator.errors import bad_request
from bot.simulator.markup import is_loopback_url
from bot.simulator.updates import UpdateQueue

Json = dict[str, Any]


class WebhookSender:
    """The part of Telegram that knocks at the bot's door."""

    def __init__(self, updates: UpdateQueue) -> None:
        self.url = ""
        self.secret = ""
        self.max_connections = 40
        # Telegram's own pauses are secret; tests make these shorter.
        self.retry_seconds = 1.0
        self._updates = updates
        self._busy: set[Any] = set()
        self._not_before: dict[int, float] = {}
        self._attempts: dict[int, int] = {}
        self._last_error: tuple[int, str] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def set(self, url: str, *, secret: str, max_connections: int) -> None:
        """Start or, with an empty URL, stop deliveries.

        Raises:
            BotApiError: Telegram would refuse the address or the secret.
        """
        if url:
            parts = urlsplit(url)
            if parts.scheme != "https" and not is_loopback_url(url):
                raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
            if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
                raise bad_request("secret token contains unallowed characters")
        self.url, self.secret = url, secret
        self.max_connections = min(max(max_connections, 1), 100)
        self._last_error = None
        self._updates.signal.fire()

    def info(self) -> Json:
        """Return the Bot API's WebhookInfo."""
        info: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }
        if self.url:
            info |= {"max_connections": self.max_connections, "ip_address": "127.0.0.1"}
        if self._last_error:
            info |= {
                "last_error_date": self._last_error[0],
                "last_error_message": self._last_error[1],
            }
        if self._updates.allowed:
            info["allowed_updates"] = self._updates.allowed
        return info

    async def run(self) -> None:
        """Deliver for ever."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
            while True:
                if self.url:
                    self._start_deliveries(session)
                await self._updates.signal.wait(
                    0.2 if self._attempts and self._updates.pending else 5.0
                )

    def _start_deliveries(self, session: aiohttp.ClientSession) -> None:
        waiting: set[Any] = set()
        for update in list(self._updates.pending):
            key, update_id = _order_key(update), update["update_id"]
            if len(self._busy) >= self.max_connections:
                return
            if key in self._busy or key in waiting:
                continue
            if self._not_before.get(update_id, 0.0) > time.monotonic():
                waiting.add(key)
                continue
            self._busy.add(key)
            task = asyncio.create_task(self._deliver(session, update, key))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, session: aiohttp.ClientSession, update: Json, key: Any) -> None:
        update_id = int(update["update_id"])
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        try:
            async with session.post(
                self.url, json=update, headers=headers, allow_redirects=False
            ) as response:
                if response.status // 100 != 2:
                    reason = f"Wrong response from the webhook: {response.status} {response.reason}"
                    self._failed(update_id, reason)
                    return
            self._attempts.pop(update_id, None)
            self._not_before.pop(update_id, None)
            self._updates.confirm(update_id)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._failed(update_id, f"Connection failed: {type(error).__name__}")
        finally:
            self._busy.discard(key)
            self._updates.signal.fire()

    def _failed(self, update_id: int, reason: str) -> None:
        attempt = self._attempts.get(update_id, 0)
        self._attempts[update_id] = attempt + 1
        self._not_before[update_id] = time.monotonic() + self.retry_seconds * 2 ** min(attempt, 6)
        self._last_error = (int(time.time()), reason)


def _order_key(update: Json) -> Any:
    payload: Json = next(value for name, value in update.items() if name != "update_id")
    message = payload.get("message") or payload
    chat = message.get("chat") or payload.get("from") or {}
    return chat.get("id", update["update_id"])
