"""What a person wants to hear of besides their orders, and when not."""

from django.utils.translation import gettext as _
from telegram import Update

from apps.users import selectors
from apps.users import services as users
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.arrival import leave_step
from bot.screen import show
from bot.screens import wishes as screens


async def show_settings(update: Update, context: ShopContext) -> None:
    """Show what the bot writes of its own accord."""
    await leave_step(context)
    await _show(context)


async def choose_news(update: Update, context: ShopContext) -> None:
    """Take one kind of news, or no more of it; the button says which, so twice does no harm."""
    kind, wanted = "".join(context.press.args[:1]), bool(context.press.integer(1))
    await call_service(users.set_consent, user_id=context.customer_id, kind=kind, wanted=wanted)
    await _show(context, toast=_("Noted."))


async def choose_quiet(update: Update, context: ShopContext) -> None:
    """Note when a person wants to be left alone; without hours they are asked for."""
    if not context.press.args:
        await show(context, screens.quiet_choice())
        return
    starts, ends = context.press.integer(0), context.press.integer(1)
    await call_service(users.set_quiet_hours, user_id=context.customer_id, starts=starts, ends=ends)
    await _show(context, toast=_("Noted."))


async def _show(context: ShopContext, *, toast: str = "") -> None:
    wishes = await call_service(selectors.wishes, user_id=context.customer_id)
    await show(context, screens.settings(wishes=wishes), toast=toast)
