"""What Telegram shows around the chat: commands by language and role, descriptions, menu button.

Called by every bot process when it starts, and by `manage.py setup_bot`.
"""

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeChat,
    MenuButtonCommands,
    MenuButtonWebApp,
    WebAppInfo,
)
from telegram.error import TelegramError

from apps.users import selectors as users
from bot import staff_selectors
from bot.bridge import call_service
from bot.staff_selectors import WorkChat

logger = logging.getLogger(__name__)

MINI_APP_PATH = "/app/"


async def introduce(bot: Bot) -> list[str]:
    """Set commands and descriptions in every language, and return what Telegram refused."""
    refused: list[str] = []
    for code, shown_to in _languages():
        with translation.override(code):
            await _try(bot.set_my_description(description(), language_code=shown_to), refused)
            await _try(bot.set_my_short_description(short(), language_code=shown_to), refused)
    await _set_commands(bot, commands, None, refused)
    if settings.TELEGRAM_STAFF_CHAT_ID:
        group = BotCommandScopeChat(settings.TELEGRAM_STAFF_CHAT_ID)
        await _set_commands(bot, group_commands, group, refused)
    for chat in await call_service(staff_selectors.work_chats):
        refused += await introduce_work(bot, chat)
    for chat_id in sorted(await call_service(users.left_work_chats)):
        await _forget_work(bot, chat_id, refused)
    with translation.override(settings.LANGUAGE_CODE):
        await _try(bot.set_chat_menu_button(menu_button=_menu_button()), refused)
    return refused


async def introduce_work(bot: Bot, chat: WorkChat) -> list[str]:
    """Show in a work account what its owner's roles may do; return what Telegram refused."""
    refused: list[str] = []
    scope = BotCommandScopeChat(chat.chat_id)
    await _set_commands(bot, lambda: [*work_commands(chat), *commands()], scope, refused)
    return refused


async def name_the_shop(bot: Bot, chat_id: int) -> None:
    """Call the menu button of one chat in the active language: all others read the shop's."""
    await _try(bot.set_chat_menu_button(chat_id=chat_id, menu_button=_menu_button()), [])


def commands() -> list[BotCommand]:
    """Return the commands that Telegram lists to customers, in the active language."""
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


def group_commands() -> list[BotCommand]:
    """Return the commands of the staff group."""
    return [_stats(), *_stock()]


def work_commands(chat: WorkChat) -> list[BotCommand]:
    """Return the commands that somebody's work adds to those of customers."""
    return [
        *([BotCommand("run", _("My run"))] if chat.drives else []),
        *([_stats()] if chat.sees_sales else []),
        *(_stock() if chat.sees_stock else []),
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


def _stats() -> BotCommand:
    return BotCommand("stats", _("How sales go"))


def _stock() -> list[BotCommand]:
    return [
        BotCommand("stock", _("How much there is of something")),
        BotCommand("low", _("What runs low")),
    ]


def _languages() -> list[tuple[str, str | None]]:
    """Return each language with whom its texts are for; English is for all whose own is not set."""
    pairs: list[tuple[str, str | None]] = [(code, code) for code, _name in settings.LANGUAGES]
    return [*pairs, ("en", None)]


async def _set_commands(
    bot: Bot,
    listed: Callable[[], list[BotCommand]],
    scope: BotCommandScope | None,
    refused: list[str],
) -> None:
    for code, shown_to in _languages():
        with translation.override(code):
            wanted = bot.set_my_commands(listed(), scope=scope, language_code=shown_to)
            await _try(wanted, refused)


async def _forget_work(bot: Bot, chat_id: int, refused: list[str]) -> None:
    """Take away the commands of somebody who works no more: customers' are left."""
    for _code, shown_to in _languages():
        scope = BotCommandScopeChat(chat_id)
        await _try(bot.delete_my_commands(scope=scope, language_code=shown_to), refused)


def _menu_button() -> MenuButtonWebApp | MenuButtonCommands:
    url = mini_app_url()
    if url:
        return MenuButtonWebApp(_("Shop"), WebAppInfo(url))
    return MenuButtonCommands()


async def _try(call: Awaitable[object], refused: list[str]) -> None:
    try:
        await call
    except TelegramError as error:
        logger.warning("Telegram keeps the old introduction: %s", error)
        refused.append(str(error))
