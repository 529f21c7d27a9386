"""The last word before somebody is charged, and the word that they were."""

import asyncio
import logging
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _
from telegram import PreCheckoutQuery, SuccessfulPayment, Update
from telegram.ext import ApplicationHandlerStop

from apps.core.errors import ShopError
from apps.core.money import from_minor
from apps.core.time import now
from apps.orders import services as orders
from apps.orders.services import ChatPayment
from apps.payments import selectors as payments
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.orders import show_order_by_id
from bot.screen import answer, show
from bot.screens import payments as screens

logger = logging.getLogger(__name__)

# Telegram gives ten seconds (core.telegram.org/bots/api#precheckoutquery); ours end before them.
_DECIDE_SECONDS = 7.0


async def decide_payment(update: Update, context: ShopContext) -> None:
    """Say yes or no; whatever is not decided in seven seconds is a no, and nobody is charged."""
    query = update.pre_checkout_query
    if query is None:
        return
    language = "ru" if (query.from_user.language_code or "").startswith("ru") else "en"
    with translation.override(language):
        refusal = await _refusal(query)
    await query.answer(ok=not refusal, error_message=refusal or None)
    raise ApplicationHandlerStop


async def start(update: Update, context: ShopContext) -> None:
    """Show where an order can be paid."""
    order_id = context.press.integer(0)
    provider = context.press.args[1] if len(context.press.args) > 1 else ""
    await answer(context, _("One moment…"))
    way = await call_service(
        orders.start_payment,
        customer_id=context.customer_id,
        order_id=order_id,
        provider=provider,
        now=now(),
    )
    offered = await call_service(payments.offered_providers)
    await show(context, screens.paying(order_id=order_id, way=way, offered=offered))


async def check(update: Update, context: ShopContext) -> None:
    """Ask the provider, and show the order as it is."""
    order_id = context.press.integer(0)
    await call_service(
        orders.check_payment, customer_id=context.customer_id, order_id=order_id, now=now()
    )
    await show_order_by_id(context, order_id=order_id)


async def take_payment(update: Update, context: ShopContext) -> None:
    """Settle what was paid, and show the order instead of where it could be paid."""
    message = update.effective_message
    if message is None or message.successful_payment is None:
        return
    paid = message.successful_payment
    order_id = await call_service(
        orders.settle_chat_payment,
        paid=_facts(paid, context.person.telegram_id or 0),
        # Stars have no provider, and so no charge of its.
        charge_id=paid.provider_payment_charge_id or paid.telegram_payment_charge_id,
        now=now(),
    )
    if order_id is None:
        await show(context, screens.unknown_invoice())
    else:
        await show_order_by_id(context, order_id=order_id, takes_screen=True)


async def _refusal(query: PreCheckoutQuery) -> str:
    """Return why an invoice can't be paid now; empty when it can."""
    try:
        async with asyncio.timeout(_DECIDE_SECONDS):
            await call_service(
                orders.approve_chat_payment, paid=_facts(query, query.from_user.id), now=now()
            )
    except ShopError as error:
        return str(error)[:200]
    except Exception:
        logger.exception("A payment can't be decided")
        return _("We can't take the payment right now. You weren't charged: please try again.")
    return ""


def _facts(paid: PreCheckoutQuery | SuccessfulPayment, telegram_id: int) -> ChatPayment:
    amount: Decimal = from_minor(paid.total_amount, paid.currency)
    return ChatPayment(paid.invoice_payload, telegram_id, amount, paid.currency)
