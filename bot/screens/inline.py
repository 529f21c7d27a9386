"""What is offered to who types the bot's name in any chat."""

from django.conf import settings
from django.utils.translation import gettext as _
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode

from apps.catalog.dto import Availability, ImageCard, ProductCard
from apps.core.money import format_money
from apps.notifications.deep_links import Link, Target, chat_link, payload_of
from bot import texts

# Behind a link, it only opens the chat.
MENU_PAYLOAD = "menu"


def results(cards: tuple[ProductCard, ...], *, username: str) -> list[InlineQueryResultArticle]:
    """Return products as Telegram lists them; what is sent opens the product in the chat."""
    return [_result(card, username) for card in cards if card.variants]


def open_shop() -> InlineQueryResultsButton:
    """Return the way into the chat, where nothing was found."""
    return InlineQueryResultsButton(_("Nothing found. Open the shop"), start_parameter=MENU_PAYLOAD)


def _result(card: ProductCard, username: str) -> InlineQueryResultArticle:
    url = chat_link(username, payload_of(Link(Target.PRODUCT, card.id)))
    name, facts = texts.plain(card.name, limit=120), _facts(card)
    small, large = _address(card.image, "small"), _address(card.image, "large")
    brand = f"\n<i>{texts.safe(card.brand, limit=80)}</i>" if card.brand else ""
    message = InputTextMessageContent(
        f"<b>{texts.safe(card.name, limit=120)}</b>{brand}\n{facts}",
        parse_mode=ParseMode.HTML,
        # The picture comes along as the preview of a link that is not in the text.
        link_preview_options=LinkPreviewOptions(
            is_disabled=not large, url=large or None, prefer_large_media=bool(large) or None,
            show_above_text=bool(large) or None,
        ),
    )  # fmt: skip
    return InlineQueryResultArticle(
        id=str(card.id),
        title=name,
        input_message_content=message,
        description=facts,
        thumbnail_url=small or None,
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton(_("🛒 Open"), url=url)]]),
    )


def _facts(card: ProductCard) -> str:
    """Return what a product costs and whether there is some, on one line without HTML."""
    bands = {variant.availability for variant in card.variants}
    if bands == {Availability.NONE}:
        state = _("sold out")
    elif Availability.IN_STOCK in bands:
        state = _("in stock")
    else:
        state = _("few left")
    parts = [texts.price_from(card.variants), state]
    if len(card.variants) == 1:
        (only,) = card.variants
        parts = [texts.pack_weight(only), *parts]
        if only.price < only.regular_price:
            parts[1] = f"🔥 {format_money(only.price)}"
    return " · ".join(parts)


def _address(image: ImageCard | None, size: str) -> str:
    """Return a picture's full address; empty where Telegram could not fetch it."""
    path = "" if image is None else str(getattr(image, size))
    if path.startswith("/"):
        path = f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else ""
    return path if path.startswith(("https://", "http://")) else ""
