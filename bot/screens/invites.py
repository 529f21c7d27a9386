"""Inviting friends."""

from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.money import format_money
from apps.marketing.dto import Invitation, InviteCard
from apps.notifications.dto import Button, MessageContent
from bot import texts
from bot.keyboards import menu_key


def invitation(*, card: InviteCard, link: str) -> MessageContent:
    """Return a person's own link, ready to be shared."""
    if not card.reward:
        text = texts.title(_("Invite a friend")) + "\n"
        text += _("There is no reward just now, but a good dinner is worth sharing.")
    else:
        text = texts.title(_("%(sum)s for you, %(sum)s for a friend")) % {
            "sum": format_money(card.reward)
        }
        text += "\n" + _(
            "Send a friend your link. When their first order has arrived, you both get a promo "
            "code."
        )
    text += f"\n\n<code>{texts.safe(link)}</code>"
    if card.invited:
        came = ngettext("%(count)s friend came", "%(count)s friends came", card.invited) % {
            "count": card.invited
        }
        got = ngettext("%(count)s reward so far", "%(count)s rewards so far", card.rewarded) % {
            "count": card.rewarded
        }
        text += f"\n\n👥 {came}, {got}"
    words = _("Frozen food from %(shop)s: try it!") % {"shop": settings.SHOP_NAME}
    share = f"https://t.me/share/url?url={quote(link, safe='')}&text={quote(words, safe='')}"
    return MessageContent(text, ((Button(_("📤 Share the link"), url=share),), (menu_key(),)))


def welcome(*, invitation: Invitation) -> str:
    """Return what somebody who was invited gets."""
    name = texts.safe(invitation.inviter_name, limit=40) or _("A friend")
    return "🎁 " + _(
        "%(name)s has invited you: once your first order has arrived, you get %(sum)s off the next "
        "one."
    ) % {"name": name, "sum": format_money(invitation.reward)}
