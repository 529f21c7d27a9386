"""Telegram, by the Bot API: python-telegram-bot's client behind the `Messenger` port."""

import asyncio
import threading
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.storage import default_storage
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyParameters,
    WebAppInfo,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from apps.notifications.dto import Button, MessageContent
from apps.notifications.errors import (
    CardGone,
    DeliveryError,
    MessageRefused,
    RecipientUnreachable,
    RetryLater,
)

T = TypeVar("T")
_local = threading.local()
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramMessenger:
    """Send and edit messages. The connection is kept for the thread's life, and never shared."""

    def send(self, *, chat_id: int, content: MessageContent) -> int:
        """Send a message and return its id in the chat."""
        return _run(_send(_bot(), chat_id, content))

    def edit(
        self, *, chat_id: int, message_id: int, content: MessageContent, has_photo: bool
    ) -> None:
        """Put new content into a message; Telegram's "not modified" is success."""
        _run(_edit(_bot(), chat_id, message_id, content, has_photo))


def build_bot() -> Bot:
    """Return a client of the Bot API that the settings name."""
    return Bot(
        settings.TELEGRAM_BOT_TOKEN,
        base_url=f"{settings.TELEGRAM_API_URL}/bot",
        base_file_url=f"{settings.TELEGRAM_API_URL}/file/bot",
        request=HTTPXRequest(
            connection_pool_size=4, connect_timeout=5, read_timeout=10, write_timeout=10
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
    except RetryAfter as error:
        raise RetryLater(_seconds(error)) from error
    except (Forbidden, ChatMigrated) as error:
        raise RecipientUnreachable(error.message) from error
    except BadRequest as error:
        if "chat not found" in error.message.lower():
            raise RecipientUnreachable(error.message) from error
        raise MessageRefused(error.message) from error
    except TelegramError as error:
        raise DeliveryError(error.message) from error


def _seconds(error: RetryAfter) -> float:
    """Return how long Telegram asks to wait (settings opt in to the library's timedelta)."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


async def _send(bot: Bot, chat_id: int, content: MessageContent) -> int:
    keys = markup(content)
    # Whatever it replies to may have been deleted meanwhile: then it stands alone.
    reply = ReplyParameters(content.reply_to_id, allow_sending_without_reply=True)
    where = reply if content.reply_to_id else None
    if content.photo:
        sent = await bot.send_photo(
            chat_id,
            _photo(content.photo),
            caption=content.text,
            parse_mode=ParseMode.HTML,
            reply_markup=keys,
            reply_parameters=where,
        )
    else:
        sent = await bot.send_message(
            chat_id,
            content.text,
            parse_mode=ParseMode.HTML,
            reply_markup=keys,
            link_preview_options=_NO_PREVIEW,
            reply_parameters=where,
        )
    return sent.message_id


async def _edit(
    bot: Bot, chat_id: int, message_id: int, content: MessageContent, has_photo: bool
) -> None:
    target: dict[str, Any] = {
        "chat_id": chat_id,
        "message_id": message_id,
        "reply_markup": markup(content),
    }
    try:
        if content.photo:
            media = InputMediaPhoto(
                _photo(content.photo), caption=content.text, parse_mode=ParseMode.HTML
            )
            await bot.edit_message_media(media, **target)
        elif has_photo:
            await bot.edit_message_caption(
                caption=content.text, parse_mode=ParseMode.HTML, **target
            )
        else:
            await bot.edit_message_text(
                content.text,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                **target,
            )
    except BadRequest as error:
        complaint = error.message.lower()
        if "not modified" in complaint:
            return
        gone = ("message to edit not found", "message can't be edited", "message_id_invalid",
                "there is no text in the message")  # fmt: skip
        if any(phrase in complaint for phrase in gone):
            raise CardGone(error.message) from error
        raise


def _photo(photo: str) -> str | bytes:
    """Return a picture of our storage as bytes, or a file id as it is."""
    if "/" not in photo:
        return photo
    with default_storage.open(photo) as file:
        return bytes(file.read())
