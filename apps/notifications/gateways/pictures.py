"""The picture of a message: a file that Telegram has, bytes that it gets, or none."""

import logging
from collections.abc import Callable, Iterator
from typing import TypeVar

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.module_loading import import_string
from telegram import Message

from apps.notifications.dto import MessageContent
from apps.notifications.errors import MessageRefused
from apps.notifications.ports import Gallery

logger = logging.getLogger(__name__)

Photo = str | bytes
T = TypeVar("T")


def with_picture(content: MessageContent, use: Callable[[Photo], T]) -> T:
    """Use a message's picture; one that was drawn by its name, else anew, else the words alone.

    Raises:
        MessageRefused: Telegram does not take the words either.
    """
    refusal: MessageRefused | None = None
    for photo in ways(content):
        try:
            sent = use(photo)
        except MessageRefused as error:
            if not content.drawn:
                raise
            refusal = error
            if photo:
                logger.warning("Telegram does not take the picture %s: %s", content.drawn, error)
        else:
            remember(content, photo, sent)
            return sent
    raise refusal or MessageRefused("there is no way to send it")


def ways(content: MessageContent) -> Iterator[Photo]:
    """Yield what may be sent as the picture, the best first; empty is none."""
    if not content.drawn:
        yield stored(content.photo) if content.photo else ""
        return
    if known := gallery().known(content.drawn):
        yield known
    if drawn := draw(content.drawn):
        yield drawn
    yield ""


def draw(name: str) -> bytes:
    """Return a drawn picture; nothing where that fails, as the words say it all, too."""
    try:
        return gallery().draw(name)
    except (OSError, ValueError, KeyError) as error:
        logger.error("The picture %s can't be drawn: %s", name, error)
        return b""


def remember(content: MessageContent, photo: Photo, sent: object) -> None:
    """Keep Telegram's name for a picture that was drawn and sent."""
    if content.drawn and isinstance(photo, bytes) and isinstance(sent, Message) and sent.photo:
        gallery().remember(content.drawn, sent.photo[-1].file_id)


def gallery() -> Gallery:
    """Return who draws."""
    made: Gallery = import_string(settings.GALLERY)()
    return made


def stored(photo: str) -> Photo:
    """Return a picture of our storage as bytes, or a file id as it is."""
    if "/" not in photo:
        return photo
    with default_storage.open(photo) as file:
        return bytes(file.read())
