"""What a person waits for."""

from django.utils.translation import gettext as _

from apps.marketing.dto import AlertCard
from apps.notifications.dto import MessageContent
from bot import texts
from bot.keyboards import Action, Row, Rows, key, menu_key, page_row
from bot.selectors import AlertsPage


def alerts(*, page: AlertsPage) -> MessageContent:
    """Return a page of the packs that a person waits for, each with the way to give it up."""
    if not page.total:
        text = texts.title(_("You are not waiting for anything"))
        text += "\n" + _("On the card of something sold out, press 🔔, and we'll tell you.")
        rows: Rows = ((key(_("🛍 Catalogue"), Action.CATEGORIES),), (menu_key(),))
        return MessageContent(text, rows)
    text = texts.title(_("You are waiting for")) + "\n"
    text += _("We'll write here as soon as it is back. ✖️ takes it off the list.")
    rows = (
        *(_keys(card, page.page) for card in page.items),
        *page_row(Action.ALERTS, page=page.page, pages=page.pages),
        (menu_key(),),
    )
    return MessageContent(text, rows)


def _keys(card: AlertCard, page: int) -> Row:
    label = f"{texts.plain(card.name, limit=40)} · {texts.weight(card.pack_weight_g)}"
    return (
        key(label, Action.PRODUCT, card.product_id, card.variant_id, "w"),
        key("✖️", Action.FORGET_ALERT, card.variant_id, page),
    )
