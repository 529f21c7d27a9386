"""The bot's name typed in any chat: cards of goods, which open in the shop."""

import logging

from django.utils import translation
from telegram import Update
from telegram.error import BadRequest

from apps.core.time import now
from bot import browsing
from bot.bridge import call_service
from bot.context import ShopContext
from bot.screens import inline as screens

logger = logging.getLogger(__name__)


async def answer_inline(update: Update, context: ShopContext) -> None:
    """Offer what the words find, in the language of whoever typed them."""
    query = update.inline_query
    if query is None or query.from_user.is_bot:
        return
    page = await call_service(
        browsing.inline_page,
        telegram_id=query.from_user.id,
        language_code=query.from_user.language_code or "",
        text=query.query,
        offset=query.offset,
        now=now(),
    )
    with translation.override(page.language):
        offered = screens.results(page.cards, username=context.bot.username)
        nothing = not offered and not query.offset
        try:
            await query.answer(
                offered,
                cache_time=page.seconds,
                # The same words have another answer in another language.
                is_personal=True,
                next_offset=page.next_offset,
                button=screens.open_shop() if nothing else None,
            )
        except BadRequest as error:
            # They typed on meanwhile, and Telegram no longer waits for this answer.
            logger.info("An inline query stays unanswered: %s", error)
