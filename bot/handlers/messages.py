"""Whatever people send that is no command: an answer to the bot's question, or a search."""

from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from telegram import Update

from bot.context import ShopContext
from bot.errors import ForeignContact
from bot.handlers import catalogue, checkout, codes, home, stops
from bot.handlers.checkout import Step
from bot.screen import show
from bot.screens import home as screens


async def read_text(update: Update, context: ShopContext) -> None:
    """Take a text as the answer that was asked for, or else search for it."""
    message = update.effective_message
    text = (message.text or "").strip() if message else ""
    step = context.chat.step
    if step == stops.COLD and _says(text, "✖️ Cancel"):
        await stops.leave_question(context)
    elif step and _says(text, "✖️ Cancel"):
        await checkout.leave_question(context)
    elif step == stops.COLD:
        await stops.take_temperature(context, text)
    elif step == Step.PHONE:
        await checkout.take_phone(context, text)
    elif step == Step.DOOR and _says(text, "👌 The pin is enough"):
        await checkout.take_address(context, _("Pin on the map"))
    elif step in {Step.ADDRESS, Step.DOOR}:
        await checkout.take_address(context, text)
    elif step == Step.COMMENT:
        await checkout.take_comment(context, text)
    elif step in {Step.CODE, Step.CODE_AT_CHECKOUT}:
        await codes.take_code(context, text)
    else:
        await _read_freely(context, text)


async def _read_freely(context: ShopContext, text: str) -> None:
    """Take a text that nothing waits for: so many of the product on the screen, or a search."""
    if _says(text, "✖️ Cancel"):
        await home.show_menu_screen(context)
    elif not await catalogue.take_quantity(context, text):
        await catalogue.search(context, text)


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


async def read_location(update: Update, context: ShopContext) -> None:
    """Take a place as the answer to where the order goes; else say how to use it."""
    message = update.effective_message
    location = message.location if message else None
    if location is None:
        return
    if context.chat.step in {Step.ADDRESS, Step.DOOR}:
        latitude, longitude = (
            Decimal(str(degrees)).quantize(Decimal("0.000001"))
            for degrees in (location.latitude, location.longitude)
        )
        await checkout.take_location(context, latitude, longitude)
        return
    notice = _("A nice place! Put something into the cart, and at the checkout we'll ask for it.")
    await home.show_menu_screen(context, notice=f"📍 {notice}")


async def read_photo(update: Update, context: ShopContext) -> None:
    """Take a courier's picture of the door they stand at; from others only words are read."""
    message = update.effective_message
    if message is None or not await stops.take_photo(context, message.photo):
        await read_anything(update, context)


async def read_anything(update: Update, context: ShopContext) -> None:
    """Say kindly that only words are understood."""
    await show(context, screens.only_words())


async def unknown_command(update: Update, context: ShopContext) -> None:
    """Show the menu to somebody who guessed a command."""
    await home.show_menu_screen(
        context, notice=_("I don't know this command, but here is what I do know.")
    )


def _says(text: str, label: str) -> bool:
    """Tell whether a text is a key's label, in whichever language the key was drawn."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            if text == translation.gettext(label):
                return True
    return False
