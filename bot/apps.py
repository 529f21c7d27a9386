from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BotConfig(AppConfig):
    """The python-telegram-bot application, its inbox of updates and its dialogues."""

    name = "bot"
    verbose_name = _("Bot")

    def ready(self) -> None:
        """Enter the bot's share of a person, and of the figures."""
        from prometheus_client import REGISTRY

        from apps.users import personal_data
        from bot.services import erasing
        from bot.watch import BotFigures

        personal_data.register(personal_data.Source("chat", erasing.export_own, erasing.erase_own))
        REGISTRY.register(BotFigures())
