"""Whatever people send that is no command: an answer to the bot's question, or a search."""

from collections.abc import Callable, Coroutine
from decimal import Decimal
from functools import wraps
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from telegram import Update
from telegram.constants import ChatType

from bot.context import ShopContext
from bot.errors import ForeignContact
from bot.handlers import catalogue, checkout, codes, home, reports, reviews, stops, support
from bot.handlers.checkout import Step
from bot.questions import stock_question
from bot.screen import show
from bot.screens import home as screens

Take = Callable[[Update, ShopContext, str], Coroutine[Any, Any, None]]
Handler = Callable[[Update, ShopContext], Coroutine[Any, Any, None]]


def greeting_first(handler: Handler) -> Handler:
    """Let whoever comes back to a question of a week ago be greeted, and not taken at their word.

    Nobody remembers what they were asked then.
    """

    @wraps(handler)
    async def greet_or_read(update: Update, context: ShopContext) -> None:
        if not context.chat.is_back:
            await handler(update, context)
            return
        notice = _("Good to see you again! What we had begun is put aside, your cart is kept.")
        await home.show_menu_screen(context, greet=True, notice=f"👋 {notice}")

    return greet_or_read


@greeting_first
async def read_text(update: Update, context: ShopContext) -> None:
    """Take a text as the answer that was asked for, or else as a question or a search."""
    message = update.effective_message
    text = (message.text or "").strip() if message else ""
    step = context.chat.step
    if await support.take_reply(update, context):
        return
    if _says(text, "✖️ Cancel") or _says(text, "✅ That's all"):
        await _LEAVE.get(step, checkout.leave_question if step else home.show_menu_screen)(context)
    elif step in _TAKE:
        await _TAKE[step](update, context, text)
    else:
        await _read_freely(update, context, text)


async def _read_freely(update: Update, context: ShopContext, text: str) -> None:
    """Take a text that nothing waits for: so many of the product, staff's question, or a search."""
    if await catalogue.take_quantity(context, text):
        return
    words = stock_question(text)
    if not (words and await reports.take_question(update, context, words)):
        await catalogue.search(context, text)


async def _take_address(update: Update, context: ShopContext, text: str) -> None:
    at_door = context.chat.step == Step.DOOR
    is_pin = at_door and _says(text, "👌 The pin is enough")
    await checkout.take_address(context, _("Pin on the map") if is_pin else text)


async def _take_for_support(update: Update, context: ShopContext, text: str) -> None:
    await support.take(update, context)


def _alone(take: Callable[[ShopContext, str], Coroutine[Any, Any, None]]) -> Take:
    """Return a taker that needs nothing but the words."""

    async def taker(update: Update, context: ShopContext, text: str) -> None:
        await take(context, text)

    return taker


# Who takes a text at which step, and how a step is left without one.
_TAKE: dict[str, Take] = {
    stops.COLD: _alone(stops.take_temperature),
    Step.PHONE: _alone(checkout.take_phone),
    Step.ADDRESS: _take_address,
    Step.DOOR: _take_address,
    Step.COMMENT: _alone(checkout.take_comment),
    Step.CODE: _alone(codes.take_code),
    Step.CODE_AT_CHECKOUT: _alone(codes.take_code),
    support.WRITING: _take_for_support,
    reviews.TELLING: _alone(reviews.take_words),
}
_LEAVE = {
    stops.COLD: stops.leave_question,
    support.WRITING: support.leave,
    reviews.TELLING: reviews.leave,
}


@greeting_first
async def read_contact(update: Update, context: ShopContext) -> None:
    """Take the phone number of somebody's own contact."""
    message, user = update.effective_message, update.effective_user
    contact = message.contact if message else None
    if contact is None or user is None:
        return
    # Telegram puts the sender's own id into a contact that was shared by the button.
    if contact.user_id != user.id:
        raise ForeignContact
    await checkout.take_phone(context, contact.phone_number)


@greeting_first
async def read_location(update: Update, context: ShopContext) -> None:
    """Take a place as the answer to where the order goes; else say how to use it."""
    message = update.effective_message
    location = message.location if message else None
    if location is None:
        return
    if context.chat.step == support.WRITING:
        await support.take(update, context)
        return
    if context.chat.step in {Step.ADDRESS, Step.DOOR}:
        latitude, longitude = (
            Decimal(str(degrees)).quantize(Decimal("0.000001"))
            for degrees in (location.latitude, location.longitude)
        )
        await checkout.take_location(context, latitude, longitude)
        return
    if context.chat.step:
        await _insist(context)
        return
    notice = _("A nice place! Put something into the cart, and at the checkout we'll ask for it.")
    await home.show_menu_screen(context, notice=f"📍 {notice}")


@greeting_first
async def read_photo(update: Update, context: ShopContext) -> None:
    """Take a picture for support, for a review, or a courier's of the door they stand at."""
    if context.chat.step == reviews.TELLING:
        await reviews.take_photo(update, context)
        return
    if context.chat.step == support.WRITING:
        await support.take(update, context)
        return
    if await support.take_reply(update, context):
        return
    message = update.effective_message
    if message is None or not await stops.take_photo(context, message.photo):
        await read_anything(update, context)


@greeting_first
async def read_anything(update: Update, context: ShopContext) -> None:
    """Say kindly that only words are understood."""
    step = context.chat.step
    if step == support.WRITING:
        support.refuse()
    if step:
        await _insist(context)
    else:
        await show(context, screens.only_words())


async def read_edit(update: Update, context: ShopContext) -> None:
    """Mend what stands in a conversation; else say that a message is read once."""
    message = update.edited_message
    if message is None or await support.take_edit(message):
        return
    if message.chat.type == ChatType.PRIVATE:
        text = _("I read a message once and see no changes in it. Please write it anew ✏️")
        await message.reply_text(text)


async def unknown_command(update: Update, context: ShopContext) -> None:
    """Show the menu to somebody who guessed a command."""
    await home.show_menu_screen(
        context, notice=_("I don't know this command, but here is what I do know.")
    )


async def _insist(context: ShopContext) -> None:
    """Ask for words once more; the question's keyboard stays."""
    text = _("I can't read that. Please answer the question in words, or press a button below.")
    await context.bot.send_message(context.chat.chat_id, text)


def _says(text: str, label: str) -> bool:
    """Tell whether a text is a key's label, in whichever language the key was drawn."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            if text == translation.gettext(label):
                return True
    return False
