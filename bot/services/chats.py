"""Where a person is in their chat: the step, the draft, and which message is the screen."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from apps.core.text import one_line
from apps.users import services as users
from bot.dto import ChatState, Visit
from bot.models import Dialogue

SEARCH_LENGTH = 100
_LOOK_AT = "UPDATE bot_dialogue SET draft = draft || %s::jsonb WHERE chat_id = %s"
# One statement each: the row is made on first sight, and locked for as long as that takes.
_WRITE = """
INSERT INTO bot_dialogue (chat_id, step, draft, screen_message_id, screen_has_photo,
    has_reply_keyboard, updated_at)
VALUES (%(chat_id)s, %(step)s, %(draft)s::jsonb, %(message_id)s, %(has_photo)s, %(keyboard)s, now())
ON CONFLICT (chat_id) DO UPDATE SET updated_at = now(),"""
_NEW = {"step": "", "draft": "{}", "message_id": None, "has_photo": False, "keyboard": False}
_SCREEN = f"""{_WRITE} screen_message_id = excluded.screen_message_id,
screen_has_photo = excluded.screen_has_photo, has_reply_keyboard = excluded.has_reply_keyboard
"""
_STEP = f"{_WRITE} step = excluded.step"
_DRAFT = f"{_WRITE} step = '', draft = bot_dialogue.draft || excluded.draft"
_DRAFT_OF = """
UPDATE bot_dialogue SET step = '', draft = draft || %(draft)s::jsonb, updated_at = now()
WHERE chat_id = %(chat_id)s AND draft ->> 'key' = %(key)s AND %(key)s <> ''
"""
PATIENCE = timedelta(days=7)


def receive(
    *,
    telegram_id: int,
    first_name: str,
    last_name: str,
    language_code: str,
    chat_id: int,
    now: datetime,
    chat: ChatState | None = None,
) -> Visit:
    """Return who wrote and where they are in this chat, making the person on first sight.

    Who knows already where they are tells by `chat`. A question that nobody has answered for a
    week is forgotten.
    """
    person = users.ensure_customer(
        telegram_id=telegram_id,
        first_name=first_name,
        last_name=last_name,
        language_code=language_code,
    )
    if chat is None or chat.chat_id != chat_id:
        row = Dialogue.objects.filter(pk=chat_id).first()
        chat = _state(row) if row else ChatState(chat_id)
    if chat.step and chat.updated_at is not None and chat.updated_at < now - PATIENCE:
        go_to_step(chat_id=chat_id, step="")
        return Visit(person, replace(chat, step="", is_back=True))
    return Visit(person, chat)


def remember_screen(
    *, chat_id: int, message_id: int | None, has_photo: bool = False, keyboard: bool = False
) -> None:
    """Remember which message of a chat is the screen now, and what it shows."""
    _write(_SCREEN, chat_id, message_id=message_id, has_photo=has_photo, keyboard=keyboard)


def go_to_step(*, chat_id: int, step: str) -> None:
    """Remember what a person's next text will mean; after an empty step it is a search."""
    _write(_STEP, chat_id, step=step)


def remember_search(*, chat_id: int, text: str) -> str:
    """Keep what a person looks for, so that the answer's pages can be turned, and return it."""
    words = one_line(text, limit=SEARCH_LENGTH)
    change_draft(chat_id=chat_id, search=words)
    return words


def change_draft(*, chat_id: int, **changes: Any) -> None:
    """Write into a chat's draft, which ends whatever step it was in."""
    _write(_DRAFT, chat_id, draft=json.dumps(changes))


def change_draft_of(*, chat_id: int, key: str, **changes: Any) -> bool:
    """Write into a chat's draft as `change_draft` does, if it is the checkout of this key.

    Returns whether it was.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DRAFT_OF, {"chat_id": chat_id, "key": key, "draft": json.dumps(changes)})
        return bool(cursor.rowcount)


def look_at(*, chat_id: int, product: list[int | str] | None) -> None:
    """Note which product's card the screen shows, so that a bare number is understood; or none.

    One statement, as it runs with every such screen; it ends no step.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_AT, [json.dumps({"product": product}), chat_id])


def keep_filters(*, chat_id: int, filters: dict[str, Any]) -> None:
    """Keep what a person wants the lists to hold."""
    change_draft(chat_id=chat_id, filters=filters)


def _write(statement: str, chat_id: int, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**_NEW, **values, "chat_id": chat_id})


def _state(row: Dialogue) -> ChatState:
    return ChatState(
        chat_id=row.chat_id,
        step=row.step,
        draft=row.draft,
        screen_id=row.screen_message_id,
        screen_has_photo=row.screen_has_photo,
        has_reply_keyboard=row.has_reply_keyboard,
        updated_at=row.updated_at,
    )
