"""What the outbox needs of the outside."""

from collections.abc import Sequence
from typing import Protocol

from apps.notifications.dto import Letter, MessageContent, Outcome


class Messenger(Protocol):
    """A chat service. Every method raises `errors.DeliveryError` or one of its kind."""

    def send(self, *, chat_id: int, content: MessageContent, is_bulk: bool = False) -> int:
        """Send a message and return its id in the chat; what is one of many gives way."""

    def send_many(self, *, letters: Sequence[Letter]) -> list[Outcome]:
        """Send messages to many people side by side, and tell of each what became of it."""

    def edit(
        self, *, chat_id: int, message_id: int, content: MessageContent, has_photo: bool
    ) -> None:
        """Put new content into a message; content that is the same already is no error."""


class Gallery(Protocol):
    """Who draws the shop's own pictures, and knows which of them the chat service has already."""

    def known(self, name: str) -> str:
        """Return the service's name for a picture; empty where it was never sent."""

    def draw(self, name: str) -> bytes:
        """Draw a picture; raises `ValueError` where there is none of this name."""

    def remember(self, name: str, file_id: str) -> None:
        """Keep the service's name for a picture that was sent."""


class SmsGateway(Protocol):
    """A service that sends short messages to phones."""

    def send(self, *, phone: str, text: str) -> None:
        """Send a plain text to a number in E.164 form."""
