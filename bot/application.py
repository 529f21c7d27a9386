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
        TelegramError: Telegram could not be reached, so the update must be handled again.
        WaitLonger: Telegram asks to wait before that.
    """
    with watch.watching(payload):
        if await guard.turns_away(application.bot, payload):
            watch.note_ending("silenced")
            return
        noted: list[Exception] = []
        failures.set(noted)
        visit.set(None)
        await application.process_update(Update.de_json(payload, application.bot))
        if noted:
            raise noted[0]
