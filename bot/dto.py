"""Plain values of the bot."""

from dataclasses import dataclass, field
from typing import Any

from apps.users.dto import CustomerCard


@dataclass(frozen=True)
class StoredUpdate:
    """An update out of the inbox; `attempt` counts from 1."""

    update_id: int
    payload: dict[str, Any]
    attempt: int


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


@dataclass(frozen=True)
class Visit:
    """Who wrote, and where they are."""

    person: CustomerCard
    chat: ChatState
