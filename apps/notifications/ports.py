"""What the outbox needs of the outside."""

from typing import Protocol

from apps.notifications.dto import MessageContent


class Messenger(Protocol):
    """A chat service. Every method raises `errors.DeliveryError` or one of its kind."""

    def send(self, *, chat_id: int, content: MessageContent) -> int:
        """Send a message and return its id in the chat."""

    def edit(
        self, *, chat_id: int, message_id: int, content: MessageContent, has_photo: bool
    ) -> None:
        """Put new content into a message; content that is the same already is no error."""


class SmsGateway(Protocol):
    """A service that sends short messages to phones."""

    def send(self, *, phone: str, text: str) -> None:
        """Send a plain text to a number in E.164 form."""
