"""Links into the chat: a product, a shelf, one's own order, a promo code, an advertisement."""

from django.utils.translation import gettext as _

from apps.cart import selectors as carts
from apps.cart import services as cart_services
from apps.core.errors import ShopError
from apps.core.time import now
from apps.marketing import services as marketing
from apps.notifications.deep_links import Link, Target, read_payload
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.cart import show_cart_screen
from bot.handlers.catalogue import show_product_by_id, show_shelf
from bot.handlers.orders import show_order_by_id
from bot.screen import show
from bot.screens import home


async def follow(context: ShopContext, payload: str) -> bool:
    """Show what a link leads to, and return whether it leads anywhere.

    What is gone, over, or somebody else's, is told on the menu: a link is no dead end.
    """
    link = read_payload(payload)
    try:
        if link is not None:
            return await _open(context, link)
        notice = _("This link leads nowhere, but the shop is open.")
    except ShopError as error:
        notice = str(error)
    view = await call_service(carts.cart_view, customer_id=context.customer_id, now=now())
    content = home.menu(
        name=context.person.first_name, cart=view, greet=context.person.is_new,
        notice=f"🔗 {notice}",
    )  # fmt: skip
    await show(context, content)
    return True


async def _open(context: ShopContext, link: Link) -> bool:
    if link.target == Target.PRODUCT:
        await show_product_by_id(context, product_id=link.number, origin="m")
    elif link.target == Target.CATEGORY:
        await show_shelf(context, category_id=link.number)
    elif link.target == Target.ORDER:
        await show_order_by_id(context, order_id=link.number)
    elif link.target == Target.CODE:
        await _take_code(context, link.word)
    else:
        return await _come_by(context, link.word)
    return True


async def _take_code(context: ShopContext, code: str) -> None:
    """Put a promo code into the cart; where there is nothing for it yet, it waits there."""
    view = await call_service(
        cart_services.set_promo_code,
        customer_id=context.customer_id, code=code, now=now(), may_wait=True,
    )  # fmt: skip
    if view.code is None or view.code.is_applied:
        notice = _("The promo code is in.")
    else:
        notice = _("The promo code waits in your cart until there is something for it.")
    await show_cart_screen(context, notice=f"🎉 {notice}")


async def _come_by(context: ShopContext, word: str) -> bool:
    """Count who came by an advertisement, and open what it speaks of; False for the menu."""
    target = await call_service(
        marketing.visit_by_link,
        word=word, customer_id=context.customer_id, is_new=context.person.is_new, now=now(),
    )  # fmt: skip
    if target.product_id is not None:
        await show_product_by_id(context, product_id=target.product_id, origin="m")
        return True
    if target.category_id is not None:
        await show_shelf(context, category_id=target.category_id)
        return True
    return False
