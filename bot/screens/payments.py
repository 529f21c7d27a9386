"""Paying for an order that waits for it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from apps.core.money import format_money
from apps.core.time import shop_zone
from apps.notifications.dto import Button, MessageContent
from apps.payments.dto import ON_DELIVERY, PayWay
from bot import texts
from bot.keyboards import Action, Row, key, menu_key
from bot.screens.checkout import pay_way


def paying(*, order_id: int, way: PayWay, offered: Sequence[str]) -> MessageContent:
    """Return the way to the provider's page, and back."""
    parts = [
        texts.title(_("To pay: %(total)s") % {"total": format_money(way.amount)}),
        _("Press the button below. When you are back, the order's card tells by itself."),
    ]
    if way.expires_at is not None:
        until = way.expires_at.astimezone(shop_zone())
        parts.append("⏳ " + _("We keep your goods until %(time)s.") % {"time": f"{until:%H:%M}"})
    others = [one for one in offered if one not in ON_DELIVERY and one != way.provider]
    rows: list[Row] = [
        (Button(_("💳 Pay %(total)s") % {"total": format_money(way.amount)},
                url=way.confirmation_url),),
        (key(_("🔄 I have paid: check"), Action.CHECK, order_id),),
        *((key(pay_way(one, is_pickup=False), Action.PAY, order_id, one),) for one in others),
        (key(_("⬅️ To the order"), Action.ORDER, order_id), menu_key()),
    ]  # fmt: skip
    return MessageContent("\n\n".join(parts), tuple(rows))


def unknown_invoice() -> MessageContent:
    """Return that money came for no order of the payer's."""
    text = texts.title(_("Your money has come, but not for an order of yours")) + "\n"
    text += _("We do not know what it is for. Our staff look at it, and nothing of it is lost.")
    rows: tuple[Row, ...] = ((key(_("💬 Write to us"), Action.SUPPORT),), (menu_key(),))
    return MessageContent(text, rows)
