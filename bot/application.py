"""python-telegram-bot's application, fed from the inbox instead of an updater."""

from typing import Any

from django.conf import settings
from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes
from telegram.request import BaseRequest, HTTPXRequest

from bot import guard, watch
from bot.context import ShopContext
from bot.handlers.arrival import visit
from bot.handlers.problems import failures
from bot.pace import SharedPace
from bot.processor import Unreadable
from bot.routes import ShopApplication, add_handlers

_CONNECTIONS = 32


def build_application(request: BaseRequest | None = None) -> ShopApplication:
    """Return the bot with all its handlers, speaking to the Bot API that the settings name."""
    request = request or HTTPXRequest(
        connection_pool_size=_CONNECTIONS,
        connect_timeout=5,
        read_timeout=15,
        write_timeout=20,
        pool_timeout=10,
    )
    application = (
        ApplicationBuilder()
        .token(settings.TELEGRAM_BOT_TOKEN)
        .base_url(f"{settings.TELEGRAM_API_URL}/bot")
        .base_file_url(f"{settings.TELEGRAM_API_URL}/file/bot")
        .request(request)
        .rate_limiter(SharedPace())
        .context_types(ContextTypes(context=ShopContext))
        .updater(None)
        .job_queue(None)
        .build()
    )
    add_handlers(application)
    return application


async def handle_update(application: ShopApplication, payload: dict[str, Any]) -> None:
    """Handle one update as Telegram sent it, unless its sender sends too many.

    Raises:
        Unreadable: It is nothing that python-telegram-bot knows how to read.
        TelegramError: Telegram could not be reached, so the update must be handled again.
        WaitLonger: Telegram asks to wait before that.
    """
    update = _read(application, payload)
    with watch.watching(payload):
        if await guard.turns_away(application.bot, payload):
            watch.note_ending("silenced")
            return
        noted: list[Exception] = []
        failures.set(noted)
        visit.set(None)
        await application.process_update(update)
        if noted:
            raise noted[0]


def _read(application: ShopApplication, payload: dict[str, Any]) -> Update:
    try:
        return Update.de_json(payload, application.bot)
    # The library trusts what it is sent: whatever is wrong with it fails in its own way.
    except Exception as error:
        raise Unreadable(f"{type(error).__name__}: {error}"[:200]) from error
