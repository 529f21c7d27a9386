"""What Telegram shows around the chat: commands, descriptions, the menu button."""

import logging
from collections.abc import Awaitable
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from telegram import BotCommand, MenuButtonCommands, MenuButtonWebApp, WebAppInfo
from telegram.error import TelegramError

from bot.routes import ShopApplication

logger = logging.getLogger(__name__)

MINI_APP_PATH = "/app/"


async def introduce(application: ShopApplication) -> None:
    """Set the commands and descriptions in every language; a refusal is logged, no more."""
    bot = application.bot
    for code, _name in settings.LANGUAGES:
        # Without a language Telegram shows them to everybody whose own is not set.
        for shown_to in (code, None) if code == "en" else (code,):
            with translation.override(code):
                await _try(bot.set_my_commands(commands(), language_code=shown_to))
                await _try(bot.set_my_description(description(), language_code=shown_to))
                await _try(bot.set_my_short_description(short(), language_code=shown_to))
    with translation.override(settings.LANGUAGE_CODE):
        await _try(bot.set_chat_menu_button(menu_button=_menu_button()))


def commands() -> list[BotCommand]:
    """Return the commands that Telegram lists, in the active language."""
    return [
        BotCommand("menu", _("The menu")),
        BotCommand("catalog", _("Look around the shop")),
        BotCommand("cart", _("What is in the cart")),
        BotCommand("orders", _("My orders")),
        BotCommand("favourites", _("What I like")),
        BotCommand("alerts", _("What I wait for")),
        BotCommand("support", _("Write to us")),
        BotCommand("invite", _("Invite a friend")),
        BotCommand("settings", _("What we write to you")),
        BotCommand("language", "Язык · Language"),
        BotCommand("help", _("How it works")),
        BotCommand("privacy", _("Your data")),
    ]


def description() -> str:
    """Return what stands in an empty chat, before START."""
    return _(
        "Frozen food to your door: dumplings, vegetables, berries, fish, ice cream. "
        "Choose, press, and pay the courier. Press START!"
    )


def short() -> str:
    """Return what stands in the bot's profile."""
    return _("Frozen food to your door")


def mini_app_url() -> str:
    """Return the Mini App's address; empty where there is none that Telegram could open."""
    address = urlsplit(settings.PUBLIC_URL)
    is_here = address.hostname in {"127.0.0.1", "localhost"}
    if address.scheme != "https" and not is_here:
        return ""
    return f"{settings.PUBLIC_URL}{MINI_APP_PATH}"


def _menu_button() -> MenuButtonWebApp | MenuButtonCommands:
    url = mini_app_url()
    if url:
        return MenuButtonWebApp(_("Shop"), WebAppInfo(url))
    return MenuButtonCommands()


async def _try(call: Awaitable[object]) -> None:
    try:
        await call
    except TelegramError as error:
        logger.warning("Telegram keeps the old introduction: %s", error)
