"""The queue of updates, and long polling on it.

https://core.telegram.org/bots/api#getting-updates
"""

import time
from collections.abc import Callable
from typing import Any

from bot.simulator.errors import BotApiError
from bot.simulator.signals import Signal

Json = dict[str, Any]

KINDS = (
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "pre_checkout_query",
    "shipping_query",
    "my_chat_member",
    "chat_member",
    "message_reaction",
    "message_reaction_count",
)
_NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}


class UpdateQueue:
    """Updates that the bot has not confirmed yet."""

    def __init__(self, on_taken: Callable[[Json], None]) -> None:
        self.pending: list[Json] = []
        # Seconds make ids grow across restarts without a state file: bots drop repeated ids.
        self.next_id = int(time.time())
        self.allowed: list[str] = []
        self.signal = Signal()
        self._on_taken = on_taken
        self._poller = 0

    def allow(self, kinds: Any) -> None:
        """Remember which kinds the bot wants; an empty list means Telegram's default."""
        if isinstance(kinds, list):
            self.allowed = [kind for kind in kinds if kind in KINDS]

    def push(self, kind: str, payload: Json) -> int:
        """Queue an update and return its id, 0 when the bot does not want its kind."""
        wanted = kind in self.allowed if self.allowed else kind not in _NOT_BY_DEFAULT
        if not wanted:
            return 0
        update_id = self.next_id
        self.next_id += 1
        self.pending.append({"update_id": update_id, kind: payload})
        self.signal.fire()
        return update_id

    def confirm(self, update_id: int) -> None:
        """Forget one update, which a webhook has accepted."""
        for update in [u for u in self.pending if u["update_id"] == update_id]:
            self.pending.remove(update)
            self._on_taken(update)

    def clear(self) -> None:
        """Drop everything that waits."""
        self.pending.clear()

    async def poll(self, *, offset: int, limit: int, seconds: float) -> list[Json]:
        """Return updates from an offset on, waiting for one at most so many seconds.

        Raises:
            BotApiError: Another poller came while this one waited.
        """
        self._poller += 1
        me = self._poller
        self.signal.fire()
        self._forget_before(offset)
        deadline = time.monotonic() + seconds
        while not self.pending:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return []
            await self.signal.wait(remaining)
            if self._poller != me:
                raise BotApiError(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )
        batch = self.pending[:limit]
        for update in batch:
            self._on_taken(update)
        return batch

    def _forget_before(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self.pending = [u for u in self.pending if u["update_id"] >= offset]
