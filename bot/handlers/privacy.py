"""A person's data: what is kept, all of it as a file, and forgetting it."""

import json

from django.utils.translation import gettext as _
from telegram import Update
from telegram.constants import ParseMode
from telegram.error import BadRequest

from apps.core.time import now
from apps.users import selectors
from apps.users import services as users
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.arrival import leave_step
from bot.screen import answer, remove_message, show
from bot.screens import privacy as screens

_FILE = "my-data.json"


async def show_privacy(update: Update, context: ShopContext) -> None:
    """Show what the shop keeps of a person."""
    await leave_step(context)
    takes = await call_service(selectors.accepts_offers, user_id=context.customer_id)
    await show(context, screens.privacy(takes_offers=takes))


async def choose_offers(update: Update, context: ShopContext) -> None:
    """Take offers, or no more of them."""
    wanted = bool(context.press.integer(0))
    await call_service(users.set_offers, user_id=context.customer_id, wanted=wanted)
    toast = _("You will hear of offers.") if wanted else _("No more offers.")
    await show(context, screens.privacy(takes_offers=wanted), toast=toast)


async def export(update: Update, context: ShopContext) -> None:
    """Send everything that the shop knows of a person, as a file."""
    await answer(context, _("One moment…"))
    known = await call_service(users.export_person, user_id=context.customer_id)
    content = json.dumps(known, ensure_ascii=False, indent=2, default=str).encode()
    await context.bot.send_document(
        context.chat.chat_id, content, filename=_FILE, caption=screens.file_caption(),
    )  # fmt: skip


async def ask_to_erase(update: Update, context: ShopContext) -> None:
    """Ask once more before a person is forgotten."""
    await leave_step(context)
    await show(context, screens.erasing())


async def erase(update: Update, context: ShopContext) -> None:
    """Forget a person, and say goodbye.

    Raises:
        OrdersStillOpen: An order is on its way.
        StaffAccount: Whoever works here can't.
    """
    chat, pressed = context.chat, context.pressed_message_id
    await call_service(users.erase_person, user_id=context.customer_id, now=now())
    # From here on nobody is known any more: not even this visit is counted.
    del context.person
    await answer(context)
    try:
        await context.bot.edit_message_text(
            screens.farewell(), chat.chat_id, pressed, parse_mode=ParseMode.HTML
        )
    except BadRequest:
        # A picture, or too old a message: its words can't be changed.
        await context.bot.send_message(chat.chat_id, screens.farewell(), parse_mode=ParseMode.HTML)
        await remove_message(context, pressed)
