"""The staff group: orders are confirmed and cancelled by buttons, by those whose role allows it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from telegram import Update
from telegram.constants import ParseMode
from telegram.error import BadRequest

from apps.core.time import now
from apps.notifications.dto import MessageContent
from apps.notifications.gateways.telegram import markup
from apps.orders import selectors as orders
from apps.orders import services as order_services
from apps.orders.dto import OrderStatus
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.arrival import acting_staff
from bot.screen import answer
from bot.screens import staff as screens


async def confirm_order(update: Update, context: ShopContext) -> None:
    """Confirm an order; the service checks whoever pressed, and says who was faster."""
    number = await _decide(context, OrderStatus.CONFIRMED)
    await answer(context, _("Order %(number)s is confirmed.") % {"number": number})


async def ask_to_cancel(update: Update, context: ShopContext) -> None:
    """Ask once more before an order is cancelled: a thumb slips easily."""
    order_id = context.press.integer(0)
    await call_service(
        order_services.check_decision,
        order_id=order_id, target=OrderStatus.CANCELLED, actor_id=await acting_staff(context),
    )  # fmt: skip
    # The group reads the shop's own language.
    with translation.override(settings.LANGUAGE_CODE):
        keys = markup(MessageContent("", screens.cancelling(order_id)))
    if context.pressed_message_id is not None:
        with _unchanged_is_fine():
            await context.bot.edit_message_reply_markup(
                context.chat.chat_id, context.pressed_message_id, reply_markup=keys
            )
    await answer(context)


async def cancel_order(update: Update, context: ShopContext) -> None:
    """Cancel an order; the service checks whoever pressed, and says who was faster."""
    number = await _decide(context, OrderStatus.CANCELLED)
    await answer(context, _("Order %(number)s is cancelled.") % {"number": number})


async def keep_order(update: Update, context: ShopContext) -> None:
    """Show the order as it is now, with its buttons."""
    content = await call_service(
        order_services.staff_card,
        order_id=context.press.integer(0), staff_id=await acting_staff(context), now=now(),
    )  # fmt: skip
    if context.pressed_message_id is not None:
        with _unchanged_is_fine():
            await context.bot.edit_message_text(
                content.text, context.chat.chat_id, context.pressed_message_id,
                parse_mode=ParseMode.HTML, reply_markup=markup(content),
            )  # fmt: skip
    await answer(context)


async def send_contact(update: Update, context: ShopContext) -> None:
    """Send the customer's number under the card, as a contact: one press calls it."""
    contact = await call_service(
        orders.contact_of,
        order_id=context.press.integer(0),
        staff_id=await acting_staff(context),
    )
    name = f"{contact.name or _('The customer')} · {contact.number}"
    await context.bot.send_contact(
        context.chat.chat_id, contact.phone, name[:64],
        reply_to_message_id=context.pressed_message_id, allow_sending_without_reply=True,
    )  # fmt: skip
    await answer(context)


async def _decide(context: ShopContext, target: OrderStatus) -> str:
    """Take a decision about the order on the pressed card, and return its number."""
    order = await call_service(
        order_services.decide_order,
        order_id=context.press.integer(0),
        target=target,
        actor_id=await acting_staff(context),
        now=now(),
    )
    return order.number


@contextmanager
def _unchanged_is_fine() -> Iterator[None]:
    """Let two who press at once see the same, without a complaint."""
    try:
        yield
    except BadRequest as error:
        if "not modified" not in error.message.lower():
            raise
