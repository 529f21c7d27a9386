"""Who answers which button, which command, and everything else that people send."""

from collections.abc import Callable, Coroutine
from typing import Any

from django.conf import settings
from telegram import Update
from telegram.constants import ChatType
from telegram.ext import (
    Application,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    PreCheckoutQueryHandler,
    TypeHandler,
)
from telegram.ext import filters as messages_with

from apps.notifications.buttons import unpack
from apps.notifications.errors import StaleButton
from bot.context import JSONDict, ShopContext, query_of
from bot.handlers import (
    again,
    albums,
    alerts,
    arrival,
    cart,
    catalogue,
    checkout,
    codes,
    favourites,
    filters,
    home,
    inline,
    invites,
    messages,
    orders,
    payments,
    privacy,
    problems,
    reports,
    reviews,
    run,
    staff,
    stops,
    substitutions,
    support,
    wishes,
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
    Action.OFFERS: privacy.choose_offers,
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
    Action.SUPPORT: support.begin,
    Action.SETTLED: support.settle,
    Action.STAFF_CLOSE: support.close,
    Action.RATE: reviews.rate,
    Action.REVIEW_WORDS: reviews.ask_words,
    Action.INVITE: invites.show_invitation,
    Action.AGAIN: again.order_again,
    Action.SETTINGS: wishes.show_settings,
    Action.NEWS: wishes.choose_news,
    Action.QUIET: wishes.choose_quiet,
    Action.PRIVACY: privacy.show_privacy,
    Action.EXPORT: privacy.export,
    Action.ERASE: privacy.ask_to_erase,
    Action.ERASE_YES: privacy.erase,
    Action.FILTERS: filters.show_filters,
    Action.FILTER: filters.change_filter,
    Action.FILTER_OFF: filters.clear_filters,
    Action.FAVOURITE: favourites.choose,
    Action.FAVOURITES: favourites.show_favourites,
    Action.FAVOURITE_OFF: favourites.take_off,
    Action.PHOTOS: albums.show_photos,
    Action.STAFF_CALL: staff.send_contact,
    Action.STATS: reports.show_stats,
    Action.LOW: reports.show_low,
}
_GROUP_REPLY = messages_with.ChatType.GROUPS & messages_with.REPLY & ~messages_with.COMMAND
# Keys of the staff group only, and those that stand in a work account, too.
STAFF_BUTTONS = frozenset(
    {
        Action.STAFF_CONFIRM,
        Action.STAFF_CANCEL,
        Action.STAFF_CANCEL_YES,
        Action.STAFF_KEEP,
        Action.STAFF_CALL,
        Action.STAFF_CLOSE,
    }
)
REPORT_BUTTONS = frozenset({Action.STATS, Action.LOW})
COMMANDS: dict[str, Handler] = {
    "start": home.start,
    "menu": home.show_menu,
    "catalog": catalogue.show_categories,
    "search": catalogue.ask_for_words,
    "cart": cart.show_cart,
    "orders": orders.show_orders,
    "favourites": favourites.show_favourites,
    "alerts": alerts.show_alerts,
    "language": home.show_languages,
    "run": run.show_run,
    "stats": reports.show_stats,
    "stock": reports.show_stock,
    "low": reports.show_low,
    "help": home.show_help,
    "privacy": privacy.show_privacy,
    "settings": wishes.show_settings,
    "support": support.begin,
    "invite": invites.show_invitation,
}


async def answer_press(update: Update, context: ShopContext) -> None:
    """Hand a press to whoever answers it; every press gets an answer."""
    query = query_of(update)
    context.press = unpack(query.data or "")
    try:
        action = Action(context.press.action)
    except ValueError:
        raise StaleButton from None
    if not _belongs_here(action, update):
        raise StaleButton
    await BUTTONS[action](update, context)
    await answer(context)


def _belongs_here(action: Action, update: Update) -> bool:
    """Tell whether a button stands in chats of this kind: anywhere else it was forged."""
    chat = update.effective_chat
    if chat is None:
        return False
    if chat.type == ChatType.PRIVATE:
        return action not in STAFF_BUTTONS
    return chat.id == settings.TELEGRAM_STAFF_CHAT_ID and action in STAFF_BUTTONS | REPORT_BUTTONS


def add_handlers(
    application: Application[ExtBot[None], ShopContext, JSONDict, JSONDict, JSONDict, Any],
) -> None:
    """Teach an application all that the bot can do."""
    know_commands(COMMANDS)
    # Nobody waits for anything else while a payment is decided.
    application.add_handler(PreCheckoutQueryHandler(payments.decide_payment), group=-2)
    # Who types the bot's name elsewhere need not be known to the shop.
    application.add_handler(InlineQueryHandler(inline.answer_inline), group=-2)
    application.add_handler(TypeHandler(Update, arrival.arrive), group=-1)
    # Before the commands: those would read edited messages as new ones.
    application.add_handler(CallbackQueryHandler(answer_press))
    application.add_handler(MessageHandler(messages_with.UpdateType.EDITED, messages.read_edit))
    application.add_handler(MessageHandler(_GROUP_REPLY, support.take_answer))
    for name, handler in COMMANDS.items():
        application.add_handler(CommandHandler(name, handler))
    others: tuple[BaseHandler[Any, ShopContext, Any], ...] = (
        MessageHandler(messages_with.ChatType.GROUPS, reports.answer_question),
        ChatMemberHandler(home.note_membership, ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(messages_with.SUCCESSFUL_PAYMENT, payments.take_payment),
        MessageHandler(messages_with.COMMAND, messages.unknown_command),
        MessageHandler(messages_with.TEXT, messages.read_text),
        MessageHandler(messages_with.PHOTO, messages.read_photo),
        MessageHandler(messages_with.CONTACT, messages.read_contact),
        MessageHandler(messages_with.LOCATION, messages.read_location),
        MessageHandler(messages_with.ALL, messages.read_anything),
    )
    for other in others:
        application.add_handler(other)
    application.add_handler(TypeHandler(Update, arrival.count_visit), group=1)
    application.add_error_handler(problems.report_problem)
