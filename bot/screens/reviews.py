"""Reviews of orders."""

from django.utils.translation import gettext as _

from apps.marketing.dto import ReviewCard
from apps.notifications.dto import MessageContent
from bot import texts
from bot.keyboards import Action, Row, key, menu_key

_LOW = 3


def stars(*, order_id: int) -> MessageContent:
    """Return the question how many stars an order deserves."""
    marks = tuple(key(f"{n} ⭐", Action.RATE, order_id, n) for n in range(1, 6))
    text = texts.title(_("How was your order?")) + "\n"
    text += _("One press is enough. Five stars are the best.")
    return MessageContent(text, (marks, (menu_key(),)))


def thanks(*, card: ReviewCard) -> MessageContent:
    """Return the thanks for a review, and the way to say more."""
    is_low = card.stars <= _LOW
    parts = [f"{'⭐' * card.stars} {_('Order %s') % texts.safe(card.number)}"]
    if is_low:
        parts.append(_("We are sorry that it was not better. The shop reads this now."))
    else:
        parts.append(_("Thank you! That is what we freeze for."))
    if card.words:
        parts.append(f"<i>{texts.safe(card.words, limit=500)}</i>")
    if card.has_photo:
        parts.append("📷 " + _("Your picture is with us."))
    rows: list[Row] = [
        (key(_("✍️ Add words or a picture"), Action.REVIEW_WORDS, card.order_id),),
    ]
    if is_low:
        rows.append((key(_("💬 Write to us"), Action.SUPPORT, card.order_id),))
    else:
        rows.append((key(_("🎁 Invite a friend"), Action.INVITE),))
    return MessageContent("\n\n".join(parts), (*rows, (menu_key(),)))


def question() -> str:
    """Return the invitation to say more than stars."""
    return texts.title(_("What should we know?")) + "\n" + _("Write it, or send a picture.")
