"""The answer to the question whether something else may come instead of what ran out."""

from telegram import Update

from apps.core.time import now
from apps.fulfilment import services as fulfilment
from apps.fulfilment import texts
from bot.bridge import call_service
from bot.context import ShopContext
from bot.screen import remove_message, show


async def answer_question(update: Update, context: ShopContext) -> None:
    """Do what the customer answers, and say instead of the question what became of it."""
    question = context.pressed_message_id
    asked = await call_service(
        fulfilment.answer_substitute,
        question_id=context.press.integer(0),
        customer_id=context.customer_id,
        is_taken=bool(context.press.integer(1)),
        now=now(),
    )
    shown = await show(context, texts.substitute_answered(asked))
    if question != shown:
        await remove_message(context, question)
