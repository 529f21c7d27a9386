"""A customer's orders: the list, the live card, cancelling, the same again."""

import logging

from django.utils.translation import gettext as _
from telegram import Message, Update

from apps.analytics.dto import Stage
from apps.core.time import now
from apps.notifications.dto import MessageContent
from apps.notifications.errors import CardGone
from apps.notifications.gateways.pictures import Photo
from apps.notifications.gateways.telegram import edit_content, send_content
from apps.orders import selectors as orders
from apps.orders import services as order_services
from apps.orders import texts as order_texts
from apps.orders.dto import OrderCard, OrderStatus
from apps.orders.errors import CancelledAlready, CancelTooLate
from bot import selectors, services
from bot.bridge import call_service
from bot.context import ShopContext
from bot.drawn import with_drawn
from bot.handlers.arrival import leave_step
from bot.handlers.cart import cart_content
from bot.screen import answer, remove_message, show
from bot.screens import cart as cart_screens
from bot.screens import orders as screens

logger = logging.getLogger(__name__)


async def show_orders(update: Update, context: ShopContext) -> None:
    """Show a customer's orders."""
    await leave_step(context)
    args = context.press.args if context.answer else ()
    await _show_page(context, page=context.press.integer(0) if args else 1)


async def show_order(update: Update, context: ShopContext) -> None:
    """Show an order's live card."""
    await leave_step(context)
    await show_order_by_id(context, order_id=context.press.integer(0))


async def show_order_by_id(
    context: ShopContext, *, order_id: int, takes_screen: bool = False
) -> None:
    """Make the pressed screen, or a new message, the order's one live card in this chat.

    With `takes_screen` the screen becomes the card though nobody pressed on it.
    """
    chat = context.chat
    own = await call_service(
        orders.order_card, customer_id=context.customer_id, order_id=order_id, now=now()
    )
    takes_screen = takes_screen or context.pressed_message_id == chat.screen_id
    message_id = chat.screen_id if takes_screen else None
    content = order_texts.card(own, now=now())
    if message_id is None or (chat.screen_has_photo and not content.drawn):

        async def send(photo: Photo) -> Message:
            return await send_content(context.bot, chat.chat_id, content, photo=photo)

        sent = await with_drawn(content, send)
        message_id, has_photo = sent.message_id, bool(sent.photo)
    else:
        has_photo = chat.screen_has_photo
    before = await call_service(
        services.make_card,
        chat_id=chat.chat_id, order_id=order_id, message_id=message_id, has_photo=has_photo,
    )  # fmt: skip
    await refresh_card(context, order_id=order_id, message_id=message_id, has_photo=has_photo)
    await answer(context)
    await remove_message(context, before)


async def refresh_card(
    context: ShopContext, *, order_id: int, message_id: int, has_photo: bool
) -> None:
    """Show an order as it is now in the message that is its card already.

    The outbox may have been faster, with the same words.
    """
    own = await call_service(
        orders.order_card, customer_id=context.customer_id, order_id=order_id, now=now()
    )
    content: MessageContent = order_texts.card(own, now=now())
    chat_id = context.chat.chat_id

    async def edit(photo: Photo) -> Message | bool:
        return await edit_content(
            context.bot, chat_id, message_id, content, photo=photo, has_photo=has_photo
        )

    try:
        await with_drawn(content, edit)
    except CardGone as error:
        # The outbox sends the next card anew.
        logger.info("An order's card can't be edited: %s", error)


async def ask_to_cancel(update: Update, context: ShopContext) -> None:
    """Ask whether an order may be cancelled."""
    own = await _own(context)
    if own.status == OrderStatus.CANCELLED:
        raise CancelledAlready(number=own.number)
    if not own.can_cancel:
        raise CancelTooLate(number=own.number)
    await show(context, screens.cancelling(order=own))


async def cancel(update: Update, context: ShopContext) -> None:
    """Cancel an order for its customer; the outbox brings its card up to date."""
    own = await _own(context)
    if own.status != OrderStatus.CANCELLED:
        await call_service(
            order_services.cancel_own_order,
            customer_id=context.customer_id,
            order_id=own.id,
            now=now(),
        )
    done = _("Order %(number)s is cancelled.") % {"number": own.number}
    await _show_page(context, page=1, notice=f"✅ {done}")


async def repeat(update: Update, context: ShopContext) -> None:
    """Put an order's goods into the cart again."""
    await leave_step(context)
    refill = await call_service(
        order_services.repeat_order,
        customer_id=context.customer_id,
        order_id=context.press.integer(0),
        now=now(),
    )
    context.reach(Stage.CART)
    notice = cart_screens.changes(refill.changes)
    content = await cart_content(refill.cart, notice=notice)
    await show(context, content, toast=_("It is in your cart again."))


async def _own(context: ShopContext) -> OrderCard:
    return await call_service(
        orders.order_card,
        customer_id=context.customer_id,
        order_id=context.press.integer(0),
        now=now(),
    )


async def _show_page(context: ShopContext, *, page: int, notice: str = "") -> None:
    found = await call_service(
        selectors.orders_page, customer_id=context.customer_id, page=page, now=now()
    )
    await show(context, screens.orders(page=found, notice=notice))
