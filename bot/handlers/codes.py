"""The promo code: asked for in the cart, or at the last question of a checkout."""

from django.utils.translation import gettext as _
from telegram import Update

from apps.cart import services as cart
from apps.core.time import now
from bot import services
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers import checkout
from bot.handlers.cart import show_cart_screen
from bot.handlers.checkout import Step
from bot.keyboards import cancel_keyboard
from bot.screen import ask
from bot.screens import cart as screens


async def ask_code(update: Update, context: ShopContext) -> None:
    """Ask for a promo code; a checkout's key in the button says where to go on afterwards."""
    at_checkout = await _is_at_checkout(context)
    await _wait_for(context, Step.CODE_AT_CHECKOUT if at_checkout else Step.CODE)
    await ask(context, screens.code_question(), cancel_keyboard())


async def take_code(context: ShopContext, text: str) -> None:
    """Put the promo code that a person typed into the cart and go on."""
    await call_service(cart.set_promo_code, customer_id=context.customer_id, code=text, now=now())
    at_checkout = context.chat.step == Step.CODE_AT_CHECKOUT
    await _wait_for(context, "")
    await _go_on(context, at_checkout, note="🎉 " + _("The promo code is in."))


async def use_code(update: Update, context: ShopContext) -> None:
    """Put the promo code that a broadcast offered into the cart."""
    await call_service(
        services.use_code,
        customer_id=context.customer_id, code_id=context.press.integer(0), now=now(),
    )  # fmt: skip
    await show_cart_screen(context, notice="🎉 " + _("The promo code is in."))


async def remove_code(update: Update, context: ShopContext) -> None:
    """Take the promo code out, and stay where it was."""
    at_checkout = await _is_at_checkout(context)
    await call_service(cart.remove_promo_code, customer_id=context.customer_id, now=now())
    await _go_on(context, at_checkout)


async def _is_at_checkout(context: ShopContext) -> bool:
    """Tell whether the pressed button belongs to a checkout, which must be the present one."""
    if not context.press.args:
        return False
    key = "".join(context.press.args[:1])
    await call_service(services.choose, chat_id=context.chat.chat_id, key=key)
    return True


async def _go_on(context: ShopContext, at_checkout: bool, *, note: str = "") -> None:
    if at_checkout:
        await checkout.go_on(context, note=note)
    else:
        await show_cart_screen(context, note=note)


async def _wait_for(context: ShopContext, step: str) -> None:
    await call_service(services.go_to_step, chat_id=context.chat.chat_id, step=step)
