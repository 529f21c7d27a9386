from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BotConfig(AppConfig):
    """The python-telegram-bot application, its inbox of updates and its dialogues."""

    name = "bot"
    verbose_name = _("Bot")
