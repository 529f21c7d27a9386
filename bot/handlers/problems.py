"""What a person is told when something goes wrong, and what the inbox is told to try again."""

import logging
from contextvars import ContextVar

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import ApplicationHandlerStop

from apps.core.errors import Kind, ShopError
from apps.core.problems import describe
from apps.core.time import now
from apps.notifications.errors import StaleButton
from apps.users import services as users
from apps.users.errors import AccountClosed
from bot.bridge import call_service
from bot.context import ShopContext
from bot.errors import CheckoutOutdated
from bot.handlers import home
from bot.handlers.arrival import visit
from bot.keyboards import menu_key
from bot.processor import WaitLonger
from bot.screen import answer
from bot.watch import note_ending

logger = logging.getLogger(__name__)

# The failures of the update being handled, for the inbox to try it again.
failures: ContextVar[list[Exception]] = ContextVar("failures")


async def report_problem(update: object, context: ShopContext) -> None:
    """Tell a person what went wrong, where they are looking, and leave them a way on.

    Raises:
        ApplicationHandlerStop: Always: who could not arrive goes no further, and hears it once.
    """
    error = context.error
    context = visit.get() or context
    note_ending(_ending_of(error))
    if isinstance(error, TelegramError):
        await _note_telegram(error, context)
    elif error is not None and isinstance(update, Update):
        try:
            await _tell(update, context, error)
        except TelegramError as another:
            await _note_telegram(another, context)
    raise ApplicationHandlerStop


def _ending_of(error: Exception | None) -> str:
    """Return how an update ends for the figures: only a failure asks for a look."""
    if isinstance(error, ShopError):
        return "refused"
    is_away = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    return "put off" if is_away or isinstance(error, RetryAfter) else "failed"


async def _note_telegram(error: TelegramError, context: ShopContext) -> None:
    """Decide what a refusal of Telegram's means: wait, try again, or let it be."""
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        seconds = wait if isinstance(wait, int) else wait.total_seconds()
        _try_again(WaitLonger(float(seconds)))
    elif isinstance(error, Forbidden):
        if hasattr(context, "person"):
            await call_service(users.mark_unreachable, user_id=context.customer_id, now=now())
    elif isinstance(error, NetworkError) and not isinstance(error, BadRequest):
        _try_again(error)
    else:
        logger.error("Telegram refuses what the bot sends", exc_info=error)


def _try_again(error: Exception) -> None:
    failures.get([]).append(error)


async def _tell(update: Update, context: ShopContext, error: Exception) -> None:
    problem = describe(error)
    chat = update.effective_chat
    is_private = chat is not None and chat.type == ChatType.PRIVATE
    query = update.callback_query
    if query is not None:
        await answer(context, problem.detail, alert=True)
        if is_private and _leads_nowhere(error) and hasattr(context, "person"):
            await home.show_menu_screen(context)
    elif update.message is not None and not is_private:
        await update.message.reply_text(problem.detail)
    elif is_private and update.effective_message is not None:
        # While a question waits, its keyboard is the way on.
        asked = hasattr(context, "chat") and bool(context.chat.step)
        is_shut = isinstance(error, AccountClosed)
        await update.effective_message.reply_text(
            problem.detail, reply_markup=None if asked or is_shut else _way_to_menu()
        )


def _leads_nowhere(error: Exception) -> bool:
    """Tell whether the pressed screen shows what is no longer there."""
    if isinstance(error, StaleButton | CheckoutOutdated):
        return True
    return isinstance(error, ShopError) and error.kind == Kind.NOT_FOUND


def _way_to_menu() -> InlineKeyboardMarkup:
    menu = menu_key()
    return InlineKeyboardMarkup([[InlineKeyboardButton(menu.text, callback_data=menu.data)]])
