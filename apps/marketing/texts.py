"""What marketing tells people: buyers, those who wait, and the staff group.

Telegram HTML (core.telegram.org/bots/api#html-style): names are escaped.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from html import escape

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.catalog.dto import Availability, SaleVariant
from apps.core.measures import format_day, format_weight
from apps.core.models import in_language
from apps.core.money import format_money
from apps.core.time import shop_date
from apps.inventory.dto import StockCard
from apps.marketing.dto import ReviewCard
from apps.marketing.models import Broadcast
from apps.notifications.buttons import pack
from apps.notifications.dto import Button, MessageContent
from apps.orders.dto import OrderCard

# Telegram takes 4096 characters: so many lines always fit.
_LINES, _NAME = 20, 70
# A caption has 1024: words of a review leave room for the rest.
_WORDS = 700
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


def back_in_stock(variant: SaleVariant) -> MessageContent:
    """Tell whoever waited that a pack is back."""
    text = "🔔 " + _("Back in stock: <b>%(name)s</b>, %(weight)s for %(price)s.") % {
        **_named(variant),
        "price": format_money(variant.price),
    }
    if variant.availability == Availability.FEW:
        text += "\n" + _("You asked us to tell you. There are only a few packs yet.")
    else:
        text += "\n" + _("You asked us to tell you: here it is.")
    return MessageContent(text, ((_show(variant),), (_menu(),)))


def gone_for_good(variant: SaleVariant) -> MessageContent:
    """Tell whoever waited that a pack will not come back."""
    text = "🔔 " + _(
        "We no longer sell <b>%(name)s</b>, %(weight)s, so there is nothing to wait for. We are "
        "sorry! Perhaps you will find something just as good."
    ) % _named(variant)
    catalogue = Button(_("🛍 Catalogue"), data=pack("cats"))
    return MessageContent(text, ((catalogue,), (_menu(),)))


def marked_down(variant: SaleVariant) -> MessageContent:
    """Tell buyers of a product that some of it is cheaper while it lasts."""
    text = "🏷 " + _("<b>%(name)s</b>, %(weight)s: %(price)s instead of %(regular)s.") % {
        **_named(variant),
        "price": format_money(variant.price),
        "regular": format_money(variant.regular_price),
    }
    why = _("You have bought it before. It is the same, only best before %(day)s.")
    text += "\n" + why % {"day": format_day(_day(variant))}
    no_more = Button(_("🔕 No more offers, please"), data=pack("offers", 0))
    return MessageContent(text, ((_show(variant),), (no_more,)))


def broadcast(row: Broadcast) -> MessageContent:
    """Return a broadcast in the reader's language, with the way out of offers under it."""
    no_more = Button(_("🔕 No more offers, please"), data=pack("offers", 0))
    opens = _opener(row)
    rows = ((opens,), (no_more,)) if opens else ((no_more,),)
    text = bold(in_language(row, "text"))
    photo = row.picture_file_id or row.picture.name or ""
    return MessageContent(text, rows, photo=photo)


def bold(text: str) -> str:
    """Return text of staff's as HTML: escaped, and bold between two pairs of stars."""
    return _BOLD.sub(r"<b>\1</b>", escape(text, quote=False))


def telegram_length(text: str) -> int:
    """Return how long a text is as Telegram counts it: in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _opener(row: Broadcast) -> Button | None:
    """Return the button that leads to what the broadcast is about."""
    if row.button_product is not None:
        return Button(_("👀 Show it"), data=pack("prod", row.button_product.pk, 0, "m"))
    if row.button_category is not None:
        name = in_language(row.button_category, "name")
        return Button(name[:40], data=pack("cat", row.button_category.pk))
    if row.button_code is not None:
        text = _("🎁 Use the code %(code)s") % {"code": row.button_code.code}
        return Button(text, data=pack("use-code", row.button_code.pk))
    return None


def running_low(cards: Sequence[StockCard], *, url: str) -> MessageContent:
    """Tell the staff group which packs have just come to their threshold."""
    head = ngettext("%(count)s pack runs low", "%(count)s packs run low", len(cards))
    rows = [f"📉 <b>{head % {'count': len(cards)}}</b>"]
    rows += [_stock_line(card) for card in cards[:_LINES]]
    hidden = len(cards) - _LINES
    if hidden > 0:
        more = ngettext("…and %(count)s more", "…and %(count)s more", hidden)
        rows.append(more % {"count": hidden})
    return MessageContent("\n".join(rows), ((Button(_("Open the stock"), url=url),),))


def how_was_it(*, order_id: int, number: str) -> MessageContent:
    """Ask how an order was; a press gives the stars."""
    text = "⭐ <b>" + _("How was your order %(number)s?") % {"number": number} + "</b>\n"
    text += _("One press is enough. Five stars are the best.")
    stars = tuple(Button(f"{n} ⭐", data=pack("rate", order_id, n)) for n in range(1, 6))
    return MessageContent(text, (stars, (_help(order_id),)))


def low_mark(card: ReviewCard, order: OrderCard, *, photo: str) -> MessageContent:
    """Tell the staff group what went wrong with an order, and how its customer is reached."""
    contact = " ".join(part for part in (order.contact_name, order.contact_phone) if part)
    parts = [
        f"{'⭐' * card.stars} <b>" + _("Order %s") % order.number + "</b>",
        escape(card.words[:_WORDS], quote=False),
        f"👤 {escape(contact, quote=False)}" if contact else "",
    ]
    return MessageContent("\n".join(part for part in parts if part), photo=photo)


def reward(code: str, *, until: datetime | None, is_inviter: bool) -> MessageContent:
    """Tell somebody of the code that an invitation brought."""
    text = "🎁 "
    if is_inviter:
        text += _("Your friend's first order has arrived: thank you!")
    else:
        text += _("You came by a friend's invitation: thank you!")
    text += "\n" + _("Here is %(sum)s off your next order: <code>%(code)s</code>") % {
        "sum": format_money(settings.REFERRAL_REWARD), "code": code,
    }  # fmt: skip
    if until is not None:
        last = shop_date(until - timedelta(seconds=1))
        text += "\n" + _("It holds until %(day)s.") % {"day": format_day(last)}
    catalogue = Button(_("🛍 Catalogue"), data=pack("cats"))
    return MessageContent(text, ((catalogue,), (_menu(),)))


def invitation_note() -> str:
    """Return what staff read on a code that an invitation brought."""
    return _("For inviting a friend")


def markdown_reason(percent: int) -> str:
    """Return why units went to clearance, for the ledger."""
    return _("Markdown, −%(percent)s %%") % {"percent": percent}


def taken_back_reason() -> str:
    """Return why units came back from clearance, for the ledger."""
    return _("Markdown taken back")


def price_of(amount: Decimal) -> str:
    """Return a price as a refusal quotes it."""
    return format_money(amount)


def _stock_line(card: StockCard) -> str:
    left = _("sold out")
    if card.available > 0:
        left = ngettext("%(count)s left", "%(count)s left", card.available)
        left %= {"count": card.available}
    return f"• {_cut(card.name)} ({escape(card.sku, quote=False)}): {left}"


def _named(variant: SaleVariant) -> dict[str, str]:
    return {
        "name": _cut(in_language(variant, "name")),
        "weight": format_weight(variant.pack_weight_g),
    }


def _cut(name: str) -> str:
    return escape(name if len(name) <= _NAME else name[: _NAME - 1] + "…", quote=False)


def _day(variant: SaleVariant) -> date:
    if variant.best_before is None:
        raise ValueError(f"{variant.sku} is not on clearance")
    return variant.best_before


def _show(variant: SaleVariant) -> Button:
    return Button(_("👀 Show it"), data=pack("prod", variant.product_id, variant.id, "m"))


def _help(order_id: int) -> Button:
    return Button(_("💬 Something is wrong"), data=pack("support", order_id))


def _menu() -> Button:
    return Button(_("🏠 Menu"), data=pack("menu"))
