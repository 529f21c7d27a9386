"""The same again, in three presses: again, when, yes."""

from django.utils.translation import gettext as _
from telegram import Update

from apps.analytics.dto import Stage
from apps.core.time import now
from bot import services
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers import checkout
from bot.handlers.arrival import leave_step
from bot.handlers.cart import show_cart_screen
from bot.screens import cart as screens


async def order_again(update: Update, context: ShopContext) -> None:
    """Fill the cart as last time and go straight on to the checkout, saying what changed."""
    await leave_step(context)
    refill = await call_service(
        services.order_again,
        customer_id=context.customer_id,
        chat_id=context.chat.chat_id,
        order_id=context.press.integer(0),
        now=now(),
    )
    context.reach(Stage.CART)
    if refill.cart.lines:
        await checkout.go_on(context, notice=screens.changes(refill.changes))
        return
    notice = screens.changes(refill.changes) or _("Nothing of it can be had just now.")
    await show_cart_screen(context, notice=notice)
