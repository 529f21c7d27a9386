"""Pictures on their way to Telegram: sent once as bytes, from then on by the name it gave them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from django.core.files.storage import default_storage
from telegram import Message
from telegram.error import BadRequest

from apps.catalog import services as catalog
from apps.catalog.dto import ImageCard
from bot.bridge import call_service

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass
class Picture:
    """A product's picture, ready to be sent: its file at Telegram, or else its bytes."""

    image_id: int
    path: str
    file_id: str = ""
    content: bytes = b""


async def prepare(image: ImageCard | None) -> Picture | None:
    """Return the picture to send, read from the storage where Telegram doesn't have it yet."""
    if image is None:
        return None
    picture = Picture(image.id, image.path, image.telegram_file_id)
    if not picture.file_id:
        try:
            picture.content = await asyncio.to_thread(_read, image.path)
        except OSError as error:
            logger.warning("A picture can't be read: %s", error)
            return None
    return picture


async def with_files(
    pictures: list[Picture], use: Callable[[list[str | bytes]], Awaitable[T]]
) -> T:
    """Use pictures by their file ids, and by their bytes where an id is of another bot's or gone.

    Raises:
        TelegramError: Telegram does not take them for another reason.
    """
    try:
        return await use([picture.file_id or picture.content for picture in pictures])
    except BadRequest as error:
        named = [picture for picture in pictures if picture.file_id]
        if not named or "file" not in error.message.lower():
            raise
    for picture in named:
        picture.file_id = ""
        picture.content = await asyncio.to_thread(_read, picture.path)
    return await use([picture.content for picture in pictures])


async def cache(picture: Picture, sent: Message | bool) -> None:
    """Remember Telegram's name for a picture that was sent for the first time."""
    if picture.file_id or not isinstance(sent, Message) or not sent.photo:
        return
    await call_service(
        catalog.remember_telegram_file,
        image_id=picture.image_id,
        file_id=sent.photo[-1].file_id,
    )


def _read(path: str) -> bytes:
    with default_storage.open(path) as file:
        return bytes(file.read())
