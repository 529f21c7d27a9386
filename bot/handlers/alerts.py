"""Waiting for what is sold out."""

from django.utils.translation import gettext as _
from telegram import Update

from apps.core.time import now
from apps.marketing import services as marketing
from apps.marketing.errors import StillInStock, TooManyAlerts
from bot import selectors
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.arrival import leave_step
from bot.handlers.catalogue import origin_of, show_product_by_id
from bot.screen import show
from bot.screens import alerts as screens


async def watch(update: Update, context: ShopContext) -> None:
    """Wait for a pack, or no longer; the button says which, so that twice does no harm.

    Whoever finds the button on an old card, and the pack in stock, is shown the card as it is now.
    """
    press = context.press
    product_id, variant_id, wanted = (press.integer(i) for i in range(3))
    try:
        toast = await _settle(context, variant_id, wanted=bool(wanted))
    except TooManyAlerts as error:
        await show_alerts_screen(context, toast=str(error), alert=True)
        return
    await show_product_by_id(
        context,
        product_id=product_id,
        variant_id=variant_id,
        origin=origin_of(press.args, 3),
        toast=toast,
    )


async def show_alerts(update: Update, context: ShopContext) -> None:
    """Show what a person waits for."""
    await leave_step(context)
    # The command comes here too, and that carries no page.
    args = context.press.args if context.answer else ()
    await show_alerts_screen(context, page=context.press.integer(0) if args else 1)


async def show_alerts_screen(
    context: ShopContext, *, page: int = 1, toast: str = "", alert: bool = False
) -> None:
    """Show what a person waits for, with what just happened."""
    found = await call_service(
        selectors.alerts_page, customer_id=context.customer_id, page=page, now=now()
    )
    await show(context, screens.alerts(page=found), toast=toast, alert=alert)


async def forget_alert(update: Update, context: ShopContext) -> None:
    """Take a pack off the list."""
    variant_id, page = context.press.integer(0), context.press.integer(1)
    toast = await _settle(context, variant_id, wanted=False)
    await show_alerts_screen(context, page=page, toast=toast)


async def _settle(context: ShopContext, variant_id: int, *, wanted: bool) -> str:
    """Wait or not, and return what to say of it."""
    asked = {"customer_id": context.customer_id, "variant_id": variant_id}
    if not wanted:
        await call_service(marketing.drop_alert, **asked)
        return _("All right, you no longer wait for it.")
    try:
        await call_service(marketing.ask_alert, now=now(), **asked)
    except StillInStock as error:
        return str(error)
    return _("We'll tell you here as soon as it is back.")
