"""What fulfilment tells customers and couriers.

Telegram HTML: everything from a person is escaped.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from html import escape

from babel.dates import format_date
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.measures import format_celsius, format_weight
from apps.core.money import format_money
from apps.core.time import shop_zone
from apps.fulfilment.dto import Asked, SubstitutionState
from apps.notifications.buttons import pack
from apps.notifications.dto import Button, MessageContent
from apps.orders.dto import IfShort


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


def courier_is_near(*, number: str, order_id: int, ahead: int) -> MessageContent:
    """Return the one message that tells a customer how many doors come before theirs."""
    if ahead:
        near = ngettext(
            "🚚 Almost there: %(count)s stop before you.",
            "🚚 Almost there: %(count)s stops before you.",
            ahead,
        ) % {"count": ahead}
    else:
        near = _("🚚 You are next: the courier is on the way to you.")
    text = f"{near}\n{_('Order %s') % number}"
    return MessageContent(text, ((Button(_("Open the order"), data=pack("order", order_id)),),))


def run_planned(*, day: date, stops: int) -> MessageContent:
    """Return the message that tells a courier of a run."""
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    text = _("🗺 You have a run: %(day)s, %(stops)s.") % {
        "day": format_date(day, "d MMMM", locale=language),
        "stops": ngettext("%(count)s stop", "%(count)s stops", stops) % {"count": stops},
    }
    return MessageContent(text, ((Button(_("Open the run"), data=pack("run")),),))


def handed_over_warm(*, degrees: Decimal) -> str:
    """Return why somebody should look at an order that had begun to thaw."""
    return _("Handed over at %(degrees)s: too warm.") % {"degrees": format_celsius(degrees)}


def substitute_question(asked: Asked, *, photo: str, if_short: str) -> MessageContent:
    """Return the question whether something else may come instead of what ran out."""
    name, other = _packs(asked)
    until = f"{asked.deadline.astimezone(shop_zone()):%H:%M}"
    otherwise = {
        IfShort.LEAVE: _("we leave it out"),
        IfShort.REPLACE: _("we replace it"),
        IfShort.CALL: _("we call you"),
    }[IfShort(if_short)]
    parts = [
        f"<b>{_('Order %s') % asked.number}</b>\n"
         "🧊 " + _("We have run out of %(name)s × %(units)s.") % {
            "name": other, "units": asked.units},
        _("Shall we bring this instead?") + f"\n<b>{name}</b> × {asked.units} — "
        + format_money(asked.price * asked.units),
        _("You pay no more than before. Please answer until %(time)s, otherwise %(what)s.")
        % {"time": until, "what": otherwise},
    ]  # fmt: skip
    take = Button(_("✅ Bring it"), data=pack("substitute", asked.id, 1))
    leave = Button(_("❌ Leave it out"), data=pack("substitute", asked.id, 0))
    return MessageContent("\n\n".join(parts), ((take, leave),), photo=photo)


def substitute_answered(asked: Asked) -> MessageContent:
    """Return what became of the question, whoever decided and whenever it is asked again."""
    facts = dict(zip(("name", "other"), _packs(asked), strict=True))
    if asked.state == SubstitutionState.TAKEN:
        text = "✅ " + _("We bring %(name)s instead of %(other)s.") % facts
    elif asked.state == SubstitutionState.LEFT:
        text = "👌 " + _("%(name)s does not come: it isn't in your order.") % facts
    else:
        text = "📞 " + _("Thank you! The time is up, so we call you about it.")
    button = Button(_("Open the order"), data=pack("order", asked.order_id))
    return MessageContent(f"<b>{_('Order %s') % asked.number}</b>\n{text}", ((button,),))


def _packs(asked: Asked) -> tuple[str, str]:
    """Return both packs by name and weight: they may differ in nothing else."""
    weights = (asked.pack_weight_g, asked.other_pack_weight_g)
    name, other = (
        f"{escape(name, quote=False)}, {format_weight(weight)}"
        for name, weight in zip((asked.name, asked.other), weights, strict=True)
    )
    return name, other


def _phone() -> str:
    return escape(settings.SHOP_PHONE, quote=False)
