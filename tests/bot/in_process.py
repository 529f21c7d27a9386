"""The bot and the simulated Telegram in one process: no HTTP, no threads, one transaction.

What the simulator refuses it refuses here, too; a press costs what the bot itself costs. Nothing
that is queued for after a commit happens here.
"""

import copy
import json
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.utils import translation
from telegram.request import BaseRequest, RequestData

from apps.core.time import now
from apps.orders import selectors
from apps.orders import texts as order_texts
from apps.orders.models import Order
from bot.application import build_application, handle_update
from bot.poller import ALLOWED_UPDATES
from bot.simulator import people
from bot.simulator.client import STAFF_GROUP_ID, shown_text
from bot.simulator.core import Simulator
from bot.simulator.desk import Query
from bot.simulator.errors import BotApiError
from bot.simulator.methods import METHODS
from bot.simulator.params import Params, Upload

Json = dict[str, Any]
_DONE = ("not modified", "message to delete not found", "message can't be deleted for everyone")


class InProcessRequest(BaseRequest):
    """The way to the Bot API that leads straight into the simulator."""

    def __init__(self, sim: Simulator) -> None:
        self._sim = sim

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        if "/file/bot" in url:
            stored = self._sim.files.by_path(url.split("/", 6)[-1].partition("/")[2] or url)
            return 200, self._sim.files.read(stored) if stored else b""
        name = url.rsplit("/", 1)[1]
        params = Params(
            dict(request_data.json_parameters) if request_data else {}, _uploads(request_data)
        )
        try:
            result = await METHODS[name.lower()](self._sim, params)
            code, body, told = 200, {"ok": True, "result": result}, ""
        except BotApiError as error:
            code, body, told = error.code, error.envelope(), error.description
        self._sim.journal.record(method=name, params=params.for_log(), code=code, answer=told)
        return code, json.dumps(body).encode()


class Telegram:
    """Everybody's chats, and the bot in them."""

    def __init__(self) -> None:
        self.sim = Simulator(settings.TELEGRAM_BOT_TOKEN)
        self.sim.updates.allow(ALLOWED_UPDATES)
        self.application = build_application(InProcessRequest(self.sim))

    async def begin(self) -> None:
        await self.application.initialize()
        self.sim.journal.calls.clear()

    async def work_off(self) -> None:
        """Hand what waits to the bot, in order.

        Raises:
            TelegramError: The inbox would have to try an update again.
        """
        while self.sim.updates.pending:
            await self.deal(self.sim.updates.pending.pop(0))

    async def deal(self, update: Json) -> None:
        """Hand one update to the bot, as it comes out of the inbox."""
        with translation.override(settings.LANGUAGE_CODE):
            await handle_update(self.application, json.loads(json.dumps(update)))

    def keeps(self, *chat_ids: int) -> Any:
        """Return what chats look like now, to be brought back."""
        return copy.deepcopy({pk: self.sim.world.chats[pk] for pk in chat_ids})

    def brings_back(self, kept: Any) -> None:
        self.sim.world.chats.update(copy.deepcopy(kept))

    def refusals(self) -> list[Json]:
        """Return what Telegram has refused, but for what was done already."""
        return [
            call
            for call in self.sim.journal.calls
            if call["code"] >= 400 and not any(words in call["answer"] for words in _DONE)
        ]


class Somebody:
    """One person in one chat, for tests that run in step: each deed is answered at once."""

    def __init__(self, telegram: Telegram, user_id: int, chat_id: int | None = None) -> None:
        self.telegram, self.user_id, self.chat_id = telegram, user_id, chat_id or user_id

    @property
    def chat(self) -> Any:
        return self.telegram.sim.world.chats[self.chat_id]

    def says(self, text: str) -> Json:
        stored = people.say(self.telegram.sim, self.user_id, text, chat_id=self.chat_id)
        async_to_sync(self.telegram.work_off)()
        return stored.message

    def sends(self, content: Json, *, kind: str = "message") -> None:
        """Send anything that Telegram carries, as an update of a kind."""
        stored = people.post_from_person(
            self.telegram.sim, self.user_id, content, chat_id=self.chat_id
        )
        self.telegram.sim.updates.clear()
        async_to_sync(self.telegram.deal)({"update_id": 1, kind: stored.message})

    def presses(self, label: str) -> Query:
        """Press the newest key that holds a text."""
        for stored in reversed(self.of_bot()):
            for row in stored.message.get("reply_markup", {}).get("inline_keyboard", []):
                for key in row:
                    if label in key["text"] and "callback_data" in key:
                        return self.forges(key["callback_data"], stored.message["message_id"])
        raise AssertionError(f"there is no key {label!r}: {self.labels()}")

    def forges(self, data: str, message_id: int | None = None) -> Query:
        """Press a key that may not be there."""
        query = people.press(
            self.telegram.sim, self.user_id, chat_id=self.chat_id,
            message_id=message_id or self.of_bot()[-1].message["message_id"], data=data,
        )  # fmt: skip
        async_to_sync(self.telegram.work_off)()
        return query

    def of_bot(self) -> list[Any]:
        return [stored for stored in self.chat.visible() if stored.message["from"]["is_bot"]]

    def sees(self, text: str = "") -> Json:
        """Return the bot's newest message, which holds a text."""
        message: Json = self.of_bot()[-1].message
        assert text in shown_text(message), shown_text(message)
        return message

    def labels(self) -> list[str]:
        rows = [s.message.get("reply_markup", {}).get("inline_keyboard", []) for s in self.of_bot()]
        return [key["text"] for keyboard in rows for row in keyboard for key in row]


def toast_of(query: Query) -> str:
    """Return what the bot has answered to a press."""
    assert query.answered, "the press was not answered"
    return str(query.data["answer"]["text"])


def post_card(telegram: Telegram, order: Any) -> None:
    """Put an order's card into the staff group, as the outbox would."""
    card = Order.objects.for_cards().get(pk=order.pk)
    content = order_texts.staff_card(selectors.card_of(card, now=now()), now=now())
    keys = [[{"text": k.text, "callback_data": k.data} for k in row] for row in content.buttons]
    message = {
        "chat_id": STAFF_GROUP_ID, "text": content.text, "parse_mode": "HTML",
        "reply_markup": json.dumps({"inline_keyboard": keys}),
    }  # fmt: skip
    async_to_sync(METHODS["sendmessage"])(telegram.sim, Params(message))


def _uploads(data: RequestData | None) -> dict[str, Upload]:
    if data is None or not data.contains_files:
        return {}
    found = {}
    for name, value in data.multipart_data.items():
        file_name, content, mime = value
        body = content if isinstance(content, bytes) else content.read()
        found[name] = Upload(file_name, body, mime)
    return found
