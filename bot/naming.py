"""What an update asks for, in one word that is the same for everybody: for logs and figures."""

from collections.abc import Iterable
from typing import Any

from bot.keyboards import Action

_KINDS = ("successful_payment", "text", "photo", "contact", "location", "voice", "sticker",
          "document", "video", "audio")  # fmt: skip
_ACTIONS = {action.value for action in Action}
_commands: set[str] = set()
# Telegram's ids have 52 significant bits (core.telegram.org/bots/api#chat).
_BEYOND_IDS = 1 << 53


def know_commands(names: Iterable[str]) -> None:
    """Remember which commands there are: any other word behind a slash is somebody's own."""
    _commands.update(names)


def name_of(update: dict[str, Any]) -> str:
    """Return which handler an update is for; nothing that a person typed gets into it."""
    query, message = update.get("callback_query"), update.get("message")
    if isinstance(query, dict):
        action = str(query.get("data") or "").split(":")[1:2]
        return f"press {action[0]}" if action and action[0] in _ACTIONS else "press unknown"
    if isinstance(message, dict):
        return _name_of_message(message)
    return next((kind for kind in update if kind != "update_id"), "nothing")[:40]


def _name_of_message(message: dict[str, Any]) -> str:
    text = str(message.get("text") or "")
    if text.startswith("/"):
        command = text[1:].split(maxsplit=1)[0].split("@")[0] if text[1:].strip() else ""
        return f"command {command}" if command in _commands else "command unknown"
    return next((f"message {kind}" for kind in _KINDS if kind in message), "message other")


def sender_of(update: dict[str, Any]) -> int:
    """Return who sent an update; 0 where nobody did."""
    for body in update.values():
        if isinstance(body, dict) and isinstance(body.get("from"), dict):
            return id_in(body, "from")
    return 0


def chat_of(update: dict[str, Any]) -> int:
    """Return the chat that an update belongs to, else its sender."""
    for body in update.values():
        if isinstance(body, dict):
            near = body.get("message") if "message" in body else body
            return id_in(near, "chat") or sender_of(update)
    return 0


def id_in(body: Any, name: str) -> int:
    """Return the id of a part of an update; 0 where it has none, or is not what Telegram sends."""
    part = body.get(name) if isinstance(body, dict) else None
    number = part.get("id") if isinstance(part, dict) else None
    return number if isinstance(number, int) and abs(number) < _BEYOND_IDS else 0
