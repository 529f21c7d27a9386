"""The courier's run in the chat; who may see and press is asked anew each time."""

from django.utils.translation import gettext as _
from telegram import Update

from apps.core.time import now
from apps.fulfilment import services as fulfilment
from apps.notifications.dto import MessageContent
from apps.users import services as users
from bot import selectors, setup, staff_selectors, texts
from bot.bridge import call_service
from bot.context import ShopContext
from bot.handlers.arrival import acting_staff, leave_step
from bot.keyboards import menu_key
from bot.screen import show
from bot.screens import run as screens

STAFF_LINK = "staff_"


async def link_staff(context: ShopContext, *, code: str) -> None:
    """Let whoever brings a code from the admin work in this chat."""
    person = await call_service(
        users.link_staff, code=code, telegram_id=context.chat.chat_id, now=now()
    )
    name = texts.safe(person.full_name or f"#{person.id}")
    work = await call_service(
        staff_selectors.work_chat, chat_id=context.chat.chat_id, staff_id=person.id
    )
    await setup.introduce_work(context.bot, work)
    notice = "🤝 " + _("You work here now as %(name)s.") % {"name": name}
    if work.sees_sales:
        notice += "\n" + _("How sales go is always here: /stats")
    if work.sees_stock:
        notice += "\n" + _("Ask me for the stock in your own words: “how many pelmeni?”")
    if work.drives:
        notice += "\n" + _("Your run is always here: /run")
        await show_run_screen(context, staff_id=person.id, notice=notice)
    else:
        await show(context, MessageContent(notice, ((menu_key(),),)))


async def show_run(update: Update, context: ShopContext) -> None:
    """Show a courier's run."""
    await leave_step(context)
    await show_run_screen(context, staff_id=await acting_staff(context))


async def show_run_screen(
    context: ShopContext, *, staff_id: int, notice: str = "", toast: str = ""
) -> None:
    """Show the run with what just happened."""
    day = await call_service(selectors.courier_day, staff_id=staff_id, now=now())
    await show(context, screens.run(day=day, notice=notice), toast=toast)


async def start_run(update: Update, context: ShopContext) -> None:
    """Take the boxes along; say which have to stay, and why."""
    staff_id = await acting_staff(context)
    refused = await call_service(
        fulfilment.start_run, run_id=context.press.integer(0), actor_id=staff_id, now=now()
    )
    notice = "\n".join(f"☝️ {texts.safe(str(refusal))}" for refusal in refused[:5])
    toast = "" if refused else _("Have a good way!")
    await show_run_screen(context, staff_id=staff_id, notice=notice, toast=toast)


async def show_purse(update: Update, context: ShopContext) -> None:
    """Show what a courier carries."""
    await leave_step(context)
    staff_id = await acting_staff(context)
    day = await call_service(selectors.courier_day, staff_id=staff_id, now=now())
    await show(context, screens.purse(shift=day.purse))
