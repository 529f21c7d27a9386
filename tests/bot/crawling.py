"""A visitor who presses every key of every screen, and takes each press back afterwards."""

import html
import logging
import re
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import translation

from apps.core.errors import NotAllowed
from apps.notifications.errors import StaleButton
from bot.bridge import call_service
from bot.errors import CheckoutOutdated
from bot.keyboards import Action
from bot.simulator import people
from bot.simulator.client import shown_text
from tests.bot.in_process import Telegram

# What stands in both languages, whoever reads it.
_BOTH = (
    "🌐 Русский · English", "🇷🇺 Русский", "🇬🇧 English", "Выберите язык · Choose a language",
)  # fmt: skip
_NAMES = {"frozenfood", "telegram", "mini", "app", "sms", "leto"}
_CYRILLIC = re.compile(r"[А-Яа-яЁё]+")
_LATIN = re.compile(r"[A-Za-z]{2,}")
# Tags, addresses, commands, numbers of orders and SKUs are nobody's words.
_NOT_WORDS = re.compile(r"<[^>]+>|https?://\S+|/\w+|\b[A-ZА-Я]{1,6}-[\w-]+")
_SECRET = re.compile(r"\b[0-9a-f]{12}\b")
# The same screen again is what these keys may bring.
_STILL = {Action.NOTHING}


@dataclass(frozen=True)
class Key:
    """A key on the screen: of a message, or of the keyboard below (then `message_id` is 0)."""

    label: str
    data: str
    message_id: int = 0
    asks_for: str = ""

    @property
    def action(self) -> str:
        return self.data.split(":")[1] if self.data else ""

    @property
    def name(self) -> str:
        return _SECRET.sub("…", f"{self.label}|{self.data}")


@dataclass
class Crawl:
    """What one visitor presses in one chat; `problems` is what nobody should have to see."""

    telegram: Telegram
    user_id: int
    chat_id: int
    language: str
    # Where these lead is not looked into: others do that.
    not_beyond: frozenset[Action] = frozenset()
    # Of keys on one screen that do the same with different goods all are pressed, and so many
    # are followed.
    siblings: int = 2
    problems: list[str] = field(default_factory=list)
    presses: int = 0
    # How deep was gone on from a screen, and from a key on it.
    _gone: dict[Any, int] = field(default_factory=dict)
    actions: set[str] = field(default_factory=set)

    async def begin(self, way: tuple[str, ...], depth: int) -> None:
        """Write something, press the keys of a way, then all from there; then nothing happened."""
        text, *labels = way
        async with self._undone():
            await self._do(lambda: people.say(self.telegram.sim, self.user_id, text), [text])
            for place, label in enumerate(labels):
                key = next((key for key in self._keys() if label in key.label), None)
                if key is None:
                    self._complain(f"there is no key {label!r}", list(way[: place + 1]))
                    return
                await self._press(key, list(way[: place + 2]), language=self.language)
            await self._press_all(depth, list(way))

    async def look_on(self, depth: int, where: str) -> None:
        """Press on from what the chat shows already."""
        async with self._undone():
            await self._press_all(depth, [where])

    async def _press_all(self, depth: int, way: list[str]) -> None:
        screen = self._screen()
        if depth == 0 or self._gone.get(screen, 0) >= depth:
            return
        self._gone[screen] = depth
        alike: Counter[str] = Counter()
        for key in list(self._keys()):
            alike[key.action or key.label] += 1
            async with self._undone():
                path = [*way, key.label]
                others = f"1:{Action.SPEAK}:" in key.data and key.data[-2:] != self.language
                await self._press(key, path, language=key.data[-2:] if others else self.language)
                is_alike = alike[key.action or key.label] > self.siblings
                if not (others or is_alike or key.action in self.not_beyond):
                    await self._press_all(depth - 1, path)

    async def _press(self, key: Key, way: list[str], *, language: str) -> None:
        self.presses += 1
        before = self._screen()
        if key.message_id == 0:
            await self._do(lambda: self._use_keyboard(key), way)
            return
        self.actions.add(key.action)
        query = await self._do(
            lambda: people.press(
                self.telegram.sim, self.user_id, chat_id=self.chat_id,
                message_id=key.message_id, data=key.data,
            ),
            way,
            language=language,
        )  # fmt: skip
        if not query.answered:
            self._complain("no answer", way)
            return
        toast = query.data["answer"]["text"]
        with translation.override(self.language):
            if toast in {str(StaleButton()), str(CheckoutOutdated()), str(NotAllowed())}:
                self._complain(f"a fresh key is refused: {toast}", way)
        shown = any(call["method"].startswith(("edit", "send")) for call in self._calls())
        is_label = key.action in _STILL
        if not (toast or shown or is_label) and self._screen() == before:
            self._complain("a dead key", way)

    async def _do(self, deed: Any, way: list[str], *, language: str = "") -> Any:
        """Do something, let the bot answer, and look at all that it says."""
        self.telegram.sim.journal.calls.clear()
        with _heard_errors() as errors:
            done = deed()
            try:
                await self.telegram.work_off()
            except Exception as error:
                self.telegram.sim.updates.clear()
                self._complain(f"{type(error).__name__}: {error}", way)
        for record in errors:
            self._complain(f"in the log: {record.getMessage()} {record.exc_info}", way)
        for call in self.telegram.refusals():
            self._complain(f"Telegram refuses {call['method']}: {call['answer']}", way)
        language = language or self.language
        own_name = self.telegram.sim.world.people[self.user_id].first_name
        for call in self._calls():
            for text in words_of(call["params"]):
                if (left := leftover(text.replace(own_name, ""), language)) is not None:
                    self._complain(f"not in {language}: {left!r} in {text!r}", way)
        return done

    def _use_keyboard(self, key: Key) -> Any:
        sim = self.telegram.sim
        if key.asks_for == "location":
            return people.share_location(sim, self.user_id, 55.7558, 37.6173)
        return people.press_reply_button(sim, self.user_id, key.label, self.chat_id)

    def _keys(self) -> Iterator[Key]:
        chat = self.telegram.sim.world.chats[self.chat_id]
        for stored in [s for s in chat.visible() if s.message["from"]["is_bot"]]:
            for row in stored.message.get("reply_markup", {}).get("inline_keyboard", []):
                for key in row:
                    if "callback_data" in key:
                        yield Key(key["text"], key["callback_data"], stored.message["message_id"])
        for row in (chat.keyboard or {}).get("keyboard", []):
            for key in row:
                yield Key(key["text"], "", 0, "location" if key.get("request_location") else "")

    def _screen(self) -> Any:
        """Return what the person sees, without what is new each time."""
        chat = self.telegram.sim.world.chats[self.chat_id]
        shown = [s.message for s in chat.visible() if s.message["from"]["is_bot"]]
        texts = tuple(shown_text(message) for message in shown)
        return texts, tuple(key.name for key in self._keys())

    def _calls(self) -> list[Any]:
        return list(self.telegram.sim.journal.calls)

    def _complain(self, what: str, way: list[str]) -> None:
        self.problems.append(f"{' → '.join(way)}: {what}")

    def _undone(self) -> Any:
        return _taken_back(self.telegram, self.chat_id)


class _taken_back:  # noqa: N801
    """Take back, in the database and in the chat, whatever happens inside."""

    def __init__(self, telegram: Telegram, chat_id: int) -> None:
        self._telegram, self._chat_id = telegram, chat_id

    async def __aenter__(self) -> None:
        self._kept = self._telegram.keeps(self._chat_id)
        self._point = await call_service(transaction.savepoint)

    async def __aexit__(self, *_: Any) -> None:
        await call_service(transaction.savepoint_rollback, self._point)
        self._telegram.brings_back(self._kept)


def words_of(value: Any) -> Iterator[str]:
    """Yield all that people read of what a call carries: texts, captions, labels."""
    waiting = deque([("", value)])
    while waiting:
        name, one = waiting.popleft()
        if isinstance(one, dict):
            waiting.extend(one.items())
        elif isinstance(one, list):
            waiting.extend((name, item) for item in one)
        elif name in {"text", "caption", "title", "description"}:
            yield str(one)


def leftover(text: str, language: str) -> str | None:
    """Return a word of the other language in a text, if there is one."""
    for phrase in _BOTH:
        text = text.replace(phrase, "")
    plain = html.unescape(_NOT_WORDS.sub(" ", text))
    if language == "en":
        found = _CYRILLIC.search(plain)
        return found.group() if found else None
    foreign = [word for word in _LATIN.findall(plain) if word.lower() not in _NAMES]
    return foreign[0] if foreign else None


@contextmanager
def _heard_errors() -> Iterator[list[logging.LogRecord]]:
    heard: list[logging.LogRecord] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record)

    ear = Ear(level=logging.ERROR)
    logging.getLogger().addHandler(ear)
    try:
        yield heard
    finally:
        logging.getLogger().removeHandler(ear)
