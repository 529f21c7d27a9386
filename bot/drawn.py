"""Pictures that the shop draws, where the bot itself sends what the outbox sends otherwise."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from telegram.error import BadRequest

from apps.notifications.dto import MessageContent
from apps.notifications.gateways import pictures
from apps.notifications.gateways.pictures import Photo
from bot.bridge import call_service

logger = logging.getLogger(__name__)

T = TypeVar("T")


async def with_drawn(content: MessageContent, use: Callable[[Photo], Awaitable[T]]) -> T:
    """Use a picture by its name, else drawn anew, else none: the words say it all, too.

    Raises:
        BadRequest: Telegram does not take the words either.
    """
    refusal: BadRequest | None = None
    async for photo in _ways(content.drawn):
        try:
            sent = await use(photo)
        except BadRequest as error:
            refusal = error
            if photo:
                logger.warning("Telegram does not take the picture %s: %s", content.drawn, error)
        else:
            await call_service(pictures.remember, content, photo, sent)
            return sent
    raise refusal or BadRequest("there is no way to send it")


async def _ways(name: str) -> AsyncIterator[Photo]:
    if name:
        if known := await call_service(pictures.gallery().known, name):
            yield known
        if drawn := await asyncio.to_thread(pictures.draw, name):
            yield drawn
    yield ""
