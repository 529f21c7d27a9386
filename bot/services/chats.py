"""Where a person is in their chat: the step, the draft, and which message is the screen."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from apps.core.text import one_line
from apps.core.transactions import retrying_atomic
from apps.users import services as users
from bot.dto import ChatState, Visit
from bot.models import Dialogue

SEARCH_LENGTH = 100
_LOOK_AT = "UPDATE bot_dialogue SET draft = draft || %s::jsonb WHERE chat_id = %s"
PATIENCE = timedelta(days=7)


def receive(
    *,
    telegram_id: int,
    first_name: str,
    last_name: str,
    language_code: str,
    chat_id: int,
    now: datetime,
) -> Visit:
    """Return who wrote and where they are in this chat, making the person on first sight.

    A question that nobody has answered for a week is forgotten.
    """
    person = users.ensure_customer(
        telegram_id=telegram_id,
        first_name=first_name,
        last_name=last_name,
        language_code=language_code,
    )
    row = Dialogue.objects.filter(pk=chat_id).first()
    if row is None:
        return Visit(person, ChatState(chat_id))
    if row.step and row.updated_at < now - PATIENCE:
        go_to_step(chat_id=chat_id, step="")
        return Visit(person, replace(_state(row), step="", is_back=True))
    return Visit(person, _state(row))


@retrying_atomic
def remember_screen(
    *, chat_id: int, message_id: int | None, has_photo: bool = False, keyboard: bool = False
) -> None:
    """Remember which message of a chat is the screen now, and what it shows."""
    Dialogue.objects.update_or_create(
        chat_id=chat_id,
        defaults={
            "screen_message_id": message_id,
            "screen_has_photo": has_photo,
            "has_reply_keyboard": keyboard,
        },
    )


@retrying_atomic
def go_to_step(*, chat_id: int, step: str) -> None:
    """Remember what a person's next text will mean; after an empty step it is a search."""
    Dialogue.objects.update_or_create(chat_id=chat_id, defaults={"step": step})


@retrying_atomic
def remember_search(*, chat_id: int, text: str) -> str:
    """Keep what a person looks for, so that the answer's pages can be turned, and return it."""
    words = one_line(text, limit=SEARCH_LENGTH)
    change_draft(chat_id=chat_id, search=words)
    return words


@retrying_atomic
def change_draft(*, chat_id: int, **changes: Any) -> None:
    """Write into a chat's draft, which ends whatever step it was in."""
    row, _created = Dialogue.objects.select_for_update().get_or_create(chat_id=chat_id)
    row.step = ""
    row.draft = {**row.draft, **changes}
    row.save(update_fields=["step", "draft", "updated_at"])


def look_at(*, chat_id: int, product: list[int | str] | None) -> None:
    """Note which product's card the screen shows, so that a bare number is understood; or none.

    One statement, as it runs with every such screen; it ends no step.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_AT, [json.dumps({"product": product}), chat_id])


@retrying_atomic
def keep_filters(*, chat_id: int, filters: dict[str, Any]) -> None:
    """Keep what a person wants the lists to hold."""
    change_draft(chat_id=chat_id, filters=filters)


def _state(row: Dialogue) -> ChatState:
    return ChatState(
        chat_id=row.chat_id,
        step=row.step,
        draft=row.draft,
        screen_id=row.screen_message_id,
        screen_has_photo=row.screen_has_photo,
        has_reply_keyboard=row.has_reply_keyboard,
    )
