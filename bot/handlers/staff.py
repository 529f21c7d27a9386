"""The staff group: orders are confirmed and cancelled by buttons, by those whose role allows it."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from telegram import InlineKeyboardMarkup, Update
from telegram.error import BadRequest

from apps.core.errors import NotAllowed
from apps.core.time import now
from apps.notifications.dto import MessageContent
from apps.notifications.gateways.telegram import markup
from apps.orders import selectors as orders
from apps.orders import services as order_services
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.arrival import acting_staff
from bot.keyboards import Action, key
from bot.screen import answer


async def confirm_order(update: Update, context: ShopContext) -> None:
    """Confirm an order; the service checks the role of whoever pressed."""
    order = await call_service(
        order_services.confirm_order,
        order_id=context.press.integer(0),
        actor_id=await acting_staff(context),
        now=now(),
    )
    await answer(context, _("Order %(number)s is confirmed.") % {"number": order.number})


async def ask_to_cancel(update: Update, context: ShopContext) -> None:
    """Ask once more before an order is cancelled: a thumb slips easily."""
    parts = await call_service(orders.staff_parts, user_id=await acting_staff(context))
    if not parts:
        raise NotAllowed
    order_id = context.press.integer(0)
    with translation.override(settings.LANGUAGE_CODE):
        rows = (
            (
                key(_("❌ Yes, cancel it"), Action.STAFF_CANCEL_YES, order_id),
                key(_("⬅️ No, keep it"), Action.STAFF_KEEP, order_id),
            ),
        )
    await _change_keys(context, markup(MessageContent("", rows)))
    await answer(context)


async def cancel_order(update: Update, context: ShopContext) -> None:
    """Cancel an order; the service checks the role of whoever pressed."""
    order = await call_service(
        order_services.cancel_order,
        order_id=context.press.integer(0),
        actor_id=await acting_staff(context),
        now=now(),
    )
    await answer(context, _("Order %(number)s is cancelled.") % {"number": order.number})


async def keep_order(update: Update, context: ShopContext) -> None:
    """Show the order's buttons again."""
    parts = await call_service(orders.staff_parts, user_id=await acting_staff(context))
    if not parts:
        raise NotAllowed
    await call_service(order_services.refresh_cards, order_id=context.press.integer(0), now=now())
    await answer(context)


async def _change_keys(context: ShopContext, keys: InlineKeyboardMarkup | None) -> None:
    if context.pressed_message_id is None:
        return
    try:
        await context.bot.edit_message_reply_markup(
            context.chat.chat_id, context.pressed_message_id, reply_markup=keys
        )
    except BadRequest as error:
        if "not modified" not in error.message.lower():
            raise
