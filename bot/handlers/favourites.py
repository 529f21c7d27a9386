"""Favourites: a heart on the card, and the list of them."""

from django.utils.translation import gettext as _
from telegram import Update

from apps.core.time import now
from apps.marketing import services as marketing
from bot import browsing
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.arrival import leave_step
from bot.handlers.catalogue import origin_of, show_product_by_id
from bot.screen import show
from bot.screens import favourites as screens


async def choose(update: Update, context: ShopContext) -> None:
    """Give a product one's heart, or take it back; the button says which, so twice does no harm."""
    product_id, variant_id, wanted = (context.press.integer(i) for i in range(3))
    toast = await _settle(context, product_id, wanted=bool(wanted))
    await show_product_by_id(
        context,
        product_id=product_id,
        variant_id=variant_id,
        origin=origin_of(context.press.args, 3),
        toast=toast,
    )


async def show_favourites(update: Update, context: ShopContext) -> None:
    """Show what a person likes."""
    await leave_step(context)
    # The command comes here too, and that carries no page.
    args = context.press.args if context.answer else ()
    await _show_page(context, page=context.press.integer(0) if args else 1)


async def take_off(update: Update, context: ShopContext) -> None:
    """Take a product off the list."""
    product_id, page = context.press.integer(0), context.press.integer(1)
    toast = await _settle(context, product_id, wanted=False)
    await _show_page(context, page=page, toast=toast)


async def _settle(context: ShopContext, product_id: int, *, wanted: bool) -> str:
    own = {"customer_id": context.customer_id, "product_id": product_id}
    if not wanted:
        await call_service(marketing.drop_favourite, **own)
        return _("No longer among your favourites.")
    await call_service(marketing.add_favourite, **own, now=now())
    return _("❤️ It is among your favourites now.")


async def _show_page(context: ShopContext, *, page: int, toast: str = "") -> None:
    found = await call_service(
        browsing.favourites_page, customer_id=context.customer_id, page=page, now=now()
    )
    await show(context, screens.favourites(page=found), toast=toast)
