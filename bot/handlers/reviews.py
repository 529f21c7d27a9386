"""What a customer says of an order that arrived: stars, then perhaps words or a picture."""

from django.utils.translation import gettext as _
from telegram import Update

from apps.core.time import now
from apps.marketing import selectors
from apps.marketing import services as marketing
from apps.marketing.dto import ReviewCard
from apps.marketing.errors import ReviewNotFound
from bot import services
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.arrival import leave_step
from bot.handlers.home import show_menu_screen
from bot.keyboards import done_keyboard
from bot.screen import ask, show
from bot.screens import reviews as screens

# What a customer's next words or picture mean while they tell of an order.
TELLING = "review"


async def rate(update: Update, context: ShopContext) -> None:
    """Give an order its stars; without any they are asked for."""
    await leave_step(context)
    order_id, stars = context.press.integer(0), context.press.integer(1)
    if not stars:
        await show(context, screens.stars(order_id=order_id))
        return
    card = await call_service(
        marketing.rate_order,
        customer_id=context.customer_id, order_id=order_id, stars=stars, now=now(),
    )  # fmt: skip
    await show(context, screens.thanks(card=card))


async def ask_words(update: Update, context: ShopContext) -> None:
    """Ask for more than stars."""
    order_id, chat_id = context.press.integer(0), context.chat.chat_id
    await call_service(selectors.own_review, customer_id=context.customer_id, order_id=order_id)
    await call_service(services.change_draft, chat_id=chat_id, review=order_id)
    await call_service(services.go_to_step, chat_id=chat_id, step=TELLING)
    await ask(context, screens.question(), done_keyboard())


async def take_words(context: ShopContext, text: str) -> None:
    """Keep what a customer wrote of an order."""
    card = await call_service(
        marketing.add_words,
        customer_id=context.customer_id, order_id=_asked_order(context), words=text, now=now(),
    )  # fmt: skip
    await _finish(context, card)


async def take_photo(update: Update, context: ShopContext) -> None:
    """Keep a picture of what arrived, with the words under it."""
    message = update.effective_message
    if message is None or not message.photo:
        return
    order_id = _asked_order(context)
    file = await message.photo[-1].get_file()
    content = bytes(await file.download_as_bytearray())
    card = await call_service(
        marketing.add_photo,
        customer_id=context.customer_id, order_id=order_id, content=content,
        telegram_file=message.photo[-1].file_id, now=now(),
    )  # fmt: skip
    if message.caption:
        card = await call_service(
            marketing.add_words,
            customer_id=context.customer_id, order_id=order_id, words=message.caption, now=now(),
        )  # fmt: skip
    await _finish(context, card)


async def leave(context: ShopContext) -> None:
    """Go on without words."""
    await leave_step(context)
    await show_menu_screen(context, notice="⭐ " + _("Thank you!"))


async def _finish(context: ShopContext, card: ReviewCard) -> None:
    await leave_step(context)
    await show(context, screens.thanks(card=card))


def _asked_order(context: ShopContext) -> int:
    order_id = context.chat.draft.get("review")
    if not isinstance(order_id, int):
        raise ReviewNotFound
    return order_id
