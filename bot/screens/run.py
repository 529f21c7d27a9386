"""The courier's run: the list of doors, and the purse."""

from babel.dates import format_date
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.money import ZERO, format_money
from apps.fulfilment.dto import RunCard, RunState, ShiftCard, StopCard, StopState
from apps.notifications.dto import Button, MessageContent
from bot import texts
from bot.keyboards import Action, Rows, key, menu_key
from bot.selectors import CourierDay

# Telegram takes 4096 characters and 100 keys: so many stops always fit.
_STOPS, _ADDRESS = 30, 60
MARKS = {
    StopState.PLANNED: "▫️",
    StopState.ARRIVED: "📍",
    StopState.DONE: "✅",
    StopState.FAILED: "😔",
}


def run(*, day: CourierDay, notice: str = "") -> MessageContent:
    """Return the courier's run, the next door first among the keys."""
    intro = f"{notice}\n\n" if notice else ""
    if day.run is None:
        text = texts.title(_("You have no run")) + "\n" + _("When one is planned, you hear of it.")
        return MessageContent(intro + text, _last_rows())
    parts = [_head(day.run), _way(day.run), _purse_line(day.purse)]
    keys = [
        (key(_key_text(stop), Action.STOP, stop.id),)
        for stop in day.run.open_stops[:_STOPS]
        if day.run.state == RunState.STARTED or not day.run.waiting
    ]
    text = intro + "\n\n".join(part for part in parts if part)
    return MessageContent(text, (*_start_row(day.run), *keys, *_last_rows()))


def purse(*, shift: ShiftCard | None) -> MessageContent:
    """Return what the courier carries and what becomes of it."""
    cash, card = (shift.cash, shift.card) if shift else (ZERO, ZERO)
    text = "\n".join(
        (
            texts.title(_("💰 Your purse")),
            _("Cash to hand over: <b>%(sum)s</b>") % {"sum": format_money(cash)},
            _("Taken by card: %(sum)s") % {"sum": format_money(card)},
            "",
            _("At the end of the day the manager counts the cash and accepts it."),
        )
    )
    return MessageContent(text, ((run_key(),), (menu_key(),)))


def run_key() -> Button:
    """Return the way to the run, which every stop has."""
    return key(_("🗺 To the run"), Action.RUN)


def is_on_the_road(stop: StopCard) -> bool:
    """Tell whether a stop's box is in the van."""
    return stop.order_status == "out_for_delivery"


def _head(card: RunCard) -> str:
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    day = format_date(card.day, "d MMMM", locale=language)
    done = len(card.stops) - len(card.open_stops)
    facts = [card.state_name, _("%(done)s of %(all)s") % {"done": done, "all": len(card.stops)}]
    facts += [texts.safe(card.vehicle)] if card.vehicle else []
    return texts.title(_("🗺 Run, %(day)s") % {"day": day}) + "\n" + " · ".join(facts)


def _way(card: RunCard) -> str:
    shown = card.stops if len(card.stops) <= _STOPS else card.open_stops[:_STOPS]
    rows = [_row(stop) for stop in shown]
    hidden = len(card.stops) - len(shown)
    if hidden:
        more = ngettext("…and %(count)s more stop", "…and %(count)s more stops", hidden)
        rows.append(more % {"count": hidden})
    return "\n".join(rows)


def _row(stop: StopCard) -> str:
    hours = ""
    if stop.is_open and stop.starts_at and stop.ends_at:
        hours = f" · {texts.hours(stop.starts_at, stop.ends_at)}"
    address = texts.safe(stop.address, limit=_ADDRESS)
    mark = "🧊" if stop.order_status == "packed" else MARKS[StopState(stop.state)]
    return f"{mark} {stop.sequence}. {address}{hours}"


def _key_text(stop: StopCard) -> str:
    due = f" · {format_money(stop.due)}" if stop.due else ""
    return f"{stop.sequence}. {texts.plain(stop.address)}{due}"


def _start_row(card: RunCard) -> Rows:
    count = len(card.waiting)
    if not count:
        return ()
    text = ngettext("🚚 I have the box, off I go", "🚚 I have %(count)s boxes, off I go", count)
    return ((key(text % {"count": count}, Action.RUN_START, card.id),),)


def _purse_line(shift: ShiftCard | None) -> str:
    if shift is None:
        return ""
    return _("💰 %(cash)s in cash, %(card)s by card") % {
        "cash": format_money(shift.cash),
        "card": format_money(shift.card),
    }


def _last_rows() -> Rows:
    return (
        (key(_("🔄 Look again"), Action.RUN), key(_("💰 My purse"), Action.PURSE)),
        (menu_key(),),
    )
