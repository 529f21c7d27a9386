"""The guard at the bot's door, the line in the log, and the figures."""

import asyncio
import logging
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client import generate_latest
from prometheus_client.registry import CollectorRegistry

from apps.core.redis import breaker
from apps.users import services as users
from bot import guard, naming, watch
from bot.bridge import call_service, close_connections
from bot.routes import COMMANDS
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db(transaction=True)


class Calls:
    """Telegram, as far as the guard speaks to it."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str]] = []

    async def send_message(self, chat_id: int, text: str) -> None:
        self.made.append(("message", text))

    async def answer_callback_query(self, query: str, text: str, *, show_alert: bool) -> None:
        self.made.append(("alert" if show_alert else "toast", text))


SENDER = {"id": 7, "language_code": "en"}
CHAT = {"id": 7, "type": "private"}
TEXT = {"message": {"from": SENDER, "chat": CHAT, "text": "my secret"}}
PRESS = {"callback_query": {"id": "1", "from": SENDER, "data": "1:menu"}}
PAID = {"message": {"from": SENDER, "chat": CHAT, "successful_payment": {}}}
CHECK = {"pre_checkout_query": {"id": "1", "from": SENDER}}
BLOCK = {"my_chat_member": {"from": SENDER, "chat": CHAT}}


@pytest.fixture
def two_a_minute(settings) -> None:
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "bot": 2}


def knock(*updates: dict[str, Any]) -> tuple[list[bool], list[tuple[str, str]]]:
    telegram: Any = Calls()

    async def all_of_them() -> list[bool]:
        try:
            return [await guard.turns_away(telegram, update) for update in updates]
        finally:
            await call_service(close_connections)

    return asyncio.run(all_of_them()), telegram.made


class TestTurnsAway:
    def test_warns_once_and_then_is_silent(self, two_a_minute):
        turned, said = knock(TEXT, TEXT, TEXT, TEXT, TEXT)

        assert turned == [False, False, True, True, True]
        [(kind, text)] = said
        assert kind == "message"
        assert text.startswith("That was too quick for us. 🙂 We go on in ")

    def test_answers_each_press_by_an_alert(self, two_a_minute):
        turned, said = knock(PRESS, PRESS, PRESS, PRESS)

        assert turned == [False, False, True, True]
        assert [kind for kind, _text in said] == ["alert", "alert"]

    def test_always_hears_what_belongs_to_a_payment(self, two_a_minute):
        turned, _said = knock(TEXT, TEXT, TEXT, PAID, CHECK, BLOCK)

        assert turned == [False, False, True, False, False, False]

    def test_counts_each_person_for_themselves(self, two_a_minute):
        other = {"message": {"from": {"id": 8}, "chat": {"id": 8}, "text": "hi"}}

        assert knock(TEXT, TEXT, TEXT, other)[0] == [False, False, True, False]

    def test_speaks_the_language_that_a_person_chose(self):
        person = CustomerFactory(telegram_id=7, language="en")
        users.change_language(user_id=person.pk, language="ru")

        assert guard._language_of(telegram_id=7, code="en") == "ru"
        assert guard._language_of(telegram_id=8, code="en") == "en"


class TestNameOf:
    @pytest.mark.parametrize(
        ("update", "name"),
        [
            (PRESS, "press menu"),
            ({"callback_query": {"data": "1:<b>:2"}}, "press unknown"),
            ({"callback_query": {}}, "press unknown"),
            (TEXT, "message text"),
            (PAID, "message successful_payment"),
            ({"message": {"text": "/start p-1"}}, "command start"),
            ({"message": {"text": "/MyPassword"}}, "command unknown"),
            ({"message": {"text": "/"}}, "command unknown"),
            ({"message": {"dice": {}}}, "message other"),
            (CHECK, "pre_checkout_query"),
            ({"update_id": 5}, "nothing"),
        ],
    )
    def test_is_the_same_for_everybody(self, update, name):
        naming.know_commands(COMMANDS)

        assert naming.name_of(update) == name


class TestWatching:
    @pytest.fixture
    def figures(self, monkeypatch) -> CollectorRegistry:
        monkeypatch.setattr(watch, "_KEY", f"test:{uuid4().hex}")
        watch._figures.clear()
        registry = CollectorRegistry()
        registry.register(watch.BotFigures())
        return registry

    def test_tells_of_every_process_how_updates_ended(self, figures):
        for _process in range(2):
            with watch.watching(TEXT):
                pass
            with pytest.raises(ZeroDivisionError), watch.watching(PRESS):
                raise ZeroDivisionError
            watch.flush()

        page = generate_latest(figures).decode()

        assert 'bot_updates_total{ending="done",handler="message text"} 2.0' in page
        assert 'bot_updates_total{ending="failed",handler="press menu"} 2.0' in page
        assert 'bot_update_seconds_bucket{handler="press menu",le="0.05"} 2.0' in page
        assert 'bot_update_seconds_count{handler="press menu"} 2.0' in page

    def test_keeps_figures_while_redis_is_away(self, figures, monkeypatch, settings):
        with watch.watching(TEXT):
            pass
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        watch._redis.cache_clear()
        watch.flush()
        assert generate_latest(figures) == b""
        settings.REDIS_URL = settings.CACHES["default"]["LOCATION"]
        watch._redis.cache_clear()
        breaker.reset()

        watch.flush()

        assert b"message text" in generate_latest(figures)

    def test_writes_neither_text_nor_chat_into_the_log(self, caplog):
        with caplog.at_level(logging.INFO, logger="bot.watch"), watch.watching(TEXT):
            watch.note_ending("refused")

        [line] = [record.getMessage() for record in caplog.records]
        assert line.startswith("message text in chat ")
        assert ": refused in " in line
        assert "secret" not in line
        assert "chat 7:" not in line
