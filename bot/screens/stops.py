"""One door of the run: where it is, what is taken there, how cold, and what went wrong."""

from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.measures import format_celsius
from apps.core.money import format_money
from apps.fulfilment.dto import THAWING, FailureReason, StopCard, StopState
from apps.notifications.dto import Button, MessageContent
from apps.payments.dto import Provider
from bot import texts
from bot.keyboards import Action, Rows, in_rows, key
from bot.screens.run import MARKS, is_on_the_road, run_key

# What a freezer box shows as a rule; anything else is typed.
_DEGREES = range(12, 26)


def stop(*, card: StopCard) -> MessageContent:
    """Return a stop with what can be done there now."""
    parts = [
        texts.title(f"{card.sequence}. {_('Order %s') % card.number}") + f" · {card.state_name}",
        _place(card),
        _money(card),
        degrees(card.temperature) if card.temperature is not None else "",
    ]
    parts += _photo(card)
    if card.is_open and not is_on_the_road(card):
        parts.append("🧊 " + _("The box is still in the freezer."))
    text = "\n\n".join(part for part in parts if part)
    return MessageContent(text, (*_ways(card), *_deeds(card), (run_key(),)))


def temperature(*, card: StopCard) -> MessageContent:
    """Return the question how cold the box is."""
    keys = [key(f"−{cold}", Action.STOP_COLD, card.id, cold) for cold in _DEGREES]
    text = _title(card) + "\n🌡 " + _("How cold is it in the box, in °C?")
    rows = (*in_rows(keys, width=4), (key(_("✏️ Type it"), Action.STOP_TYPE, card.id),), _back(card))
    return MessageContent(text, rows)


def temperature_question() -> str:
    """Return the question for a temperature that is on no key."""
    return _("How cold is it in the box? Type it, for example −18.5; with a plus if it is above 0.")


def money(*, card: StopCard) -> MessageContent:
    """Return what is to be taken, exactly, and the ways to take it: the agreed one first."""
    parts = [_title(card)]
    if card.temperature is not None:
        parts.append(degrees(card.temperature))
        if card.temperature > THAWING:
            parts.append(_("⚠️ That is too warm. Call the shop before you hand it over.") + _phone())
    parts += _photo(card)
    if not card.due:
        parts.append("✅ " + _("Paid already: take nothing."))
        rows: Rows = ((key(_("✅ Handed over"), Action.STOP_GIVE, card.id),), _back(card))
        return MessageContent("\n\n".join(parts), rows)
    parts.append(_("Take exactly <b>%(sum)s</b>.") % {"sum": format_money(card.due)})
    ways = [Provider.CASH, Provider.CARD]
    ways.sort(key=lambda way: way != card.due_as)
    took = tuple((_took(card, way),) for way in ways)
    other = (key(_("Another sum"), Action.STOP_OTHER, card.id),)
    return MessageContent("\n\n".join(parts), (*took, other, _back(card)))


def exact_sum(*, card: StopCard) -> str:
    """Return why another sum closes nothing."""
    text = _("Only exactly %(sum)s closes this delivery. If that can't be paid, press “Failed”.")
    return text % {"sum": format_money(card.due)}


def failure(*, card: StopCard) -> MessageContent:
    """Return the reasons for leaving with the box."""
    keys = tuple(
        (key(_upper(str(reason.label)), Action.STOP_FAILED, card.id, reason.value),)
        for reason in FailureReason
    )
    text = _title(card) + "\n" + _("Why not? The customer reads it. The box goes back with you.")
    return MessageContent(text, (*keys, _back(card)))


def degrees(value: Decimal) -> str:
    """Return a temperature beside its thermometer."""
    return f"🌡 {format_celsius(value)}"


def _title(card: StopCard) -> str:
    return texts.title(f"{card.sequence}. {_('Order %s') % card.number}")


def _place(card: StopCard) -> str:
    address = ", ".join(part for part in (card.address, card.address_details) if part)
    contact = " ".join(part for part in (card.contact_name, card.phone) if part)
    rows = [f"📍 {texts.safe(address, limit=400)}"]
    if card.starts_at and card.ends_at:
        rows.append(f"🕒 {texts.hours(card.starts_at, card.ends_at)}")
    rows += [f"👤 {texts.safe(contact)}"] if contact else []
    rows += [f"💬 {texts.safe(card.comment, limit=500)}"] if card.comment else []
    return "\n".join(rows)


def _money(card: StopCard) -> str:
    if card.state == StopState.FAILED:
        return f"{MARKS[StopState.FAILED]} {_upper(card.failure_name)}"
    if card.taken:
        taken = {"sum": format_money(card.taken)}
        if card.taken_as == Provider.CARD:
            return "💳 " + _("Taken: %(sum)s by card") % taken
        return "💵 " + _("Taken: %(sum)s in cash") % taken
    if not card.due:
        return "✅ " + _("Paid already: take nothing.")
    due = {"sum": format_money(card.due)}
    if card.due_as == Provider.CARD:
        return "💳 " + _("Take <b>%(sum)s</b> by card") % due
    return "💵 " + _("Take <b>%(sum)s</b> in cash") % due


def _photo(card: StopCard) -> list[str]:
    """Return whether a picture is kept, or that one may be sent while the courier is there."""
    if card.has_photo:
        return ["📷 " + _("The photo is kept.")]
    is_there = card.state == StopState.ARRIVED
    return ["📷 " + _("You may send a photo of the door.")] if is_there else []


def _ways(card: StopCard) -> Rows:
    if not card.is_open:
        return ()
    way = Button(_("🧭 Navigate"), url=card.map_url)
    call = (key(_("📞 Call"), Action.STOP_CALL, card.id),) if card.phone else ()
    return ((way, *call),)


def _deeds(card: StopCard) -> Rows:
    if not card.is_open:
        return ()
    if not is_on_the_road(card):
        return ((key(_("🚚 Take it along"), Action.RUN_START, card.run_id),),)
    here = ((key(_("📍 I'm here"), Action.STOP_HERE, card.id),),)
    hand = (key(_("✅ Hand over"), Action.STOP_HAND, card.id),)
    fail = (key(_("😔 Failed"), Action.STOP_FAIL, card.id),)
    return (*(here if card.state == StopState.PLANNED else ()), hand, fail)


def _took(card: StopCard, way: Provider) -> Button:
    text = (
        _("💵 Took %(sum)s in cash") if way == Provider.CASH else _("💳 Took %(sum)s by card")
    ) % {"sum": format_money(card.due)}
    # The sum that the courier saw goes along: if the order costs another one now, it is refused.
    return key(text, Action.STOP_TOOK, card.id, way.value, int(card.due * 100))


def _back(card: StopCard) -> tuple[Button, ...]:
    return (key(_("⬅️ Back to the stop"), Action.STOP, card.id),)


def _phone() -> str:
    return f" {texts.safe(settings.SHOP_PHONE)}" if settings.SHOP_PHONE else ""


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
