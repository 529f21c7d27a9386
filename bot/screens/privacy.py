"""A person's data, as the shop tells of it."""

from django.utils.translation import gettext as _

from apps.notifications.dto import MessageContent
from bot import texts
from bot.keyboards import Action, key, menu_key


def privacy(*, takes_offers: bool) -> MessageContent:
    """Return what the shop keeps of a person, and whether they are sent offers."""
    text = "\n\n".join(
        (
            texts.title(_("Your data")),
            _(
                "We keep your name, your phone, your addresses and your orders, to bring you the "
                "food. Nobody else gets them, except the courier on the day of delivery."
            ),
            _("You can have all of it as a file, or have us forget you."),
            _("Now and then we send an offer for what you have bought.")
            if takes_offers
            else _("We send you no offers, only news of your orders and of what you wait for."),
        )
    )
    offers = key(_("🔔 Send me offers"), Action.OFFERS, 1)
    if takes_offers:
        offers = key(_("🔕 Send me no offers"), Action.OFFERS, 0)
    rows = (
        (offers,),
        (key(_("⚙️ What we write to you"), Action.SETTINGS),),
        (key(_("📄 My data as a file"), Action.EXPORT),),
        (key(_("🗑 Forget me"), Action.ERASE),),
        (menu_key(),),
    )
    return MessageContent(text, rows)


def file_caption() -> str:
    """Return what stands under the file with a person's data."""
    return "📄 " + _("Everything that we know of you.")


def erasing() -> MessageContent:
    """Return the question whether a person may be forgotten."""
    text = (
        texts.title(_("Forget you?"))
        + "\n"
        + _(
            "Your name, phone, addresses, cart and what you wrote to us go for good; promo codes "
            "can't be used any more. Of orders only the sums stay, without your name. This can't "
            "be undone."
        )
    )
    rows = (
        (key(_("🗑 Yes, forget me"), Action.ERASE_YES),),
        (key(_("⬅️ No, back"), Action.PRIVACY),),
    )
    return MessageContent(text, rows)


def farewell() -> str:
    """Return the last words to somebody who was forgotten."""
    return "👋 " + _("We have forgotten you. If you come again, press /start: we begin anew.")
