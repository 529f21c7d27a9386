"""A tiny bot that uses everything which the chat page can draw.

Start it with `python -m tests.simulator.demo_bot SIMULATOR_URL`.
"""

import io
import sys

from PIL import Image, ImageDraw
from telegram import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputTextMessageContent,
    KeyboardButton,
    LabeledPrice,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.constants import ChatAction
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    PreCheckoutQueryHandler,
    filters,
)

from tests.simulator_support import TOKEN

Context = ContextTypes.DEFAULT_TYPE


def picture(word: str, color: str) -> bytes:
    image = Image.new("RGB", (960, 640), color)
    draw = ImageDraw.Draw(image)
    for step in range(12):
        draw.ellipse((80 * step, 420 - 30 * (step % 3), 80 * step + 110, 620), fill="#f4efe2")
    draw.text((60, 60), word, fill="white", font_size=110)
    output = io.BytesIO()
    image.save(output, "PNG")
    return output.getvalue()


def button(text: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=data)


def counter(count: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [
            [button("➖", "minus"), button(f"{count} шт.", "none"), button("➕", "plus")],
            [button("🛒 В корзину", "alert"), button("Тост", "toast")],
            [InlineKeyboardButton("Сайт", url="https://example.com/")],
        ]
    )


async def start(update: Update, context: Context) -> None:
    chat = update.effective_chat
    assert chat
    keyboard = ReplyKeyboardMarkup(
        [["🥟 Каталог", "🛒 Корзина"], [KeyboardButton("📞 Мой номер", request_contact=True)]],
        resize_keyboard=True,
    )
    payload = f" ({context.args[0]})" if context.args else ""
    hello = "Здравствуйте! Это <b>магазин замороженных продуктов</b>."
    await chat.send_message(f"{hello}{payload}", parse_mode="HTML", reply_markup=keyboard)


async def catalogue(update: Update, context: Context) -> None:
    chat = update.effective_chat
    assert chat
    await chat.send_action(ChatAction.TYPING)
    caption = "<b>Пельмени «Сибирские»</b>\n900 г · 489 ₽\n<i>Свинина, говядина, лук.</i>"
    await chat.send_photo(
        picture("Pelmeni", "#3d7fc1"), caption=caption, parse_mode="HTML", reply_markup=counter(1)
    )


async def album(update: Update, context: Context) -> None:
    chat = update.effective_chat
    assert chat
    colors = ("#3d7fc1", "#bf5b45", "#4f9a58")
    await chat.send_media_group([InputMediaPhoto(picture(c, c)) for c in colors])
    await chat.send_location(55.7539, 37.6208)
    prices = [LabeledPrice("Заказ", 148900)]
    await chat.send_invoice("Заказ A-17", "Пельмени, 3 пачки", "A-17", "RUB", prices, "provider")


async def press(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query
    assert query.message
    current = int(query.message.reply_markup.inline_keyboard[0][1].text.split()[0])
    if query.data == "alert":
        await query.answer("Добавлено в корзину", show_alert=True)
    elif query.data == "toast":
        await query.answer("Это тост")
    elif query.data in {"plus", "minus"}:
        count = max(1, current + (1 if query.data == "plus" else -1))
        await query.answer()
        if count != current:
            await query.edit_message_reply_markup(counter(count))
    else:
        await query.answer()


async def echo(update: Update, context: Context) -> None:
    message = update.effective_message
    assert message
    if message.contact:
        await message.reply_text(f"Спасибо, {message.contact.first_name}!")
    elif message.text:
        await message.reply_text(message.text)


async def pre_checkout(update: Update, context: Context) -> None:
    assert update.pre_checkout_query
    await update.pre_checkout_query.answer(ok=True)


async def inline(update: Update, context: Context) -> None:
    """Offer twenty results and then ten more, each with a link to share."""
    query = update.inline_query
    assert query
    start = int(query.offset or 0)
    share = "https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fbot%3Fstart%3Dp-1&text=Pelmeni"
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Поделиться", url=share)]])
    results = [
        InlineQueryResultArticle(
            str(number), f"{query.query} {number}", InputTextMessageContent(f"Товар {number}"),
            description=f"{number} ₽", reply_markup=keys,
        )
        for number in range(start + 1, min(start + 20, 30) + 1)
    ]  # fmt: skip
    await query.answer(results, next_offset="" if start else "20")


async def dress(application: Application) -> None:
    bot = application.bot
    commands = [BotCommand("start", "Начать сначала"), BotCommand("album", "Показать альбом")]
    await bot.set_my_commands(commands)
    await bot.set_my_description("Пельмени, ягоды, рыба и мороженое — домой за два часа.")


def main(base_url: str) -> None:
    builder = Application.builder().token(TOKEN).post_init(dress)
    application = builder.base_url(f"{base_url}/bot").base_file_url(f"{base_url}/file/bot").build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CommandHandler("album", album))
    application.add_handler(MessageHandler(filters.Regex("Каталог"), catalogue))
    application.add_handler(CallbackQueryHandler(press))
    application.add_handler(InlineQueryHandler(inline))
    application.add_handler(PreCheckoutQueryHandler(pre_checkout))
    application.add_handler(MessageHandler(filters.TEXT | filters.CONTACT, echo))
    application.run_polling(timeout=2)


if __name__ == "__main__":
    main(sys.argv[1])
