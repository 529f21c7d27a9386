"""What a person likes."""

from django.utils.translation import gettext as _

from apps.marketing.dto import FavouriteCard
from apps.notifications.dto import MessageContent
from bot import texts
from bot.browsing import FavouritesPage
from bot.keyboards import Action, Row, Rows, key, menu_key, page_row


def favourites(*, page: FavouritesPage) -> MessageContent:
    """Return a page of what a person likes; what left the shop is struck out, and can only go."""
    if not page.total:
        text = texts.title(_("You have no favourites yet"))
        text += "\n" + _("On the card of something you like, press 🤍, and find it here.")
        rows: Rows = ((key(_("🛍 Catalogue"), Action.CATEGORIES),), (menu_key(),))
        return MessageContent(text, rows)
    parts = [texts.title(_("Your favourites")), _("✖️ takes it off the list.")]
    gone = [card for card in page.items if card.is_gone]
    if gone:
        names = "\n".join(f"▫️ <s>{texts.safe(card.name, limit=80)}</s>" for card in gone)
        parts.append("\n" + _("No longer sold:") + f"\n{names}")
    rows = (
        *(_keys(card, page.page) for card in page.items),
        *page_row(Action.FAVOURITES, page=page.page, pages=page.pages),
        (key(_("🛍 Catalogue"), Action.CATEGORIES), menu_key()),
    )
    return MessageContent("\n".join(parts), rows)


def _keys(card: FavouriteCard, page: int) -> Row:
    off = key("✖️", Action.FAVOURITE_OFF, card.product_id, page)
    name = texts.plain(card.name, limit=40)
    if card.is_gone:
        return (key(f"🚫 {name}", Action.NOTHING), off)
    tail = _("sold out") if card.is_sold_out else texts.price_from(card.variants)
    return (key(f"{name} · {tail}", Action.PRODUCT, card.product_id, 0, f"f-{page}"), off)
