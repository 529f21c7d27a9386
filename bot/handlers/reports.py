"""Sales and stock in the staff group, and in the chat of whoever works by a link."""

import asyncio
import hashlib
from typing import Any

from django.conf import settings
from django.utils import translation
from telegram import InputMediaPhoto, LinkPreviewOptions, Message, Update
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest

from apps.core.errors import NotAllowed
from apps.core.time import now
from apps.notifications.dto import MessageContent
from apps.notifications.errors import StaleButton
from apps.notifications.gateways.telegram import markup
from bot import charts, services, staff_selectors
from bot.bridge import call_service
from bot.context import ShopContext, query_of
from bot.handlers.arrival import acting_staff, leave_step
from bot.questions import stock_question
from bot.screen import answer, show
from bot.screens import staff as screens
from bot.staff_selectors import SalesReport, Span

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def show_stats(update: Update, context: ShopContext) -> None:
    """Show how sales go: a chart with its figures in words."""
    span = _span(context)
    await leave_step(context)
    staff_id = await acting_staff(context)
    report = await call_service(
        staff_selectors.sales_report, staff_id=staff_id, span=span, now=now()
    )
    message = update.effective_message if context.answer is None else query_of(update).message
    chart_id = message.message_id if isinstance(message, Message) and message.photo else None
    await _show_chart(context, report, chart_id=chart_id, in_group=_in_group(update))
    await answer(context)


async def show_low(update: Update, context: ShopContext) -> None:
    """Show which packs run low."""
    await leave_step(context)
    cards = await call_service(staff_selectors.low_stock, staff_id=await acting_staff(context))
    await _say(update, context, screens.low(cards=cards, in_group=_in_group(update)))


async def show_stock(update: Update, context: ShopContext) -> None:
    """Answer /stock: what there is of the goods named after it."""
    await leave_step(context)
    words = " ".join(context.args or ())
    if words:
        await _answer_stock(update, context, stock_question(words) or words)
    else:
        await _say(update, context, screens.stock_prompt(in_group=_in_group(update)))


async def answer_question(update: Update, context: ShopContext) -> None:
    """Answer a question for stock in the group; whoever may not know it is not answered."""
    words = stock_question(update.message.text or "") if update.message else ""
    if words:
        await take_question(update, context, words)


async def take_question(update: Update, context: ShopContext, words: str) -> bool:
    """Answer how much there is of something, and tell whether the person may know it."""
    try:
        await _answer_stock(update, context, words)
    except NotAllowed:
        return False
    return True


async def _answer_stock(update: Update, context: ShopContext, words: str) -> None:
    staff_id = await acting_staff(context)
    found = await call_service(
        staff_selectors.stock_answer, staff_id=staff_id, words=words, now=now()
    )
    await _say(update, context, screens.stock(found=found, in_group=_in_group(update)))


async def _say(update: Update, context: ShopContext, content: MessageContent) -> None:
    """Show words: on the screen of a private chat, or as a message of its own in the group."""
    if not _in_group(update):
        await show(context, content)
        return
    await answer(context)
    message = update.message
    await context.bot.send_message(
        context.chat.chat_id, content.text, parse_mode=ParseMode.HTML,
        reply_markup=markup(content), link_preview_options=_NO_PREVIEW,
        reply_to_message_id=message.message_id if message else None,
        allow_sending_without_reply=True,
    )  # fmt: skip


async def _show_chart(
    context: ShopContext, report: SalesReport, *, chart_id: int | None, in_group: bool
) -> None:
    """Show a chart in place of another, or in a message of its own; each is uploaded once."""
    content = screens.sales(report=report, in_group=in_group)
    title, figure = screens.chart_words(report)
    key = _key(report, title, figure)
    file_id = await call_service(services.known_picture, key=key)
    if file_id:
        try:
            await _put(context, content, file_id, chart_id)
        except BadRequest as error:
            # The name may be another bot's: then the picture is sent again.
            if "file" not in error.message.lower():
                raise
        else:
            return
    picture = await asyncio.to_thread(
        charts.sales_chart, title=title, figure=figure, bars=report.bars
    )
    sent = await _put(context, content, picture, chart_id)
    if sent is not None and sent.photo:
        await call_service(services.remember_picture, key=key, file_id=sent.photo[-1].file_id)


async def _put(
    context: ShopContext, content: MessageContent, photo: str | bytes, chart_id: int | None
) -> Message | None:
    """Put a picture with words in place of another, or send it; None where it stands there."""
    chat_id, keys = context.chat.chat_id, markup(content)
    if chart_id is not None:
        media = InputMediaPhoto(photo, content.text, parse_mode=ParseMode.HTML)
        where: dict[str, Any] = {"chat_id": chat_id, "message_id": chart_id}
        try:
            edited = await context.bot.edit_message_media(media, reply_markup=keys, **where)
        except BadRequest as error:
            complaint = error.message.lower()
            if "not modified" in complaint:
                return None
            if "message" not in complaint:
                raise
        else:
            return edited if isinstance(edited, Message) else None
    return await context.bot.send_photo(
        chat_id, photo, content.text, parse_mode=ParseMode.HTML, reply_markup=keys
    )


def _key(report: SalesReport, title: str, figure: str) -> str:
    """Return the name of what a chart shows: another figure is another picture."""
    shown = repr((title, figure, report.bars)).encode()
    language = translation.get_language() or settings.LANGUAGE_CODE
    return f"sales:{report.span}:{language}:{hashlib.sha256(shown).hexdigest()[:32]}"


def _span(context: ShopContext) -> Span:
    # The command comes here too, and that carries no days.
    if context.answer is None:
        return Span.TODAY
    try:
        return Span("".join(context.press.args[:1]))
    except ValueError:
        raise StaleButton from None


def _in_group(update: Update) -> bool:
    chat = update.effective_chat
    return chat is not None and chat.type != ChatType.PRIVATE
