"""The cart."""

from django.utils.translation import gettext as _
from telegram import Update

from apps.cart import selectors as carts
from apps.cart import services as cart_services
from apps.cart.dto import CartView
from apps.core.time import now
from apps.notifications.dto import MessageContent
from bot import browsing
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.arrival import leave_step
from bot.screen import show
from bot.screens import cart as screens


async def show_cart(update: Update, context: ShopContext) -> None:
    """Show the cart."""
    await leave_step(context)
    # Commands come here too, and those carry no page.
    args = context.press.args if context.answer else ()
    await show_cart_screen(context, page=context.press.integer(0) if args else 1)


async def show_cart_screen(
    context: ShopContext, *, page: int = 1, notice: str = "", toast: str = "", note: str = ""
) -> None:
    """Show the cart with what just happened; `note` takes a question's keyboard away."""
    view = await call_service(carts.cart_view, customer_id=context.customer_id, now=now())
    content = await cart_content(view, page=page, notice=notice)
    await show(context, content, toast=toast, note=note)


async def cart_content(view: CartView, *, page: int = 1, notice: str = "") -> MessageContent:
    """Return the cart's screen, with what is missing to a free delivery and what goes with it."""
    side = await call_service(browsing.cart_side, cart=view, now=now())
    return screens.cart(
        view=view, page=page, notice=notice, to_free=side.to_free, companions=side.companions
    )


async def change_line(update: Update, context: ShopContext) -> None:
    """Make a line of the cart hold so many; 0 takes it out."""
    view = await call_service(
        cart_services.set_quantity,
        customer_id=context.customer_id,
        variant_id=context.press.integer(0),
        quantity=context.press.integer(1),
        now=now(),
    )
    await show(context, await cart_content(view, page=context.press.integer(2)))


async def ask_to_clear(update: Update, context: ShopContext) -> None:
    """Ask whether the cart may be emptied."""
    await show(context, screens.clearing())


async def clear(update: Update, context: ShopContext) -> None:
    """Empty the cart."""
    await call_service(cart_services.clear, customer_id=context.customer_id)
    await show_cart_screen(context)


async def accept_changes(update: Update, context: ShopContext) -> None:
    """Agree to the prices and quantities that there are now."""
    view = await call_service(
        cart_services.accept_changes, customer_id=context.customer_id, now=now()
    )
    await show(context, await cart_content(view), toast=_("The cart is up to date."))
