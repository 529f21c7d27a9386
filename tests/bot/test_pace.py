"""The bot's answers are counted with everything else that is sent."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from telegram.error import RetryAfter

from apps.core.redis import CONNECTION_OPTIONS
from apps.notifications.errors import RetryLater
from apps.notifications.gateways import pace as pacing
from apps.notifications.gateways.pace import Pace, Urgency
from bot import pace as bot_pace
from bot.pace import SharedPace


@pytest.fixture
def shared(settings, monkeypatch) -> Pace:
    settings.TELEGRAM_PACED = True
    # While Redis is slow nobody counts: a busy machine must not look like that.
    monkeypatch.setitem(CONNECTION_OPTIONS, "socket_timeout", 10.0)
    own = Pace(settings.REDIS_URL, prefix=f"test:{uuid4().hex}")
    monkeypatch.setattr(pacing, "pace", lambda: own)
    monkeypatch.setattr(bot_pace, "pace", lambda: own)
    return own


def call(endpoint: str, *, chat: int = 1, times: int = 1, error: Exception | None = None) -> int:
    """Return how many calls of the bot's went through."""
    made: list[str] = []

    async def telegram(name: str) -> bool:
        if error:
            raise error
        made.append(name)
        return True

    async def calls() -> None:
        for _ in range(times):
            await SharedPace().process_request(
                telegram, (endpoint,), {}, endpoint, {"chat_id": chat}, None
            )

    with contextlib.suppress(RetryAfter):
        asyncio.run(calls())
    return len(made)


class TestSharedPace:
    @pytest.mark.parametrize(
        ("endpoint", "counts"),
        [("sendMessage", True), ("editMessageText", True), ("answerCallbackQuery", False),
         ("deleteMessage", False), ("sendChatAction", False)],
    )  # fmt: skip
    def test_makes_room_for_what_appears_in_a_chat(self, shared, endpoint, counts):
        call(endpoint, times=10)

        def many() -> None:
            for chat in range(100, 102):
                shared.take(chat_id=chat, urgency=Urgency.BULK)

        if counts:
            with pytest.raises(RetryLater):
                many()
        else:
            many()

    def test_does_not_wait_long_for_its_turn_in_a_group(self, shared):
        # The inbox keeps the update for later, and the worker is free.
        assert call("sendMessage", chat=-1, times=12) == 8

    def test_stops_the_workers_too_when_telegram_asks_to_wait(self, shared):
        wait: Any = timedelta(seconds=30)
        call("answerCallbackQuery", error=RetryAfter(wait))

        with pytest.raises(RetryLater) as refusal:
            shared.take(chat_id=2, urgency=Urgency.NEWS)
        assert 29 < refusal.value.seconds <= 30
        assert call("sendMessage") == 0
