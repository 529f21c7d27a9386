"""The screen: one message per chat, edited in place while it is what people press."""

import asyncio
import logging
from dataclasses import replace
from typing import Any

from telegram import (
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from apps.catalog.dto import ImageCard
from apps.notifications.dto import MessageContent
from apps.notifications.gateways.telegram import markup
from bot import pictures, services
from bot.bridge import call_service
from bot.context import ShopContext
from bot.pictures import Picture

logger = logging.getLogger(__name__)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid",
         "there is no text in the message")  # fmt: skip


async def show(
    context: ShopContext,
    content: MessageContent,
    *,
    image: ImageCard | None = None,
    toast: str = "",
    alert: bool = False,
    note: str = "",
    product: tuple[int | str, ...] | None = None,
) -> int:
    """Show content on the screen, answer the press, and return the screen's message id.

    A press on the screen edits it. Anything else gets a new screen at the bottom, where the
    person looks, and the old one goes. `note` is said when a reply keyboard is taken away.
    `product` names the product whose card this is: a number that is typed next is meant for it.
    """
    answering = asyncio.create_task(answer(context, toast, alert=alert))
    try:
        picture = await pictures.prepare(image)
        in_place = context.chat.screen_id is not None
        in_place = in_place and context.pressed_message_id == context.chat.screen_id
        if not (in_place and await _edit(context, content, picture)):
            await _replace(context, content, picture, note)
    finally:
        await asyncio.gather(answering, return_exceptions=True)
    await _note_product(context, product)
    return context.chat.screen_id or 0


async def ask(context: ShopContext, text: str, keyboard: ReplyKeyboardMarkup) -> None:
    """Ask for something that only a reply keyboard can give: the question is the new screen."""
    answering = asyncio.create_task(answer(context))
    old = context.chat.screen_id
    try:
        sent = await context.bot.send_message(
            context.chat.chat_id, text, parse_mode=ParseMode.HTML, reply_markup=keyboard
        )
    finally:
        await asyncio.gather(answering, return_exceptions=True)
    await _remember(context, sent.message_id, keyboard=True)
    await remove_message(context, old)
    await _note_product(context, None)


async def answer(context: ShopContext, text: str = "", *, alert: bool = False) -> None:
    """Answer the press, if there was one and it has no answer yet."""
    pending = context.answer
    if pending is None or pending.given:
        return
    pending.given = True
    try:
        await pending.query.answer(text[:200] or None, show_alert=alert)
    except BadRequest as error:
        # Too old: the person has long seen that nothing came.
        logger.info("A press stays unanswered: %s", error)


async def remove_message(context: ShopContext, message_id: int | None) -> None:
    """Delete one of the bot's messages, if Telegram still lets us: after two days it won't."""
    if message_id is None:
        return
    try:
        await context.bot.delete_message(context.chat.chat_id, message_id)
    except (BadRequest, Forbidden) as error:
        logger.info("An old message stays: %s", error)


async def _edit(context: ShopContext, content: MessageContent, picture: Picture | None) -> bool:
    """Make the screen show this; return False when it can't, and a new one is needed."""
    chat = context.chat
    if chat.screen_id is None or (chat.screen_has_photo and picture is None):
        return False
    where: dict[str, Any] = {"chat_id": chat.chat_id, "message_id": chat.screen_id}
    keys = markup(content)
    try:
        if picture is None:
            await context.bot.edit_message_text(
                content.text, parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW,
                reply_markup=keys, **where,
            )  # fmt: skip
            return True
        edited = await pictures.with_files(
            [picture],
            lambda files: context.bot.edit_message_media(
                InputMediaPhoto(files[0], content.text, parse_mode=ParseMode.HTML),
                reply_markup=keys, **where,
            ),
        )  # fmt: skip
    except BadRequest as error:
        complaint = error.message.lower()
        if "not modified" in complaint:
            return True
        if any(phrase in complaint for phrase in _GONE):
            return False
        raise
    await pictures.cache(picture, edited)
    if not chat.screen_has_photo:
        await _remember(context, chat.screen_id, has_photo=True)
    return True


async def _replace(
    context: ShopContext, content: MessageContent, picture: Picture | None, note: str
) -> None:
    """Send a new screen, then take the old one away."""
    chat, keys = context.chat, markup(content)
    if chat.has_reply_keyboard:
        await context.bot.send_message(
            chat.chat_id, note or "👌", parse_mode=ParseMode.HTML,
            reply_markup=ReplyKeyboardRemove(),
        )  # fmt: skip
    if picture is None:
        sent = await context.bot.send_message(
            chat.chat_id, content.text, parse_mode=ParseMode.HTML,
            link_preview_options=_NO_PREVIEW, reply_markup=keys,
        )  # fmt: skip
    else:
        sent = await pictures.with_files(
            [picture],
            lambda files: context.bot.send_photo(
                chat.chat_id, files[0], content.text, parse_mode=ParseMode.HTML, reply_markup=keys
            ),
        )
        await pictures.cache(picture, sent)
    await _remember(context, sent.message_id, has_photo=picture is not None)
    await remove_message(context, chat.screen_id)


async def _note_product(context: ShopContext, product: tuple[int | str, ...] | None) -> None:
    """Write down which product is on the screen, after the person sees it, where that changed."""
    noted = list(product) if product else None
    if context.chat.draft.get("product") == noted:
        return
    await call_service(services.look_at, chat_id=context.chat.chat_id, product=noted)
    context.chat = replace(context.chat, draft={**context.chat.draft, "product": noted})


async def _remember(
    context: ShopContext, message_id: int, *, has_photo: bool = False, keyboard: bool = False
) -> None:
    await call_service(
        services.remember_screen,
        chat_id=context.chat.chat_id,
        message_id=message_id,
        has_photo=has_photo,
        keyboard=keyboard,
    )
    context.chat = replace(
        context.chat,
        screen_id=message_id,
        screen_has_photo=has_photo,
        has_reply_keyboard=keyboard,
    )
