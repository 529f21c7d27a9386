"""Plain values of conversations."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """What somebody wrote in a chat: words, a picture by Telegram's name for it, or both."""

    chat_id: int
    message_id: int
    words: str = ""
    photo: str = ""


@dataclass(frozen=True)
class Relayed:
    """What became of it; `is_first` is true for what began a conversation."""

    conversation_id: int
    is_first: bool = False
