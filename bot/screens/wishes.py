"""What the bot writes of its own accord, and when not."""

from django.utils.translation import gettext as _

from apps.notifications.dto import Button, MessageContent
from apps.users.dto import Hours, Wishes
from bot import texts
from bot.keyboards import Action, in_rows, key, menu_key

_HOURS = (Hours(20, 10), Hours(21, 9), Hours(22, 8), Hours(23, 7), Hours(22, 12), Hours(0, 9))
_NEVER = Hours(0, 0)


def settings(*, wishes: Wishes) -> MessageContent:
    """Return what a person is written, each with its switch."""
    text = "\n\n".join(
        (
            texts.title(_("What we write to you")),
            _("News of your orders always come. The rest is up to you: press to switch."),
            _("In quiet hours you hear of nothing but your orders; the rest comes afterwards."),
        )
    )
    rows = (
        (_switch(_("Offers"), "offers", wishes.offers),),
        (_switch(_("Back in stock"), "stock", wishes.stock),),
        (_switch(_("Reminders"), "reminders", wishes.reminders),),
        (key(_("🌙 Quiet: %(hours)s") % {"hours": _span(wishes.quiet)}, Action.QUIET),),
        (key("🌐 Русский · English", Action.LANGUAGE), key(_("🔐 My data"), Action.PRIVACY)),
        (menu_key(),),
    )
    return MessageContent(text, rows)


def quiet_choice() -> MessageContent:
    """Return the choice of quiet hours."""
    keys = [key(_span(one), Action.QUIET, one.starts, one.ends) for one in _HOURS]
    rows = (
        *in_rows(keys, width=2),
        (key(_span(_NEVER), Action.QUIET, _NEVER.starts, _NEVER.ends),),
        (key(_("⬅️ Back"), Action.SETTINGS), menu_key()),
    )
    return MessageContent(texts.title(_("When shall we be quiet?")), rows)


def _switch(name: str, kind: str, is_on: bool) -> Button:
    sign = "🔔" if is_on else "🔕"
    state = _("on") if is_on else _("off")
    return key(f"{sign} {name}: {state}", Action.NEWS, kind, 0 if is_on else 1)


def _span(hours: Hours) -> str:
    if hours.starts == hours.ends:
        return _("never")
    return f"{hours.starts}:00–{hours.ends}:00"
