"""What happens before any other handler: who writes, in which language; and what after all."""

from contextvars import ContextVar

from django.conf import settings
from django.utils import translation
from telegram import Chat, Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop

from apps.analytics import services as analytics
from apps.analytics.dto import Door
from apps.core.time import now
from apps.notifications.errors import StaleButton
from apps.users import selectors as people
from apps.users import services as users
from apps.users.errors import AccountClosed
from bot import services
from bot.bridge import call_service
from bot.context import Answer, ShopContext, kept_chat
from bot.questions import is_staff_question
from bot.screen import answer

# The context of the update being handled: an error handler is given a new one, which knows nobody.
visit: ContextVar[ShopContext | None] = ContextVar("visit", default=None)


async def arrive(update: Update, context: ShopContext) -> None:
    """Find out who wrote, and speak their language for the rest of this update.

    In groups the bot answers presses, what staff ask and what they reply to it in theirs; it never
    answers another bot.

    Raises:
        AccountClosed: The shop has closed this person's account.
    """
    user, chat, query = update.effective_user, update.effective_chat, update.callback_query
    if user is None or user.is_bot:
        raise ApplicationHandlerStop
    # Until we know better, and in case we never shall: the database may be away.
    translation.activate(users.language_for(user.language_code or ""))
    if query is not None:
        context.answer = Answer(query)
        if query.message is not None:
            context.pressed_message_id = query.message.message_id
    if chat is None:
        # A key under something that was sent by way of the bot, and that none of ours stands under.
        await answer(context, str(StaleButton()), alert=True)
        raise ApplicationHandlerStop
    if query is None and not _is_meant_for_us(update, chat):
        raise ApplicationHandlerStop
    came = await call_service(
        services.receive,
        telegram_id=user.id,
        first_name=user.first_name,
        last_name=user.last_name or "",
        language_code=user.language_code or "",
        chat_id=chat.id,
        now=now(),
        chat=kept_chat.get(),
    )
    translation.activate(came.person.language)
    if not came.person.is_active:
        raise AccountClosed
    context.person, context.chat = came.person, came.chat
    visit.set(context)


def _is_reply_of_staff(update: Update) -> bool:
    """Tell whether somebody in the staff group replies to something that the bot wrote there."""
    message = update.effective_message
    if message is None or message.chat_id != settings.TELEGRAM_STAFF_CHAT_ID:
        return False
    replied = message.reply_to_message
    return replied is not None and replied.from_user is not None and replied.from_user.is_bot


async def count_visit(update: Update, context: ShopContext) -> None:
    """Note how far a customer came, after everything else: they have been answered."""
    chat = update.effective_chat
    asked = update.message is not None or update.callback_query is not None
    is_known = hasattr(context, "person")  # not so when the database was away
    if asked and is_known and chat is not None and chat.type == ChatType.PRIVATE:
        await call_service(
            analytics.note_stage,
            customer_id=context.customer_id, stage=context.stage, door=Door.BOT, now=now(),
        )  # fmt: skip


async def leave_step(context: ShopContext) -> None:
    """Forget the question that waits for an answer: the person went on to something else."""
    if context.chat.step:
        await call_service(services.go_to_step, chat_id=context.chat.chat_id, step="")


def _is_meant_for_us(update: Update, chat: Chat) -> bool:
    """Tell whether a message wants an answer: chatter in groups and moving places do not."""
    if chat.type != ChatType.PRIVATE:
        return is_staff_question(update) or _is_reply_of_staff(update)
    return update.edited_message is None or update.edited_message.location is None


async def acting_staff(context: ShopContext) -> int:
    """Return as whom somebody works: the member of staff that their account is linked to."""
    return await call_service(
        people.staff_behind,
        user_id=context.customer_id,
        telegram_id=context.person.telegram_id,
    )
