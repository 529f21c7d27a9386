"""The conversation with support: the customer's chat on one side, the staff group on the other."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from telegram import Message, Update
from telegram.error import BadRequest

from apps.core.errors import ShopError
from apps.core.time import now
from apps.support import selectors
from apps.support import services as support
from apps.support.dto import Said
from apps.support.errors import NothingSaid
from bot import services
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.arrival import acting_staff, leave_step
from bot.handlers.home import show_menu_screen
from bot.keyboards import done_keyboard
from bot.screen import answer, ask
from bot.screens import support as screens

# What a customer's next words mean while they write to the shop.
WRITING = "support"
_HEARD = "👌"


async def begin(update: Update, context: ShopContext) -> None:
    """Invite a customer to write; the button may name the order that it is about."""
    args = context.press.args if context.answer else ()
    order_id = context.press.integer(0) if args else None
    await _write_on(context, order_id)
    await ask(context, screens.invitation(), done_keyboard())


async def take(update: Update, context: ShopContext) -> None:
    """Pass a customer's words or picture on to the staff group.

    Raises:
        NothingSaid: It is neither.
    """
    message = update.effective_message
    if message is None:
        return
    order_id = context.chat.draft.get("support")
    relayed = await call_service(
        support.write, customer_id=context.customer_id, said=said_in(message),
        order_id=order_id, now=now(),
    )  # fmt: skip
    if context.chat.step != WRITING:
        await _write_on(context, None)
        await ask(context, screens.heard(), done_keyboard())
    elif relayed.is_first:
        await message.reply_text(screens.heard())
    else:
        await _nod(message)


async def take_reply(update: Update, context: ShopContext) -> bool:
    """Pass on what a customer replies to an answer of ours; tell whether it was one."""
    message = update.effective_message
    replied = message.reply_to_message if message else None
    if replied is None or replied.from_user is None or not replied.from_user.is_bot:
        return False
    chat_id = context.chat.chat_id
    found = await call_service(
        selectors.conversation_at, chat_id=chat_id, message_id=replied.message_id
    )
    if found is None:
        return False
    await take(update, context)
    return True


async def leave(context: ShopContext) -> None:
    """End the writing; the conversation goes on."""
    await leave_step(context)
    await show_menu_screen(context, notice="💬 " + _("We will answer you right here."))


async def settle(update: Update, context: ShopContext) -> None:
    """Close a conversation because the customer has what they wanted."""
    await call_service(
        support.settle, customer_id=context.customer_id,
        conversation_id=context.press.integer(0), now=now(),
    )  # fmt: skip
    await leave_step(context)
    await show_menu_screen(context, notice="👍 " + _("Glad we could help!"))


async def take_answer(update: Update, context: ShopContext) -> None:
    """Send a reply in the staff group to the customer; a refusal is said under it."""
    message = update.effective_message
    if message is None or message.reply_to_message is None:
        return
    try:
        is_ours = await call_service(
            support.answer_at,
            actor_id=await acting_staff(context),
            said=said_in(message),
            reply_to=message.reply_to_message.message_id,
            now=now(),
        )
    except ShopError as error:
        with translation.override(settings.LANGUAGE_CODE):
            await message.reply_text(f"☝️ {error}", do_quote=True)
        return
    if is_ours:
        await _nod(message)


async def take_edit(message: Message) -> bool:
    """Carry what somebody mended to where it was shown; tell whether it is in a conversation."""
    return await call_service(support.rewrite, said=said_in(message), now=now())


async def close(update: Update, context: ShopContext) -> None:
    """Close a conversation from the staff group; the service checks the role."""
    await call_service(
        support.close, conversation_id=context.press.integer(0),
        actor_id=await acting_staff(context), now=now(),
    )  # fmt: skip
    await answer(context, _("The conversation is closed."))


def refuse() -> None:
    """Refuse what can't be passed on.

    Raises:
        NothingSaid: Always.
    """
    raise NothingSaid


def said_in(message: Message) -> Said:
    """Return what a message says: its words, its picture, or the place that it shows."""
    words = message.text or message.caption or ""
    if message.location is not None:
        words = f"📍 {message.location.latitude:.6f}, {message.location.longitude:.6f}"
    photo = message.photo[-1].file_id if message.photo else ""
    return Said(message.chat_id, message.message_id, words, photo)


async def _write_on(context: ShopContext, order_id: int | None) -> None:
    chat_id = context.chat.chat_id
    await call_service(services.change_draft, chat_id=chat_id, support=order_id)
    await call_service(services.go_to_step, chat_id=chat_id, step=WRITING)


async def _nod(message: Message) -> None:
    """Show that it was heard, without another message."""
    try:
        await message.set_reaction(_HEARD)
    except BadRequest as error:
        # A group may allow no reactions.
        if "reaction" not in error.message.lower():
            raise
