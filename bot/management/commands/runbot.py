"""`manage.py runbot`: the bot process, by polling or behind the webhook."""

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bot.runner import run


class Command(BaseCommand):
    help = "Serve customers in Telegram (TELEGRAM_MODE=polling or webhook) until told to stop."
    # They load the pages of the admin, which the bot never shows.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.TELEGRAM_BOT_TOKEN:
            raise CommandError("TELEGRAM_BOT_TOKEN is missing: @BotFather gives one.")
        asyncio.run(run())
