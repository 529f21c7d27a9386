"""Plain values of messages."""

from dataclasses import asdict, dataclass
from typing import Any

from apps.notifications.errors import DeliveryError


@dataclass(frozen=True)
class Button:
    """One button under a message: exactly one of `data`, `url` and `web_app` is set."""

    text: str
    data: str = ""
    url: str = ""
    web_app: str = ""


@dataclass(frozen=True)
class MessageContent:
    """What a message says. `text` is Telegram HTML with everything from people escaped.

    `photo` is a Telegram file id or a path in the storage; `drawn` names a picture that the shop
    draws itself (`ports.Gallery`), under which the words stand, or alone where it fails. `subject`
    is for e-mail. `answers` is the key of the card that it replies to, in the same chat;
    `reply_to_id` is the message that shows it, which the outbox looks up when it sends.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    photo: str = ""
    drawn: str = ""
    subject: str = ""
    answers: str = ""
    reply_to_id: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the value that the outbox keeps."""
        return asdict(self)

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> "MessageContent":
        """Return the content that `to_json` wrote."""
        rows = tuple(tuple(Button(**button) for button in row) for row in body["buttons"])
        return cls(**{**body, "buttons": rows})

    @property
    def has_picture(self) -> bool:
        """Whether it is to be sent with a picture."""
        return bool(self.photo or self.drawn)


@dataclass(frozen=True)
class BulkMessage:
    """One message of many: a `dedupe_key` that was used before makes it void."""

    recipient_id: int
    chat_id: int
    content: MessageContent
    dedupe_key: str


@dataclass(frozen=True)
class Recipient:
    """Where a person can be reached; empty where they can't."""

    chat_id: int | None
    email: str
    phone: str


@dataclass(frozen=True)
class Letter:
    """One message of a broadcast, as it is handed to the channel."""

    chat_id: int
    content: MessageContent


@dataclass(frozen=True)
class Outcome:
    """What became of a letter; `photo_id` is the channel's name for the picture it took."""

    error: DeliveryError | None = None
    photo_id: str = ""
