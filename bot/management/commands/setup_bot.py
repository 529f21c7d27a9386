"""`manage.py setup_bot`: tell Telegram the commands, descriptions and the menu button."""

from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from telegram.error import InvalidToken, TelegramError

from apps.notifications.gateways.telegram import build_bot
from bot.bridge import call_service, close_connections
from bot.setup import introduce


class Command(BaseCommand):
    help = "Set the bot's commands by language and role, its descriptions and its menu button."
    # They load the pages of the admin, which the bot never shows.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.TELEGRAM_BOT_TOKEN:
            raise CommandError("TELEGRAM_BOT_TOKEN is missing: @BotFather gives one.")
        try:
            name, refused = async_to_sync(_set_up)()
        except InvalidToken:
            raise CommandError(
                "Telegram does not know TELEGRAM_BOT_TOKEN: take it from @BotFather."
            ) from None
        except TelegramError as error:
            raise CommandError(f"Telegram can't be reached: {error}") from error
        if refused:
            raise CommandError("Telegram refused: " + "; ".join(dict.fromkeys(refused)))
        self.stdout.write(f"@{name} is set up.")


async def _set_up() -> tuple[str, list[str]]:
    try:
        async with build_bot() as bot:
            return bot.username, await introduce(bot)
    finally:
        await call_service(close_connections)
