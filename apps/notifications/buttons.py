"""The codec of buttons: what a press carries, short, versioned, and never trusted.

Telegram allows 1 to 64 bytes (core.telegram.org/bots/api#inlinekeyboardbutton). Whoever receives
a press checks again who presses and what may be done: the data only says what was meant.
"""

from dataclasses import dataclass

from apps.notifications.errors import StaleButton

_VERSION = "1"
_MAX_BYTES = 64


@dataclass(frozen=True)
class Press:
    """A pressed button: an action and its arguments, as text."""

    action: str
    args: tuple[str, ...] = ()

    def integer(self, index: int) -> int:
        """Return an argument as a number that fits a database key.

        Raises:
            StaleButton: There is no such argument, or it is no such number.
        """
        try:
            text = self.args[index]
        except IndexError:
            raise StaleButton from None
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise StaleButton
        return int(text)


def pack(action: str, *args: int | str) -> str:
    """Return callback data for an action.

    Raises:
        ValueError: It would be longer than Telegram allows, or hold the separator.
    """
    parts = [_VERSION, action, *(str(arg) for arg in args)]
    data = ":".join(parts)
    if data.count(":") != len(parts) - 1 or len(data.encode()) > _MAX_BYTES:
        raise ValueError(f"Callback data can't hold {data!r}")
    return data


def unpack(data: str) -> Press:
    """Return what a button meant.

    Raises:
        StaleButton: The data is of another version, or was never ours.
    """
    version, _, rest = data.partition(":")
    action, *args = rest.split(":")
    if version != _VERSION or not action or len(data.encode()) > _MAX_BYTES:
        raise StaleButton
    return Press(action, tuple(args))
