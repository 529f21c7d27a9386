"""Plain values of the bot."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.users.dto import CustomerCard


@dataclass(frozen=True)
class ChatState:
    """Where a person is in the chat, and which message is the screen (None: there is none)."""

    chat_id: int
    step: str = ""
    draft: dict[str, Any] = field(default_factory=dict)
    screen_id: int | None = None
    screen_has_photo: bool = False
    has_reply_keyboard: bool = False
    # A question had stayed open for a week: it is forgotten, and what was sent is no answer to it.
    is_back: bool = False
    updated_at: datetime | None = None


@dataclass(frozen=True)
class StoredUpdate:
    """An update out of the inbox; `attempt` counts from 1, `chat` is the state of its lane's."""

    update_id: int
    payload: dict[str, Any]
    attempt: int
    chat: ChatState


@dataclass(frozen=True)
class Claimed:
    """A leased lane, and the update of it that was begun with that."""

    lane: int
    is_known: bool
    update: StoredUpdate | None = None


@dataclass(frozen=True)
class Visit:
    """Who wrote, and where they are."""

    person: CustomerCard
    chat: ChatState
