"""The guard at the bot's door: so many updates a minute from one person, and no more.

Whoever is over it is told once and then not heard for a while; a press is answered by an alert, as
Telegram wants each press answered. What belongs to a payment is always heard.
"""

import asyncio
import logging
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from telegram import Bot
from telegram.error import TelegramError

from apps.core.throttling import limiter
from apps.users import selectors as users
from apps.users import services
from apps.users.errors import PersonNotFound
from bot.bridge import call_service
from bot.naming import sender_of

logger = logging.getLogger(__name__)

_SCOPE, _WARNING = "bot", "bot-warning"


async def turns_away(bot: Bot, update: dict[str, Any]) -> bool:
    """Tell whether an update is one too many, and say so to the person where that is due."""
    person = sender_of(update)
    if not person or _is_payment(update) or "my_chat_member" in update:
        return False
    is_allowed, window = await asyncio.to_thread(limiter().hit, scope=_SCOPE, who=str(person))
    if is_allowed:
        return False
    is_first, _left = await asyncio.to_thread(limiter().hit, scope=_WARNING, who=str(person))
    query = update.get("callback_query")
    if query is not None or is_first:
        await _tell(bot, update, max(1, window.reset_seconds))
    if is_first:
        logger.warning("Somebody sends more than the bot will hear")
    return True


def _is_payment(update: dict[str, Any]) -> bool:
    return "pre_checkout_query" in update or "successful_payment" in (update.get("message") or {})


async def _tell(bot: Bot, update: dict[str, Any], seconds: int) -> None:
    query = update.get("callback_query")
    sender: dict[str, Any] = (query or update.get("message") or {}).get("from") or {}
    language = await call_service(
        _language_of, telegram_id=int(sender.get("id") or 0), code=sender.get("language_code") or ""
    )
    with translation.override(language):
        text = _("That was too quick for us. 🙂 We go on in %(time)s.") % {
            "time": ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
        }
    try:
        if query is not None:
            await bot.answer_callback_query(query["id"], text, show_alert=True)
        elif chat := (update.get("message") or {}).get("chat"):
            await bot.send_message(chat["id"], text)
    except TelegramError as error:
        logger.info("Who was too quick could not be told: %s", error)


def _language_of(*, telegram_id: int, code: str) -> str:
    try:
        return users.customer_by_telegram(telegram_id=telegram_id).language
    except PersonNotFound:
        return services.language_for(code)
