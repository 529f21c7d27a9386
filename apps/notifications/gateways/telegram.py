"""Telegram, by the Bot API: python-telegram-bot's client behind the `Messenger` port."""

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import httpx
from django.conf import settings
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    WebAppInfo,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from apps.notifications.dto import Button, Letter, MessageContent, Outcome
from apps.notifications.errors import (
    CardGone,
    DeliveryError,
    MessageRefused,
    RecipientUnreachable,
    RetryLater,
)
from apps.notifications.gateways.pace import Urgency, await_turn, pace, wait_turn
from apps.notifications.gateways.pictures import Photo, stored, with_picture

T = TypeVar("T")
_local = threading.local()
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_NO_CONNECTION_SECONDS = 5.0


class TelegramMessenger:
    """Send and edit messages. The connection is kept for the thread's life, and never shared."""

    def send(self, *, chat_id: int, content: MessageContent, is_bulk: bool = False) -> int:
        """Send a message when its turn has come and return its id in the chat."""
        wait_turn(chat_id=chat_id, urgency=Urgency.BULK if is_bulk else Urgency.NEWS)
        bot = _bot()
        sent = with_picture(
            content, lambda photo: _run(send_content(bot, chat_id, content, photo=photo))
        )
        return sent.message_id

    def send_many(self, *, letters: Sequence[Letter]) -> list[Outcome]:
        """Send messages side by side, each when its turn has come."""
        return _run(_send_all(_bot(), letters))

    def edit(
        self, *, chat_id: int, message_id: int, content: MessageContent, has_photo: bool
    ) -> None:
        """Put new content into a message; Telegram's "not modified" is success."""
        wait_turn(chat_id=chat_id, urgency=Urgency.NEWS)
        bot = _bot()
        with_picture(
            content,
            lambda photo: _run(
                edit_content(bot, chat_id, message_id, content, photo=photo, has_photo=has_photo)
            ),
        )


def build_bot() -> Bot:
    """Return a client of the Bot API that the settings name."""
    return Bot(
        settings.TELEGRAM_BOT_TOKEN,
        base_url=f"{settings.TELEGRAM_API_URL}/bot",
        base_file_url=f"{settings.TELEGRAM_API_URL}/file/bot",
        request=HTTPXRequest(
            connection_pool_size=16, connect_timeout=5, read_timeout=10, write_timeout=10
        ),
    )


def markup(content: MessageContent) -> InlineKeyboardMarkup | None:
    """Return the inline keyboard under a message."""
    if not content.buttons:
        return None
    return InlineKeyboardMarkup([[_key(button) for button in row] for row in content.buttons])


def _key(button: Button) -> InlineKeyboardButton:
    if button.web_app:
        return InlineKeyboardButton(button.text, web_app=WebAppInfo(button.web_app))
    if button.url:
        return InlineKeyboardButton(button.text, url=button.url)
    return InlineKeyboardButton(button.text, callback_data=button.data)


def _bot() -> Bot:
    if not hasattr(_local, "bot"):
        _local.runner, _local.bot = asyncio.Runner(), build_bot()
    return _local.bot  # type: ignore[no-any-return]


def forget_connection() -> None:
    """Let the next message open a new connection, because the settings have changed."""
    vars(_local).clear()


def _run(call: Coroutine[Any, Any, T]) -> T:
    try:
        return _local.runner.run(call)  # type: ignore[no-any-return]
    except TelegramError as error:
        raise _meaning(error) from error


def _meaning(error: TelegramError) -> DeliveryError:
    """Return what a refusal of Telegram's means to the outbox; a 429 is told to everybody."""
    if isinstance(error, RetryAfter):
        seconds = _seconds(error)
        pace().hold(seconds)
        return RetryLater(seconds)
    if isinstance(error, Forbidden | ChatMigrated):
        return RecipientUnreachable(error.message)
    if isinstance(error, BadRequest):
        is_gone = "chat not found" in error.message.lower()
        return (RecipientUnreachable if is_gone else MessageRefused)(error.message)
    return DeliveryError(error.message)


def _seconds(error: RetryAfter) -> float:
    """Return how long Telegram asks to wait (settings opt in to the library's timedelta)."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


async def _send_all(bot: Bot, letters: Sequence[Letter]) -> list[Outcome]:
    return await asyncio.gather(*(_send_letter(bot, letter) for letter in letters))


async def _send_letter(bot: Bot, letter: Letter) -> Outcome:
    try:
        await await_turn(chat_id=letter.chat_id, urgency=Urgency.BULK)
        photo = stored(letter.content.photo) if letter.content.photo else ""
        sent = await send_content(bot, letter.chat_id, letter.content, photo=photo)
    except TelegramError as error:
        # Without a connection it surely was not sent; anything else may have been.
        never_left = isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout)
        return Outcome(RetryLater(_NO_CONNECTION_SECONDS) if never_left else _meaning(error))
    except DeliveryError as error:
        return Outcome(error)
    return Outcome(photo_id=sent.photo[-1].file_id if sent.photo else "")


async def send_content(bot: Bot, chat_id: int, content: MessageContent, *, photo: Photo) -> Message:
    """Send content with or without a picture.

    Raises:
        TelegramError: Telegram does not take it.
    """
    keys = markup(content)
    # Whatever it replies to may have been deleted meanwhile: then it stands alone.
    reply = ReplyParameters(content.reply_to_id, allow_sending_without_reply=True)
    where = reply if content.reply_to_id else None
    if photo:
        return await bot.send_photo(
            chat_id,
            photo,
            caption=content.text,
            parse_mode=ParseMode.HTML,
            reply_markup=keys,
            reply_parameters=where,
        )
    return await bot.send_message(
        chat_id,
        content.text,
        parse_mode=ParseMode.HTML,
        reply_markup=keys,
        link_preview_options=_NO_PREVIEW,
        reply_parameters=where,
    )


async def edit_content(
    bot: Bot,
    chat_id: int,
    message_id: int,
    content: MessageContent,
    *,
    photo: Photo,
    has_photo: bool,
) -> Message | bool:
    """Put content into a message, with or without a picture; "not modified" is success.

    Raises:
        CardGone: The message can't show it; a new one can.
        TelegramError: Telegram does not take it.
    """
    target: dict[str, Any] = {
        "chat_id": chat_id,
        "message_id": message_id,
        "reply_markup": markup(content),
    }
    try:
        if photo:
            media = InputMediaPhoto(photo, caption=content.text, parse_mode=ParseMode.HTML)
            return await bot.edit_message_media(media, **target)
        if has_photo:
            return await bot.edit_message_caption(
                caption=content.text, parse_mode=ParseMode.HTML, **target
            )
        return await bot.edit_message_text(
            content.text,
            parse_mode=ParseMode.HTML,
            link_preview_options=_NO_PREVIEW,
            **target,
        )
    except BadRequest as error:
        complaint = error.message.lower()
        if "not modified" in complaint:
            return True
        gone = ("message to edit not found", "message can't be edited", "message_id_invalid",
                "there is no text in the message", "there is no caption in the message",
                "caption is too long")  # fmt: skip
        if any(phrase in complaint for phrase in gone):
            raise CardGone(error.message) from error
        raise
