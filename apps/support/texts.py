"""How conversations read: in the staff group, and with the customer.

Telegram HTML (core.telegram.org/bots/api#html-style): everything from a person is escaped.
"""

from html import escape

from django.utils.translation import gettext as _

from apps.notifications.buttons import pack
from apps.notifications.dto import Button, MessageContent
from apps.support.models import Conversation, Remark
from apps.users.dto import CustomerCard

# Telegram takes 4096 characters of a text and 1024 of a caption; our own words need some.
_TEXT, _CAPTION, _NAME = 3800, 900, 80


def group_card(
    conversation: Conversation, customer: CustomerCard, *, number: str, closed_by: str
) -> MessageContent:
    """Return the staff group's card of a conversation; answers to it go to the customer."""
    name = escape(customer.full_name[:_NAME] or _("Customer"), quote=False)
    rows = [f"💬 <b>{name}</b>"]
    if customer.phone:
        rows.append(f"📞 {escape(customer.phone, quote=False)}")
    if number:
        rows.append("📦 " + _("Order %s") % escape(number, quote=False))
    if not customer.can_be_reached:
        rows.append("🚫 " + _("Has blocked the bot: answers can't arrive."))
    if conversation.closed_at is not None:
        by = escape(closed_by[:_NAME] or _("the customer"), quote=False)
        rows.append("✅ " + _("Closed by %s") % by)
        return MessageContent("\n".join(rows))
    waits = conversation.waits_since is not None
    rows.append("⏳ " + _("Waits for an answer") if waits else "↩️ " + _("Answered"))
    rows.append("<i>" + _("Reply to a message here, and the customer gets it.") + "</i>")
    close = Button(_("✅ Close the conversation"), data=pack("staff-close", conversation.pk))
    return MessageContent("\n".join(rows), ((close,),))


def for_group(remark: Remark, customer: CustomerCard, *, answers: str) -> MessageContent:
    """Return what a customer said, for the staff group."""
    name = escape((customer.first_name or _("Customer"))[:_NAME], quote=False)
    return _said(remark, f"👤 <b>{name}</b>", answers=answers)


def for_customer(remark: Remark) -> MessageContent:
    """Return what staff answered, for the customer; who answered stays in the house."""
    buttons = (
        (Button(_("✍️ Answer"), data=pack("support")),),
        (Button(_("👍 It is settled, thank you"), data=pack("settled", remark.conversation_id)),),
    )
    return _said(remark, "👩‍💼 <b>" + _("The shop answers") + "</b>", buttons=buttons)


def closed() -> MessageContent:
    """Tell the customer that staff closed the conversation, and that it can be begun again."""
    text = "✅ " + _("We have closed the conversation. If anything is left, just write again.")
    again = Button(_("💬 Write to us"), data=pack("support"))
    return MessageContent(text, ((again,), (Button(_("To the menu"), data=pack("menu")),)))


def _said(
    remark: Remark,
    head: str,
    *,
    answers: str = "",
    buttons: tuple[tuple[Button, ...], ...] = (),
) -> MessageContent:
    limit = _CAPTION if remark.photo else _TEXT
    words = remark.words
    if len(words) > limit:
        words = words[: limit - 1] + "…"
    edited = " ✏️" if remark.edited_at else ""
    text = f"{head}{edited}\n{escape(words, quote=False)}".rstrip()
    return MessageContent(text, buttons, photo=remark.photo, answers=answers)
