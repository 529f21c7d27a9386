"""One customer: sees what is in the chat, presses, writes, and notes how long the bot takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import EllipsisType
from typing import Any

from apps.notifications.buttons import Press, unpack
from apps.notifications.errors import StaleButton
from bot.simulator import people
from bot.simulator.world import Chat
from tests.crowd.town import Town, milliseconds_since

Json = dict[str, Any]
PATIENCE = 60.0


class NothingCame(AssertionError):
    """The bot did not do in time what a customer waited for."""


@dataclass(frozen=True)
class Key:
    """An inline key that can be pressed now."""

    message_id: int
    data: str
    press: Press


@dataclass
class Diary:
    """What a customer did and what came of it; waits are milliseconds to what they saw first."""

    waits: list[tuple[str, float]] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)

    @property
    def in_order(self) -> bool:
        """Whether each press has its answer, in the order of the presses."""
        return self.pressed == self.answered


class Customer:
    """Somebody in their own chat with the bot."""

    def __init__(self, town: Town, user_id: int, first_name: str, *, language: str = "ru") -> None:
        self.user_id = user_id
        self.diary = Diary()
        self._town = town
        self._news = asyncio.Event()
        self._asked: tuple[str, float] | None = None
        town.settle(user_id, first_name, language_code=language)
        town.street.listeners[user_id] = self._hear

    @property
    def chat(self) -> Chat:
        """The chat, as Telegram has it."""
        return self._town.sim.world.chats[self.user_id]

    async def says(self, text: str, *, name: str = "") -> None:
        """Write, and wait for the first visible answer."""
        self._ask(name or text)
        people.say(self._town.sim, self.user_id, text)
        await self._until(lambda: self._asked is None, what=f"an answer to {text!r}")

    async def shares_contact(self) -> None:
        """Share one's own number, and wait for the first visible answer."""
        self._ask("contact")
        people.share_contact(self._town.sim, self.user_id, {})
        await self._until(lambda: self._asked is None, what="an answer to a contact")

    async def presses(self, action: str, *args: int | str | EllipsisType, name: str = "") -> Key:
        """Press the first key of an action with these first arguments, when it is there.

        `...` stands for any argument. Waits for the first visible answer and returns the key.
        """
        key = await self.finds(action, *args)
        self._ask(name or action)
        self.taps(key)
        await self._until(lambda: self._asked is None, what=f"an answer to {key.data!r}")
        return key

    def taps(self, key: Key) -> None:
        """Press a key and wait for nothing."""
        query = people.press(
            self._town.sim, self.user_id, chat_id=None, message_id=key.message_id, data=key.data
        )
        self.diary.pressed.append(query.id)

    async def finds(self, action: str, *args: int | str | EllipsisType) -> Key:
        """Wait until a key of an action with these first arguments is there, and return it."""

        def found() -> Key | None:
            fitting = (key for key in self.keyboard() if key.press.action == action)
            return next((key for key in fitting if _begins_with(key.press.args, args)), None)

        key: Key = await self._until(found, what=f"a key {action} {args}")
        return key

    async def settles(self) -> None:
        """Wait until each press has its answer."""
        diary = self.diary
        await self._until(
            lambda: len(diary.answered) >= len(diary.pressed), what="answers to all presses"
        )

    def keyboard(self) -> list[Key]:
        """Return the inline keys of what the bot has written, the newest message first."""
        found = []
        for stored in reversed(list(self.chat.visible())):
            rows = stored.message.get("reply_markup", {}).get("inline_keyboard", [])
            for data in (key.get("callback_data") for row in rows for key in row):
                try:
                    found.append(Key(stored.message["message_id"], data, unpack(data or "")))
                except StaleButton:
                    continue
        return found

    async def sees(self, text: str) -> None:
        """Wait until some message holds a text."""
        await self._until(lambda: text in self.shown(), what=f"{text!r}")

    def shown(self) -> str:
        """Return everything that the bot's messages say now."""
        messages = [stored.message for stored in self.chat.visible()]
        return "\n".join(
            str(m.get("text") or m.get("caption") or "") for m in messages if m["from"]["is_bot"]
        )

    async def _until(self, check: Callable[[], Any], *, what: str) -> Any:
        deadline = time.monotonic() + PATIENCE
        while not (found := check()):
            self._news.clear()
            try:
                async with asyncio.timeout(deadline - time.monotonic()):
                    await self._news.wait()
            except TimeoutError:
                raise NothingCame(f"{self.user_id}: no {what} in\n{self.shown()}") from None
        return found

    def _ask(self, name: str) -> None:
        self._asked = (name, time.perf_counter())

    def _hear(self, kind: str, data: Json) -> None:
        if kind == "callback_answer":
            self.diary.answered.append(data["id"])
            if data["alert"]:
                self.diary.alerts.append(data["text"])
        if self._asked is not None and _is_visible(kind, data):
            name, asked_at = self._asked
            self.diary.waits.append((name, milliseconds_since(asked_at)))
            self._asked = None
        self._news.set()


def _begins_with(args: tuple[str, ...], wanted: tuple[int | str | EllipsisType, ...]) -> bool:
    pairs = zip(wanted, args, strict=False)
    return len(wanted) <= len(args) and all(w in (..., a) or str(w) == a for w, a in pairs)


def _is_visible(kind: str, data: Json) -> bool:
    """Tell whether a person sees that the bot has answered: more than a spinner that stops."""
    if kind == "callback_answer":
        return bool(data["text"])
    return kind in {"message", "edit"} and bool(data["message"]["from"]["is_bot"])
