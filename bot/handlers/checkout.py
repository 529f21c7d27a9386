"""The checkout: each answer is noted, and then asked for what is still unknown."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from telegram import Update

from apps.analytics.dto import Stage
from apps.cart.errors import CartEmpty, TooMany, VariantGone
from apps.core.errors import ShopError
from apps.core.money import format_money
from apps.core.time import now
from apps.delivery import selectors as delivery
from apps.delivery.errors import OutsideZones, SlotClosed, SlotFull, SlotNotFound
from apps.inventory.errors import OutOfStock
from apps.notifications.errors import StaleButton
from apps.orders.dto import IfShort, Method
from apps.orders.errors import PriceChanged, SlotElsewhere, TooManyCashOrders
from apps.payments import selectors as payments
from apps.promotions.errors import OfferUsedUp, PromoCodeUsedByYou, PromoCodeUsedUp
from apps.users import services as users
from bot import selectors, services
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.arrival import leave_step
from bot.handlers.cart import show_cart_screen
from bot.handlers.orders import refresh_card
from bot.keyboards import cancel_keyboard, contact_keyboard, location_keyboard, point_keyboard
from bot.screen import answer, ask, show
from bot.screens import checkout as screens
from bot.selectors import CheckoutStep, CheckoutView
from bot.texts import safe


class Step(StrEnum):
    """What a person's next text means while the checkout waits for it."""

    PHONE = "phone"
    ADDRESS = "address"
    DOOR = "door"
    COMMENT = "comment"
    CODE = "code"
    # Asked from the last question of a checkout, which is where the answer leads back to.
    CODE_AT_CHECKOUT = "code-checkout"


# Questions of the last screen: without an answer one is back there.
_FROM_THE_END = frozenset({Step.COMMENT, Step.CODE_AT_CHECKOUT})
_CHANGES: dict[str, dict[str, Any]] = {
    "address": {"method": Method.DELIVERY.value, "address_id": None, "slot_id": None},
    "slot": {"slot_id": None},
    "point": {"pickup_point_id": None, "method": None},
}


async def begin(update: Update, context: ShopContext) -> None:
    """Begin a checkout of what is in the cart."""
    await leave_step(context)
    await call_service(services.begin_checkout, chat_id=context.chat.chat_id)
    await go_on(context)


async def go_on(context: ShopContext, *, notice: str = "", note: str = "") -> None:
    """Ask for the next thing that is unknown, or show everything once more."""
    moment = now()
    view = await call_service(
        selectors.checkout,
        customer_id=context.customer_id,
        chat_id=context.chat.chat_id,
        now=moment,
    )
    if view.step is not CheckoutStep.CART:
        context.reach(Stage.CHECKOUT)
    if view.step is CheckoutStep.CART:
        await show_cart_screen(context, notice=notice)
    elif view.step is CheckoutStep.PHONE:
        await _ask_phone(context)
    elif view.step is CheckoutStep.ADDRESS and not view.addresses:
        await _ask_address(context)
    elif view.step is CheckoutStep.ADDRESS:
        await show(context, screens.address(view=view, notice=notice), note=note)
    elif view.step is CheckoutStep.METHOD:
        await show(context, screens.method(view=view, notice=notice), note=note)
    elif view.step is CheckoutStep.SLOT:
        await show(context, screens.slot(view=view, now=moment, notice=notice), note=note)
    elif view.step is CheckoutStep.PICKUP_POINT:
        await show(context, screens.pickup_point(view=view, notice=notice), note=note)
    else:
        await _show_confirmation(context, view, notice, note)


async def choose_method(update: Update, context: ShopContext) -> None:
    """Note whether the order is brought or fetched."""
    method = context.press.args[1] if len(context.press.args) > 1 else ""
    if method not in set(Method):
        raise StaleButton
    await _choose(context, method=method)


async def choose_address(update: Update, context: ShopContext) -> None:
    """Note which of their addresses a person means."""
    await _choose(context, address_id=context.press.integer(1), slot_id=None)


async def choose_slot(update: Update, context: ShopContext) -> None:
    """Note when the order is to come."""
    await _choose(context, slot_id=context.press.integer(1))


async def choose_pickup_point(update: Update, context: ShopContext) -> None:
    """Note where the order will be fetched."""
    await _choose(context, pickup_point_id=context.press.integer(1))


async def explain_closed_slot(update: Update, context: ShopContext) -> None:
    """Say why a window can't be chosen."""
    reason = "".join(context.press.args[:1])
    await answer(context, screens.closed_reason(reason), alert=True)


async def change(update: Update, context: ShopContext) -> None:
    """Take one choice back and ask again."""
    what = context.press.args[1] if len(context.press.args) > 1 else ""
    if what == "phone":
        await _choose_silently(context)
        await _ask_phone(context)
    elif what in _CHANGES:
        await _choose(context, **_CHANGES[what])
    else:
        raise StaleButton


async def show_pay_ways(update: Update, context: ShopContext) -> None:
    """Show how an order can be paid."""
    await _choose_silently(context)
    await _ask_pay_way(context)


async def _ask_pay_way(context: ShopContext, *, notice: str = "") -> None:
    view = await call_service(
        selectors.checkout,
        customer_id=context.customer_id,
        chat_id=context.chat.chat_id,
        now=now(),
    )
    await show(context, screens.pay_ways(view=view, notice=notice))


async def choose_pay_way(update: Update, context: ShopContext) -> None:
    """Note how the order will be paid."""
    way = context.press.args[1] if len(context.press.args) > 1 else ""
    if way not in await call_service(payments.offered_providers):
        raise StaleButton
    await _choose(context, payment=way)


async def choose_if_short(update: Update, context: ShopContext) -> None:
    """Note what is done when something runs out: each press is the next way."""
    way = context.press.args[1] if len(context.press.args) > 1 else ""
    if way not in set(IfShort):
        raise StaleButton
    await _choose(context, if_short=way)


async def ask_new_address(update: Update, context: ShopContext) -> None:
    """Ask for an address that is not among the saved ones."""
    await _choose_silently(context, method=Method.DELIVERY.value, point=None)
    await _ask_address(context)


async def ask_comment(update: Update, context: ShopContext) -> None:
    """Ask what the courier should know."""
    await _choose_silently(context)
    await _wait_for(context, Step.COMMENT)
    await ask(context, screens.comment_question(), cancel_keyboard())


async def take_phone(context: ShopContext, phone: str) -> None:
    """Keep a person's phone number and go on."""
    await call_service(users.save_phone, user_id=context.customer_id, phone=phone)
    await _leave_question(context)
    thanks = _("Thank you, we have your number.")
    if context.chat.draft.get("key"):
        await go_on(context, note=thanks)
    else:
        await show_cart_screen(context, notice=thanks)


async def take_location(context: ShopContext, latitude: Decimal, longitude: Decimal) -> None:
    """Keep the place that a person sent, if somebody drives there, and ask for the door."""
    key = str(context.chat.draft.get("key") or "")
    try:
        await call_service(delivery.zone_for, latitude=latitude, longitude=longitude)
    except OutsideZones:
        await _wait_for(context, Step.ADDRESS)
        await ask(context, screens.address_question(outside=True), location_keyboard())
        return
    await call_service(
        services.keep_point, chat_id=context.chat.chat_id, key=key,
        latitude=latitude, longitude=longitude,
    )  # fmt: skip
    await _wait_for(context, Step.DOOR)
    await ask(context, screens.door_question(), point_keyboard())


async def take_address(context: ShopContext, street: str) -> None:
    """Keep the address that a person wrote and go on."""
    await call_service(
        services.keep_address,
        customer_id=context.customer_id,
        chat_id=context.chat.chat_id,
        key=str(context.chat.draft.get("key") or ""),
        street=street,
    )
    await go_on(context, note="👌 " + _("Got it."))


async def take_comment(context: ShopContext, text: str) -> None:
    """Keep what the courier should know and go on."""
    await call_service(
        services.keep_comment,
        chat_id=context.chat.chat_id,
        key=str(context.chat.draft.get("key") or ""),
        text=text,
    )
    await go_on(context, note="👌 " + _("Got it."))


async def leave_question(context: ShopContext) -> None:
    """Go on without the answer that was asked for: back to the last step that needs none."""
    step = context.chat.step
    await _leave_question(context)
    if step == Step.CODE:
        await show_cart_screen(context)
    elif step in _FROM_THE_END or (step != Step.PHONE and context.chat.draft.get("address_id")):
        await go_on(context)
    else:
        await show_cart_screen(context)


async def place(update: Update, context: ShopContext) -> None:
    """Place the order, for the total that the pressed button showed."""
    key = "".join(context.press.args[:1])
    total = Decimal(context.press.integer(1)) / 100
    try:
        order_id = await call_service(
            services.place_order,
            customer_id=context.customer_id,
            chat_id=context.chat.chat_id,
            key=key,
            expected_total=total,
            message_id=context.pressed_message_id,
            now=now(),
        )
    except ShopError as error:
        await _explain(context, key, error)
        return
    context.reach(Stage.ORDERED)
    if context.pressed_message_id is not None:
        await refresh_card(
            context, order_id=order_id, message_id=context.pressed_message_id,
            has_photo=context.chat.screen_has_photo,
        )  # fmt: skip
    await answer(context, _("The order is placed. Thank you! 🎉"))


async def _explain(context: ShopContext, key: str, error: ShopError) -> None:
    """Say why the order was not placed, on the screen from which it can be put right."""
    notice = f"☝️ {safe(str(error))}"
    if isinstance(error, PriceChanged):
        total = format_money(error.facts["total"])
        text = _("Prices changed meanwhile: the total is %(total)s now.") % {"total": total}
        await go_on(context, notice=f"☝️ {text}")
    elif isinstance(error, SlotFull | SlotClosed | SlotNotFound | SlotElsewhere):
        await _choose_silently(context, slot_id=None)
        await go_on(context, notice=notice)
    elif isinstance(error, TooManyCashOrders):
        await _ask_pay_way(context, notice=notice)
    elif isinstance(error, OfferUsedUp | PromoCodeUsedUp | PromoCodeUsedByYou):
        await go_on(context, notice=notice)
    elif isinstance(error, OutOfStock | TooMany | VariantGone | CartEmpty):
        await show_cart_screen(context, notice=notice)
    else:
        raise error


async def _show_confirmation(
    context: ShopContext, view: CheckoutView, notice: str, note: str
) -> None:
    if view.quote is None:
        raise StaleButton
    content = screens.confirm(view=view, quote=view.quote, now=now(), notice=notice)
    await show(context, content, note=note)


async def _choose(context: ShopContext, **choices: object) -> None:
    await _choose_silently(context, **choices)
    await go_on(context)


async def _choose_silently(context: ShopContext, **choices: object) -> None:
    """Note choices under the key that the pressed button carries."""
    key = "".join(context.press.args[:1])
    await call_service(services.choose, chat_id=context.chat.chat_id, key=key, **choices)


async def _ask_phone(context: ShopContext) -> None:
    await _wait_for(context, Step.PHONE)
    await ask(context, screens.phone_question(), contact_keyboard())


async def _ask_address(context: ShopContext) -> None:
    await _wait_for(context, Step.ADDRESS)
    await ask(context, screens.address_question(), location_keyboard())


async def _wait_for(context: ShopContext, step: Step) -> None:
    await call_service(services.go_to_step, chat_id=context.chat.chat_id, step=step)


async def _leave_question(context: ShopContext) -> None:
    await call_service(services.go_to_step, chat_id=context.chat.chat_id, step="")
