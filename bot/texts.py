"""Words that many screens share; everything from a person passes through `safe`."""

import unicodedata
from datetime import datetime
from decimal import Decimal
from html import escape

from babel.dates import format_date
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.cart.dto import CartLine
from apps.catalog.dto import VariantCard, Weighed
from apps.core.measures import decimal_text, format_day, format_weight
from apps.core.money import format_money
from apps.core.time import shop_zone

# Letters that turn the direction of the text around them, which no name needs.
_DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def safe(text: str, *, limit: int = 300) -> str:
    """Return text from outside, fit for Telegram HTML: cut, escaped, and unable to turn lines."""
    kept = "".join(c for c in text if unicodedata.bidirectional(c) not in _DIRECTIONS)
    if len(kept) > limit:
        kept = kept[: limit - 1].rstrip() + "…"
    return escape(kept, quote=False)


def title(text: str) -> str:
    """Return the headline of a screen."""
    return f"<b>{text}</b>"


def plain(text: str, *, limit: int = 40) -> str:
    """Return text from outside for a button, where Telegram reads no HTML."""
    kept = "".join(c for c in text if unicodedata.bidirectional(c) not in _DIRECTIONS)
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


def weight(grams: int) -> str:
    """Return a pack's weight as it stands on a label: 450 g, 1.5 kg."""
    return format_weight(grams)


def pack_weight(pack: Weighed) -> str:
    """Return what a pack weighs, or the most that a piece sold by weight can."""
    text = weight(pack.pack_weight_g)
    return _("up to %s") % text if pack.is_weighed else text


def by_weight(pack: VariantCard | CartLine) -> str:
    """Return what goods by weight cost and how they are paid; nothing for any other pack."""
    if pack.kilogram_price is None:
        return ""
    price = _("%s per kg") % format_money(pack.kilogram_price)
    return "⚖️ " + _("By weight, %s. You pay for what it weighs.") % price


def at_most() -> str:
    """Return what is said beside a total while goods by weight are still to be weighed."""
    return "⚖️ " + _("At most: you pay for what the goods by weight really weigh.")


def best_before(pack: VariantCard | CartLine) -> str:
    """Return until when the units of a clearance pack keep; nothing for any other pack."""
    if pack.best_before is None:
        return ""
    return _("best before %(day)s") % {"day": format_day(pack.best_before)}


def price_from(variants: tuple[VariantCard, ...]) -> str:
    """Return the lowest price of a product's packs, as a list shows it."""
    on_sale = [v for v in variants if v.availability != "none"] or list(variants)
    lowest = min(v.price for v in on_sale)
    if any(v.price != lowest for v in on_sale):
        return _("from %(price)s") % {"price": format_money(lowest)}
    return format_money(lowest)


def product_count(count: int) -> str:
    """Return how many products there are, in words."""
    return ngettext("%(count)s product", "%(count)s products", count) % {"count": count}


def day(moment: datetime, *, now: datetime) -> str:
    """Return a day on the shop's calendar as people say it: Today, Tomorrow, Friday, 4 July."""
    date, today = moment.astimezone(shop_zone()).date(), now.astimezone(shop_zone()).date()
    days = (date - today).days
    if days == 0:
        return _("Today")
    if days == 1:
        return _("Tomorrow")
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    name = str(format_date(date, "EEEE, d MMMM", locale=language))
    return name[0].upper() + name[1:]


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """Return a window in the shop's time: 18:00–20:00."""
    start, end = starts_at.astimezone(shop_zone()), ends_at.astimezone(shop_zone())
    return f"{start:%H:%M}–{end:%H:%M}"


def nutrient(amount: Decimal) -> str:
    """Return grams as a label shows them, with the language's own decimal point."""
    text = f"{amount:.1f}".removesuffix(".0")
    return decimal_text(text)
