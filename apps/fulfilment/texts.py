"""What fulfilment tells customers. Telegram HTML: everything from a person is escaped."""

from collections.abc import Sequence
from datetime import date
from html import escape

from babel.dates import format_date
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.notifications.dto import MessageContent


def recall_notice(
    *, name: str, lot: str, expires_on: date, units: int, numbers: Sequence[str]
) -> MessageContent:
    """Return the one message that a recall sends to a customer who has units of the lot."""
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    until = format_date(expires_on, "d MMMM y", locale=language)
    packs = ngettext("%(count)s pack", "%(count)s packs", units) % {"count": units}
    warning = _("Please do not eat this product")
    parts = [
        f"<b>⚠️ {warning}</b>",
        f"{escape(name, quote=False)} · {packs}\n"
        + _("Lot %(lot)s, best before %(date)s") % {"lot": escape(lot, quote=False), "date": until}
        + "\n"
        + ngettext("From order %(numbers)s", "From orders %(numbers)s", len(numbers))
        % {"numbers": ", ".join(numbers)},
        _("We are calling this lot back: its quality is in doubt. Please throw the packs away,"
          " opened ones too. We will give you the money for them back, and you need not bring us"
          " anything. The other goods of your order are fine."),
        _("We are sorry. Questions? Call us: %(phone)s") % {"phone": _phone()}
        if _phone()
        else _("We are sorry. Questions? Just answer here."),
    ]  # fmt: skip
    return MessageContent("\n\n".join(parts))


def _phone() -> str:
    return escape(settings.SHOP_PHONE, quote=False)
