"""The checkout: how, where and when, then everything once more before the last press."""

from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.cart.dto import Quote
from apps.core.money import format_money
from apps.core.time import shop_date
from apps.delivery.dto import ClosedReason, SlotCard
from apps.notifications.dto import Button, MessageContent
from apps.orders.dto import IfShort, Method
from apps.payments.dto import Provider
from bot import texts
from bot.keyboards import Action, Row, Rows, in_rows, key, menu_key
from bot.screens.cart import code_row, gift, idle_code, saving
from bot.selectors import CheckoutView

_LINES = 12
_ADDRESSES = 5


def method(*, view: CheckoutView, notice: str = "") -> MessageContent:
    """Return the choice between delivery and pickup."""
    text = texts.title(_("How would you like to get it?"))
    rows: list[Row] = [(key(_("🚚 Bring it to me"), Action.METHOD, view.key, "delivery"),)]
    if view.points:
        rows.append((key(_("🏪 I'll fetch it myself"), Action.METHOD, view.key, "pickup"),))
    return _page(text, tuple(rows), notice)


def address(*, view: CheckoutView, notice: str = "") -> MessageContent:
    """Return the choice of a saved address."""
    if view.is_outside:
        notice = notice or "😔 " + _("We don't deliver to that address yet.")
    text = texts.title(_("Where shall we bring it?"))
    rows = tuple(
        (key(f"🏠 {texts.plain(a.label or a.one_line, limit=48)}", Action.ADDRESS, view.key, a.id),)
        for a in view.addresses[:_ADDRESSES]
    )
    new = (key(_("➕ Another address"), Action.NEW_ADDRESS, view.key),)
    pickup = (key(_("🏪 I'll fetch it myself"), Action.METHOD, view.key, "pickup"),)
    return _page(text, (*rows, new, pickup), notice)


def slot(*, view: CheckoutView, now: datetime, notice: str = "") -> MessageContent:
    """Return the windows, day by day; the closed ones say why."""
    parts = [texts.title(_("When shall we come?"))]
    if view.address:
        parts.append(f"📍 {texts.safe(view.address.one_line)}")
    rows: list[Row] = []
    for _date, group in groupby(view.slots, key=lambda s: shop_date(s.starts_at)):
        slots = list(group)
        rows.append((key(f"— {texts.day(slots[0].starts_at, now=now)} —", Action.NOTHING),))
        rows.extend(in_rows([_slot_key(view, one) for one in slots], width=2))
    if not any(not one.closed_reason for one in view.slots):
        parts.append(_("All windows of the coming days are taken. You could fetch it yourself."))
    rows.append((key(_("🏠 Another address"), Action.CHANGE, view.key, "address"),))
    return _page("\n".join(parts), tuple(rows), notice)


def pickup_point(*, view: CheckoutView, notice: str = "") -> MessageContent:
    """Return the points where an order can be fetched."""
    parts = [texts.title(_("Where will you fetch it?"))]
    for point in view.points:
        where = f"🏪 <b>{texts.safe(point.name)}</b>\n{texts.safe(point.address)}"
        warning = f"⚠️ {texts.safe(point.notice)}" if point.notice else ""
        parts.append("\n".join(row for row in (where, texts.safe(point.hours), warning) if row))
    rows = tuple(
        (key(f"🏪 {texts.plain(point.name)}", Action.PICKUP_POINT, view.key, point.id),)
        for point in view.points
    )
    other = (key(_("🚚 Bring it to me"), Action.METHOD, view.key, "delivery"),)
    return _page("\n\n".join(parts), (*rows, other), notice)


def confirm(*, view: CheckoutView, quote: Quote, now: datetime, notice: str = "") -> MessageContent:
    """Return everything once more, with the total that the last press agrees to."""
    parts = [
        texts.title(_("Almost done. Is everything right?")),
        _goods(quote),
        _sums(view, quote),
        _place(view, now),
        pay_way(view.payment, is_pickup=view.point is not None),
    ]
    rows: list[Row] = []
    if quote.missing_for_minimum > 0:
        facts = {
            "minimum": format_money(quote.minimum_total),
            "missing": format_money(quote.missing_for_minimum),
        }
        text = _("The smallest order is %(minimum)s: add %(missing)s more.") % facts
        parts.append(f"☝️ {text}")
        rows.append((key(_("🛍 Add more"), Action.CATEGORIES),))
    else:
        label = _("✅ Place the order · %(total)s") % {"total": format_money(quote.total)}
        cents = int(quote.total * 100)
        rows.append((key(label, Action.PLACE, view.key, cents),))
    rows.extend(code_row(quote.code, view.key))
    rows.extend(_change_rows(view))
    rows.append((_if_short_key(view),))
    return _page("\n\n".join(part for part in parts if part), tuple(rows), notice)


def pay_ways(*, view: CheckoutView, notice: str = "") -> MessageContent:
    """Return the ways to pay."""
    is_pickup = view.method == Method.PICKUP
    rows = tuple(
        (key(pay_way(way, is_pickup=is_pickup), Action.PAY_WAY, view.key, way),)
        for way in view.payments
    )
    text = texts.title(_("How would you like to pay?"))
    return _page(text, rows, notice)


def pay_way(way: str, *, is_pickup: bool) -> str:
    """Return a way to pay, as customers call it."""
    names = {
        Provider.CASH: "💵 " + (_("Cash at pickup") if is_pickup else _("Cash to the courier")),
        Provider.CARD: "💳 " + (_("Card at pickup") if is_pickup else _("Card to the courier")),
        Provider.TELEGRAM: "💬 " + _("Right here in the chat"),
        Provider.YOOKASSA: "🌐 " + _("Online: card or SBP"),
        Provider.STRIPE: "🌐 " + _("Online: card"),
    }
    return names[Provider(way)]


def phone_question() -> str:
    """Return the question for a phone number."""
    return _(
        "<b>What is your phone number?</b>\n"
        "The courier calls it at the door, nobody else does. Press the button below, or type it."
    )


def address_question(*, outside: bool = False) -> str:
    """Return the question for a new address."""
    text = _(
        "<b>Where shall we bring it?</b>\n"
        "Type the street, the house and the flat, or send your location by the button below."
    )
    return "😔 " + _("We don't deliver to that address yet.") + "\n\n" + text if outside else text


def door_question() -> str:
    """Return the question for the door at a place that was sent."""
    return _(
        "<b>We deliver there!</b> 🎉\n"
        "Now type the street, the house and the flat, so that the courier finds your door."
    )


def comment_question() -> str:
    """Return the question for a comment."""
    return _("What should the courier know? For example: the entrance, the code, “please call”.")


def closed_reason(code: str) -> str:
    """Return why a window can't be chosen."""
    reasons = {
        ClosedReason.FULL: _("All places of this window are taken. Please choose another one."),
        ClosedReason.PAST: _("It is too late for this window. Please choose a later one."),
        ClosedReason.HOLIDAY: _("We don't deliver on this day: it is a holiday."),
    }
    known = next((text for reason, text in reasons.items() if reason == code), None)
    return known or _("This window is closed. Please choose another one.")


def _page(text: str, rows: Rows, notice: str) -> MessageContent:
    intro = f"{notice}\n\n" if notice else ""
    last = (key(_("🛒 Back to the cart"), Action.CART), menu_key())
    return MessageContent(intro + text, (*rows, last))


def _slot_key(view: CheckoutView, one: SlotCard) -> Button:
    window = texts.hours(one.starts_at, one.ends_at)
    if not one.closed_reason:
        return key(window, Action.SLOT, view.key, one.id)
    words = {
        ClosedReason.FULL: _("full"),
        ClosedReason.PAST: _("too late"),
        ClosedReason.HOLIDAY: _("holiday"),
    }
    word = next((w for code, w in words.items() if code == one.closed_reason), _("closed"))
    return key(f"🚫 {window} · {word}", Action.CLOSED_SLOT, one.closed_reason)


def _goods(quote: Quote) -> str:
    lines = quote.cart.lines
    rows = [
        f"▫️ {texts.safe(line.name, limit=60)} × {line.quantity} — {format_money(line.total)}"
        for line in lines[:_LINES]
    ]
    hidden = len(lines) - _LINES
    if hidden > 0:
        more = ngettext("…and %(count)s more product", "…and %(count)s more products", hidden)
        rows.append(more % {"count": hidden})
    return "\n".join((*rows, *(gift(one) for one in quote.cart.gifts)))


def _sums(view: CheckoutView, quote: Quote) -> str:
    rows = []
    if quote.cart.offers:
        goods = format_money(quote.cart.items_total)
        rows.append(_("Goods: <b>%(total)s</b>") % {"total": goods})
        rows += [saving(one) for one in quote.cart.offers]
    if view.address:
        rows.append(_("Delivery: %(fee)s") % {"fee": _fee(quote)})
        rows += [saving(one) for one in quote.delivery_offers]
        if quote.fee_text and quote.delivery_fee:
            rows.append(f"<i>{texts.safe(quote.fee_text)}</i>")
        if quote.missing_for_less and quote.less_fee:
            less = {
                "sum": format_money(quote.missing_for_less),
                "fee": format_money(quote.less_fee),
            }
            rows.append("<i>" + _("%(sum)s more and it costs %(fee)s") % less + "</i>")
        if quote.missing_for_free:
            missing = format_money(quote.missing_for_free)
            rows.append("<i>" + _("%(sum)s more and it is free") % {"sum": missing} + "</i>")
    rows.append(idle_code(quote.code))
    if quote.savings > 0:
        rows.append(_("You save %(sum)s") % {"sum": format_money(quote.savings)})
    rows.append("<b>" + _("To pay: %(total)s") % {"total": format_money(quote.total)} + "</b>")
    rows.append(texts.at_most() if quote.cart.is_estimate else "")
    return "\n".join(row for row in rows if row)


def _fee(quote: Quote) -> str:
    """Return what the delivery costs, and before its offers where there are any."""
    fee = format_money(quote.delivery_fee) if quote.delivery_fee else _("free")
    return f"<s>{format_money(quote.fee.full)}</s> {fee}" if quote.fee.steps else fee


def _place(view: CheckoutView, now: datetime) -> str:
    rows = []
    if view.point:
        rows.append(f"🏪 {texts.safe(view.point.name)}, {texts.safe(view.point.address)}")
        rows += [f"🕒 {texts.safe(view.point.hours)}"] if view.point.hours else []
        rows += [f"⚠️ {texts.safe(view.point.notice)}"] if view.point.notice else []
    if view.address:
        rows.append(f"📍 {texts.safe(view.address.one_line)}")
    if view.slot:
        day = texts.day(view.slot.starts_at, now=now)
        rows.append(f"🕒 {day}, {texts.hours(view.slot.starts_at, view.slot.ends_at)}")
    rows.append(f"📱 {texts.safe(view.person.phone)}")
    if view.comment:
        rows.append(f"💬 {texts.safe(view.comment)}")
    return "\n".join(rows)


def _if_short_key(view: CheckoutView) -> Button:
    """Return the key that shows what is done when something runs out, and chooses the next way."""
    ways = list(IfShort)
    chosen = IfShort(view.if_short)
    following = ways[(ways.index(chosen) + 1) % len(ways)]
    label = "🔄 " + _("If sold out: %(way)s") % {"way": chosen.label}
    return key(label, Action.IF_SHORT, view.key, following.value)


def _change_rows(view: CheckoutView) -> Rows:
    comment = key(_("💬 Comment"), Action.COMMENT, view.key)
    payment = key(_("💳 Payment"), Action.PAY_WAYS, view.key)
    phone = key(_("📱 Phone"), Action.CHANGE, view.key, "phone")
    if view.method == Method.PICKUP:
        place = key(_("🏪 Place"), Action.CHANGE, view.key, "point")
        return ((place, phone), (payment, comment))
    where = key(_("📍 Address"), Action.CHANGE, view.key, "address")
    when = key(_("🕒 Time"), Action.CHANGE, view.key, "slot")
    return ((where, when), (payment, phone), (comment,))
