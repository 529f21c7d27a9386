"""The simulator itself: one bot, its world, and everything that is under way."""

import time
from collections.abc import Sequence
from typing import Any

from bot.simulator.desk import QueryDesk
from bot.simulator.files import FileStore
from bot.simulator.journal import Journal
from bot.simulator.signals import EventBus
from bot.simulator.updates import UpdateQueue
from bot.simulator.webhook import WebhookSender
from bot.simulator.world import Chat, Json, Person, Stored, World

# Shaped like a real token, so that code which checks the shape is content with it.
DEFAULT_TOKEN = "7000000000:FrozenFood-simulator-not-a-secret-0"  # noqa: S105
BOT_USERNAME = "FrozenFoodBot"


class Simulator:
    """What Telegram knows about one bot."""

    def __init__(self, token: str = DEFAULT_TOKEN, regulars: Sequence[Person] = ()) -> None:
        self.token = token
        self.bot_id = int(token.split(":")[0])
        self.world = World(regulars)
        self.files = FileStore()
        self.bus = EventBus()
        self.updates = UpdateQueue(self._mark_delivered)
        self.webhook = WebhookSender(self.updates)
        self.journal = Journal()
        self.desk = QueryDesk()

    @property
    def bot(self) -> Json:
        """Return the Bot API's User of the bot."""
        names = self.world.profile.get("name", {})
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": names.get("") or "FrozenFood",
            "username": BOT_USERNAME,
        }

    def add_message(self, chat: Chat, content: Json, *, sender: Json) -> Stored:
        """Write a message into a chat and show it to all who look."""
        message: Json = {
            "message_id": self.world.next_message_id(chat),
            "from": sender,
            "chat": self.world.chat_view(chat),
            "date": int(time.time()),
            **content,
        }
        stored = Stored(message)
        chat.messages[message["message_id"]] = stored
        self.show("message", chat, stored)
        return stored

    def change_message(self, chat: Chat, stored: Stored, content: Json, *, drop: set[str]) -> None:
        """Change a message in place, keeping what it was before."""
        before = {k: v for k, v in stored.message.items() if k not in {"from", "chat"}}
        stored.history.append(before)
        for name in drop:
            stored.message.pop(name, None)
        stored.message |= content | {"edit_date": int(time.time())}
        self.show("edit", chat, stored)

    def delete_message(self, chat: Chat, stored: Stored) -> None:
        """Take a message out of everybody's sight."""
        stored.deleted = True
        message_id = stored.message["message_id"]
        if message_id in chat.pinned:
            chat.pinned.remove(message_id)
        self.bus.emit("delete", chat_id=chat.id, message_id=message_id)

    def show(self, kind: str, chat: Chat, stored: Stored) -> None:
        """Tell the pages and tests about one message."""
        self.bus.emit(kind, chat_id=chat.id, message=message_view(stored))

    def show_chat(self, chat: Chat) -> None:
        """Tell the pages and tests that something beside the messages has changed."""
        self.bus.emit("chat", chat=chat_summary(self, chat))

    def reset(self) -> None:
        """Forget all chats and all injected faults; no id is ever used again."""
        self.world.forget_everything()
        self.updates.clear()
        self.journal.clear()
        self.desk.clear()
        self.bus.emit("reset")

    def _mark_delivered(self, update: Json) -> None:
        message = update.get("message")
        if not message:
            return
        chat = self.world.chats.get(message["chat"]["id"])
        stored = chat.find(message["message_id"]) if chat else None
        if stored and chat and not stored.delivered:
            stored.delivered = True
            self.bus.emit("delivered", chat_id=chat.id, message_id=message["message_id"])


def message_view(stored: Stored) -> Json:
    """Return a message as pages and tests see it."""
    return stored.message | {"delivered": stored.delivered, "edits": len(stored.history)}


def chat_summary(sim: Simulator, chat: Chat) -> dict[str, Any]:
    """Return what the list of chats shows of one chat."""
    last = next(iter(reversed([message_view(s) for s in chat.visible()])), None)
    return {
        "id": chat.id,
        "type": chat.type,
        "title": chat.title,
        "members": chat.members,
        "started": chat.started,
        "blocked": chat.blocked,
        "keyboard": chat.keyboard,
        "pinned": chat.pinned,
        "last_message": last,
    }
