"""Who answers which button, which command, and everything else that people send."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import (
    Application,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ExtBot,
    MessageHandler,
    PreCheckoutQueryHandler,
    TypeHandler,
    filters,
)

from apps.notifications.buttons import unpack
from apps.notifications.errors import StaleButton
from bot.context import JSONDict, ShopContext, query_of
from bot.handlers import (
    alerts,
    arrival,
    cart,
    catalogue,
    checkout,
    codes,
    home,
    messages,
    orders,
    payments,
    problems,
    run,
    staff,
    stops,
    substitutions,
)
from bot.keyboards import Action
from bot.naming import know_commands
from bot.screen import answer

ShopApplication = Application[ExtBot[None], ShopContext, JSONDict, JSONDict, JSONDict, Any]
Handler = Callable[[Update, ShopContext], Coroutine[Any, Any, None]]

BUTTONS: dict[Action, Handler] = {
    Action.MENU: home.show_menu,
    Action.CATEGORIES: catalogue.show_categories,
    Action.CATEGORY: catalogue.show_category,
    Action.PRODUCTS: catalogue.show_products,
    Action.SEARCH: catalogue.ask_for_words,
    Action.FOUND: catalogue.show_found,
    Action.PRODUCT: catalogue.show_product,
    Action.ABOUT: catalogue.show_about,
    Action.PUT: catalogue.put_into_cart,
    Action.WATCH: alerts.watch,
    Action.ALERTS: alerts.show_alerts,
    Action.FORGET_ALERT: alerts.forget_alert,
    Action.CART: cart.show_cart,
    Action.LINE: cart.change_line,
    Action.CLEAR: cart.ask_to_clear,
    Action.CLEAR_YES: cart.clear,
    Action.ACCEPT: cart.accept_changes,
    Action.CODE: codes.ask_code,
    Action.CODE_OFF: codes.remove_code,
    Action.USE_CODE: codes.use_code,
    Action.CHECKOUT: checkout.begin,
    Action.METHOD: checkout.choose_method,
    Action.ADDRESS: checkout.choose_address,
    Action.NEW_ADDRESS: checkout.ask_new_address,
    Action.SLOT: checkout.choose_slot,
    Action.CLOSED_SLOT: checkout.explain_closed_slot,
    Action.PICKUP_POINT: checkout.choose_pickup_point,
    Action.CHANGE: checkout.change,
    Action.COMMENT: checkout.ask_comment,
    Action.PAY_WAYS: checkout.show_pay_ways,
    Action.PAY_WAY: checkout.choose_pay_way,
    Action.IF_SHORT: checkout.choose_if_short,
    Action.PLACE: checkout.place,
    Action.PAY: payments.start,
    Action.CHECK: payments.check,
    Action.ORDERS: orders.show_orders,
    Action.ORDER: orders.show_order,
    Action.CANCEL: orders.ask_to_cancel,
    Action.CANCEL_YES: orders.cancel,
    Action.REPEAT: orders.repeat,
    Action.SUBSTITUTE: substitutions.answer_question,
    Action.LANGUAGE: home.show_languages,
    Action.SPEAK: home.change_language,
    Action.HELP: home.show_help,
    Action.OFFERS: home.choose_offers,
    Action.NOTHING: home.do_nothing,
    Action.RUN: run.show_run,
    Action.RUN_START: run.start_run,
    Action.PURSE: run.show_purse,
    Action.STOP: stops.show_stop,
    Action.STOP_HERE: stops.arrive,
    Action.STOP_CALL: stops.send_contact,
    Action.STOP_HAND: stops.ask_temperature,
    Action.STOP_COLD: stops.choose_temperature,
    Action.STOP_TYPE: stops.ask_to_type,
    Action.STOP_TOOK: stops.take_money,
    Action.STOP_GIVE: stops.hand_over,
    Action.STOP_OTHER: stops.explain_exact_sum,
    Action.STOP_FAIL: stops.ask_why,
    Action.STOP_FAILED: stops.fail,
    Action.STAFF_CONFIRM: staff.confirm_order,
    Action.STAFF_CANCEL: staff.ask_to_cancel,
    Action.STAFF_CANCEL_YES: staff.cancel_order,
    Action.STAFF_KEEP: staff.keep_order,
}
STAFF_BUTTONS = frozenset(
    {Action.STAFF_CONFIRM, Action.STAFF_CANCEL, Action.STAFF_CANCEL_YES, Action.STAFF_KEEP}
)
COMMANDS: dict[str, Handler] = {
    "start": home.start,
    "menu": home.show_menu,
    "catalog": catalogue.show_categories,
    "search": catalogue.ask_for_words,
    "cart": cart.show_cart,
    "orders": orders.show_orders,
    "alerts": alerts.show_alerts,
    "language": home.show_languages,
    "run": run.show_run,
    "help": home.show_help,
    "privacy": home.show_privacy,
}


async def answer_press(update: Update, context: ShopContext) -> None:
    """Hand a press to whoever answers it; every press gets an answer."""
    query = query_of(update)
    context.press = unpack(query.data or "")
    try:
        action = Action(context.press.action)
    except ValueError:
        raise StaleButton from None
    chat = update.effective_chat
    in_group = chat is not None and chat.type != ChatType.PRIVATE
    if in_group != (action in STAFF_BUTTONS):
        # A customer's button in a group, or staff's in a private chat: both were forged.
        raise StaleButton
    await BUTTONS[action](update, context)
    await answer(context)


def add_handlers(
    application: Application[ExtBot[None], ShopContext, JSONDict, JSONDict, JSONDict, Any],
) -> None:
    """Teach an application all that the bot can do."""
    know_commands(COMMANDS)
    # Nobody waits for anything else while a payment is decided.
    application.add_handler(PreCheckoutQueryHandler(payments.decide_payment), group=-2)
    application.add_handler(TypeHandler(Update, arrival.arrive), group=-1)
    for name, handler in COMMANDS.items():
        application.add_handler(CommandHandler(name, handler))
    others: tuple[BaseHandler[Any, ShopContext, Any], ...] = (
        CallbackQueryHandler(answer_press),
        ChatMemberHandler(home.note_membership, ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(filters.SUCCESSFUL_PAYMENT, payments.take_payment),
        MessageHandler(filters.COMMAND, messages.unknown_command),
        MessageHandler(filters.TEXT, messages.read_text),
        MessageHandler(filters.PHOTO, messages.read_photo),
        MessageHandler(filters.CONTACT, messages.read_contact),
        MessageHandler(filters.LOCATION, messages.read_location),
        MessageHandler(filters.ALL, messages.read_anything),
    )
    for other in others:
        application.add_handler(other)
    application.add_handler(TypeHandler(Update, arrival.count_visit), group=1)
    application.add_error_handler(problems.report_problem)
