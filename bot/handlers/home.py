"""Start, the menu, languages, help; and people who block the bot."""

from dataclasses import replace

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from telegram import Update
from telegram.constants import ChatMemberStatus

from apps.core.time import now
from apps.users import services as users
from bot import selectors
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers import links
from bot.handlers.arrival import leave_step
from bot.handlers.invites import INVITE_LINK, accept
from bot.handlers.run import STAFF_LINK, link_staff
from bot.screen import show
from bot.screens import home
from bot.screens.inline import MENU_PAYLOAD
from bot.setup import name_the_shop


async def start(update: Update, context: ShopContext) -> None:
    """Greet whoever pressed START, and follow the link they came by.

    `ref_` carries a friend's token, staff_CODE a member of staff; other links `links` reads.
    """
    await leave_step(context)
    payload = context.args[0] if context.args else ""
    if payload.startswith(STAFF_LINK):
        await link_staff(context, code=payload.removeprefix(STAFF_LINK))
        return
    notice = ""
    if payload.startswith(INVITE_LINK):
        notice = await accept(context, token=payload.removeprefix(INVITE_LINK))
    elif payload and payload != MENU_PAYLOAD and await links.follow(context, payload):
        return
    user = update.effective_user
    if context.person.is_new and user is not None and not user.language_code:
        await show(context, home.languages())
        return
    await show_menu_screen(context, greet=True, notice=notice)
    if context.person.is_new and context.person.language != settings.LANGUAGE_CODE:
        await name_the_shop(context.bot, context.chat.chat_id)


async def show_menu(update: Update, context: ShopContext) -> None:
    """Show the menu."""
    await leave_step(context)
    await show_menu_screen(context)


async def show_menu_screen(
    context: ShopContext, *, greet: bool = False, notice: str = "", toast: str = ""
) -> None:
    """Show the menu with what just happened."""
    view = await call_service(selectors.menu, customer_id=context.customer_id, now=now())
    content = home.menu(
        name=context.person.first_name, cart=view.cart, usual=view.usual, greet=greet,
        notice=notice,
    )  # fmt: skip
    await show(context, content, toast=toast)


async def show_languages(update: Update, context: ShopContext) -> None:
    """Show the languages to choose from."""
    await leave_step(context)
    await show(context, home.languages())


async def change_language(update: Update, context: ShopContext) -> None:
    """Speak another language from now on."""
    code = "".join(context.press.args[:1])
    person = await call_service(users.change_language, user_id=context.customer_id, language=code)
    context.person = replace(context.person, language=person.language)
    translation.activate(person.language)
    await show_menu_screen(context, greet=True, toast=_("We speak English now."))
    await name_the_shop(context.bot, context.chat.chat_id)


async def show_help(update: Update, context: ShopContext) -> None:
    """Show how the shop works."""
    await leave_step(context)
    await show(context, home.help_page())


async def do_nothing(update: Update, context: ShopContext) -> None:
    """Answer a press on a mere label."""


async def note_membership(update: Update, context: ShopContext) -> None:
    """Remember who blocked the bot, so that nothing more is sent to them."""
    change = update.my_chat_member
    if change is None:
        return
    if change.new_chat_member.status == ChatMemberStatus.BANNED:
        await call_service(users.mark_unreachable, user_id=context.customer_id, now=now())
    else:
        await call_service(users.mark_reachable, user_id=context.customer_id)
