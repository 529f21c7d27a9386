"""The pictures that the shop draws for its messages, by their names (`apps/orders/texts.py`)."""

from apps.orders.dto import Method, OrderStatus
from bot import order_pictures, services

# Another drawing of the same thing gets another number, or chats would show the old one for ever.
_EDITION = 1


class Gallery:
    """Draws a picture, and knows those that Telegram has already."""

    def known(self, name: str) -> str:
        """Return Telegram's name for a picture; empty where it was never sent."""
        return services.known_picture(key=_key(name))

    def draw(self, name: str) -> bytes:
        """Draw a picture.

        Raises:
            ValueError: There is no picture of this name.
        """
        method, status, language = name.split(":")
        return order_pictures.draw_status(
            method=Method(method), status=OrderStatus(status), language=language
        )

    def remember(self, name: str, file_id: str) -> None:
        """Remember Telegram's name for a picture that was sent."""
        services.remember_picture(key=_key(name), file_id=file_id)


def _key(name: str) -> str:
    return f"drawn:{_EDITION}:{name}"
