"""All pictures of a product at once: an album above its card."""

import logging

from telegram import InputMediaPhoto, Update
from telegram.error import BadRequest

from apps.catalog import selectors as catalog
from apps.catalog.dto import ImageCard
from apps.core.time import now
from bot import pictures, services
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.catalogue import origin_of, show_product_by_id
from bot.screen import answer
from bot.screens.product import MOST_PHOTOS

logger = logging.getLogger(__name__)


async def show_photos(update: Update, context: ShopContext) -> None:
    """Send a product's pictures as an album, and its card anew below; an album before this goes."""
    product_id, variant_id = context.press.integer(0), context.press.integer(1)
    detail = await call_service(catalog.product_detail, product_id=product_id, now=now())
    await answer(context)
    before = context.chat.draft.get("album")
    sent = await _send(context, detail.images[:MOST_PHOTOS])
    await call_service(services.change_draft, chat_id=context.chat.chat_id, album=sent)
    await _remove(context, before)
    # The card would stand above the pictures: it is sent anew, and the old one goes.
    context.pressed_message_id = None
    await show_product_by_id(
        context,
        product_id=product_id,
        variant_id=variant_id,
        origin=origin_of(context.press.args, 2),
    )


async def _send(context: ShopContext, images: tuple[ImageCard, ...]) -> list[int]:
    """Send an album and return its messages; fewer than two pictures are none."""
    ready = [picture for image in images if (picture := await pictures.prepare(image))]
    if len(ready) < 2:
        return []
    sent = await pictures.with_files(
        ready,
        lambda files: context.bot.send_media_group(
            context.chat.chat_id, [InputMediaPhoto(file) for file in files]
        ),
    )
    for picture, message in zip(ready, sent, strict=False):
        await pictures.cache(picture, message)
    return [message.message_id for message in sent]


async def _remove(context: ShopContext, message_ids: object) -> None:
    if not isinstance(message_ids, list) or not message_ids:
        return
    try:
        await context.bot.delete_messages(context.chat.chat_id, message_ids)
    except BadRequest as error:
        logger.info("An old album stays: %s", error)
