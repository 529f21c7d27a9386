"""What orders tell people: the live card, the short notices, the staff group's card.

Telegram HTML (core.telegram.org/bots/api#html-style): everything from a person is escaped.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from html import escape
from typing import Any

from babel.dates import format_date
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.measures import format_weight
from apps.core.money import format_money
from apps.core.time import shop_date, shop_zone
from apps.notifications.buttons import pack
from apps.notifications.dto import Button, MessageContent
from apps.orders.dto import LineCard, Method, OrderCard, OrderStatus, StepCard
from apps.orders.lifecycle import FINAL
from apps.payments.dto import ON_DELIVERY, Provider

S = OrderStatus
# Telegram takes 4096 characters: so many lines, each so long, always fit.
_LINES, _NAME = 15, 70
# And 1024 under a picture (core.telegram.org/bots/api#sendphoto).
_CAPTION = 1024
_STEPS = {
    Method.DELIVERY: (S.PLACED, S.PACKED, S.OUT_FOR_DELIVERY, S.DELIVERED),
    Method.PICKUP: (S.PLACED, S.PACKED, S.READY_FOR_PICKUP, S.DELIVERED),
}
# Which step of the bar a status has reached; the others are off the way.
_REACHED = {
    S.PLACED: 1, S.CONFIRMED: 1, S.PICKING: 1, S.PACKED: 2,
    S.OUT_FOR_DELIVERY: 3, S.READY_FOR_PICKUP: 3, S.DELIVERED: 4,
}  # fmt: skip


def card(order: OrderCard, *, now: datetime) -> MessageContent:
    """Return the customer's live card of an order."""
    parts = [
        f"<b>{_('Order %s') % order.number}</b>\n{_headline(order, now)}",
        status_bar(order),
        _courier(order),
        _goods(order),
        _sums(order),
        _place(order, now),
        _code(order),
    ]
    buttons: list[tuple[Button, ...]] = []
    if order.status == S.AWAITING_PAYMENT:
        pay = _("💳 Pay %(total)s") % {"total": format_money(order.total)}
        buttons.append((Button(pay, data=pack("pay", order.id)),))
    if order.can_cancel:
        buttons.append((Button(_("Cancel the order"), data=pack("cancel", order.id)),))
    if order.status in FINAL:
        buttons.append(_again(order))
    if order.status == S.DELIVERED:
        # Zero stars ask for them.
        buttons.append((Button(_("⭐ How was it?"), data=pack("rate", order.id, 0)),))
    help_key = Button(_("💬 Help"), data=pack("support", order.id))
    buttons.append((help_key, Button(_("To the menu"), data=pack("menu"))))
    text = "\n\n".join(part for part in parts if part)
    return MessageContent(text, tuple(buttons), drawn=_picture(order, text))


def _picture(order: OrderCard, text: str) -> str:
    """Return the name of the picture of an order's way; none where the words are too many for it.

    Telegram counts as UTF-16 does.
    """
    if len(text.encode("utf-16-le")) // 2 > _CAPTION:
        return ""
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    return f"{order.method}:{order.status}:{language}"


def notice(order: OrderCard, *, reason: str, now: datetime) -> MessageContent | None:
    """Return the short message that a status deserves; None for those told by the card alone."""
    if order.status in {S.AWAITING_PAYMENT, S.PLACED, S.PICKING}:
        return None
    text = f"{_headline(order, now)}\n{_('Order %s') % order.number}"
    if reason and order.status in {S.CANCELLED, S.DELIVERY_FAILED}:
        text += "\n" + _("Reason: %s") % escape(reason, quote=False)
    if order.shortage and order.status == S.PACKED:
        text += "\n" + _("Something ran out, so the total is %s now.") % format_money(order.total)
    if order.status == S.PACKED:
        text += _weighed_goods(order)
    buttons: list[tuple[Button, ...]] = [
        (Button(_("Open the order"), data=pack("order", order.id)),)
    ]
    if order.status == S.EXPIRED:
        buttons.insert(0, _again(order))
    return MessageContent(text, tuple(buttons))


def revival_notice(*, order_id: int, number: str) -> MessageContent:
    """Return the message that takes back what was said of an order that was let go unpaid."""
    text = "✅ " + _("Your payment has come after all: order %s is placed.") % number
    return MessageContent(text, ((Button(_("Open the order"), data=pack("order", order_id)),),))


def _again(order: OrderCard) -> tuple[Button, ...]:
    return (Button(_("🔁 Order the same again"), data=pack("repeat", order.id)),)


def _weighed_goods(order: OrderCard) -> str:
    """Return what goods by weight weighed and cost, and the total that came of it."""
    weighed = [line for line in order.lines if line.weight_there_g]
    if not weighed:
        return ""
    rows = [
        f"⚖️ {escape(_short(line.name), quote=False)}: {_on_the_scales(line)}"
        for line in weighed[:_LINES]
    ]
    if not order.shortage:
        rows.append(_("The final total: %s.") % format_money(order.total))
    return "\n" + "\n".join(rows)


def _on_the_scales(line: LineCard) -> str:
    """Return what a line weighed, what that costs, and how much less that is than was reserved."""
    facts = {"weight": format_weight(line.weight_there_g or 0), "sum": format_money(line.charged)}
    text = _("%(weight)s — %(sum)s") % facts
    if line.weighed_off:
        less = _("%s less than reserved") % format_money(line.weighed_off)
        text += f", {less}"
    return text


def refund_notice(*, number: str, amount: Decimal, why: str) -> MessageContent:
    """Return the message that money which the shop can't use goes back; `why` is a msgid."""
    text = "↩️ " + _("We are giving you %(sum)s back for order %(number)s.") % {
        "sum": format_money(amount),
        "number": number,
    }
    return MessageContent(f"{text}\n{_(why)}", ((Button(_("To the menu"), data=pack("menu")),),))


def moved(order: OrderCard, *, reason: str, now: datetime) -> MessageContent:
    """Return the message that an order comes in another window than was agreed."""
    text = "🕒 " + _("We have to bring order %(number)s at another time: %(window)s.") % {
        "number": order.number,
        "window": _window_of(order, now),
    }
    return _with_reason(order, text, reason)


def about_window(order: OrderCard, *, message: str, now: datetime) -> MessageContent:
    """Return what staff write to everybody who is booked in a window."""
    text = "🕒 " + _("About your order %(number)s, %(window)s:") % {
        "number": order.number,
        "window": _window_of(order, now),
    }
    return _with_reason(order, text, message)


def change_notice(
    order: OrderCard,
    *,
    rows: Sequence[Mapping[str, Any]],
    old_total: Decimal,
    reason: str,
    is_set_aside: bool,
    now: datetime,
) -> MessageContent:
    """Return the message that the shop changed an order: what, why, and what becomes of the money.

    `rows` are an `OrderChange`'s details.
    """
    parts = ["✏️ " + _("We changed your order %s.") % order.number]
    parts += [_change(row, order, now) for row in rows[:_LINES]]
    hidden = len(rows) - _LINES
    if hidden > 0:
        parts.append(ngettext("…and %s more product", "…and %s more products", hidden) % hidden)
    if reason:
        parts.append(_("Reason: %s") % escape(reason, quote=False))
    parts.append(_settled(order, old_total, is_set_aside))
    button = Button(_("Open the order"), data=pack("order", order.id))
    return MessageContent("\n".join(parts), ((button,),))


def _change(row: Mapping[str, Any], order: OrderCard, now: datetime) -> str:
    """Return one thing that was changed."""
    if row["what"] == "address":
        return "📍 " + escape(order.address, quote=False)
    if row["what"] == "slot":
        return f"🕒 {_window_of(order, now)}"
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    if row["what"] == "substitute":
        name, other = (
            escape(_short(row.get(f"{end}_{language}") or row[f"{end}_ru"]), quote=False)
            for end in ("name", "for")
        )
        facts = {"name": name, "other": other}
        return "• " + _("%(name)s instead of %(other)s") % facts + f" × {row['units']}"
    name = str(row.get(f"name_{language}") or row["name_ru"])
    text = f"• {escape(_short(name), quote=False)}: "
    return text + (f"{row['from']} → {row['to']}" if row["to"] else _("taken out"))


def _settled(order: OrderCard, old_total: Decimal, is_set_aside: bool) -> str:
    """Return the old and the new total, and what that means for the customer's money."""
    total = format_money(order.total)
    if order.total == old_total:
        return _("The total stays %s.") % total
    text = _("Total: %(new)s instead of %(old)s.") % {"new": total, "old": format_money(old_total)}
    if order.payment in ON_DELIVERY:
        return text + " " + _("You pay when you get the order.")
    if is_set_aside:
        return text + " " + _("Only the new total is taken from your card.")
    back = format_money(old_total - order.total)
    return text + " " + _("We are giving you %s back, to where you paid from.") % back


def line_refund_notice(
    *,
    order_id: int,
    number: str,
    amount: Decimal,
    goods: Sequence[tuple[str, int]],
    is_cash: bool,
) -> MessageContent:
    """Return the message that the money for some units goes back, or went back in cash."""
    facts = {"sum": format_money(amount), "number": number}
    if is_cash:
        text = _("We gave you %(sum)s back in cash for order %(number)s:") % facts
    else:
        text = _("We are giving you %(sum)s back for order %(number)s:") % facts
    rows = [f"• {escape(_short(name), quote=False)} × {units}" for name, units in goods[:_LINES]]
    hidden = len(goods) - _LINES
    if hidden > 0:
        rows.append(ngettext("…and %s more product", "…and %s more products", hidden) % hidden)
    if not is_cash:
        rows.append(_("It reaches your card or wallet within a few days."))
    button = Button(_("Open the order"), data=pack("order", order_id))
    return MessageContent("\n".join((f"↩️ {text}", *rows)), ((button,),))


def staff_card(order: OrderCard, *, now: datetime, step: StepCard | None = None) -> MessageContent:
    """Return the staff group's card of an order: who took the last step, and what can be done."""
    title = _("Order %s") % order.number
    head = f"<b>{_EMOJI[S(order.status)]} {title}</b> · {order.status_name}"
    contact = " ".join(part for part in (order.contact_name, order.contact_phone) if part)
    parts = [
        head + _taken_by(step),
        f"⚠️ {escape(order.attention, quote=False)}" if order.attention else "",
        f"👤 {escape(contact, quote=False)}",
        _place(order, now),
        _goods(order),
        _sums(order),
    ]
    text = "\n\n".join(part for part in parts if part)
    return MessageContent(text, _staff_buttons(order))


def status_bar(order: OrderCard) -> str:
    """Return the way of an order as a line; empty when it has left the way."""
    if not (there := reached(status=order.status)):
        return ""
    return " → ".join(
        f"{_EMOJI[step] if place < there else '▫️'} {name}"
        for place, (step, name) in enumerate(steps(method=order.method))
    )


def reached(*, status: str) -> int:
    """Return how many steps of the way are behind an order; 0 where it is not on it."""
    return _REACHED.get(S(status), 0)


def steps(*, method: str) -> list[tuple[OrderStatus, str]]:
    """Return the steps of the way of an order, each with its name."""
    is_pickup = method == Method.PICKUP
    names = {
        S.PLACED: _("Placed"),
        S.PACKED: _("Packed"),
        S.OUT_FOR_DELIVERY: _("On its way"),
        S.READY_FOR_PICKUP: _("Ready for pickup"),
        S.DELIVERED: _("Collected") if is_pickup else _("Delivered"),
    }
    return [(step, names[step]) for step in _STEPS[Method(method)]]


def status_name(*, method: str, status: str) -> str:
    """Return the name of a status as a headline."""
    if status == S.DELIVERED and method == Method.PICKUP:
        return _("Collected")
    name = str(S(status).label)
    return name[:1].upper() + name[1:]


def window(*, starts_at: datetime, ends_at: datetime, now: datetime) -> str:
    """Return a slot as people say it, in the shop's zone: "today, 18:00–20:00"."""
    start, end = (moment.astimezone(shop_zone()) for moment in (starts_at, ends_at))
    return f"{_day(start, now)}, {start:%H:%M}–{end:%H:%M}"


_EMOJI = {
    S.AWAITING_PAYMENT: "⏳",
    S.PLACED: "✅",
    S.CONFIRMED: "👍",
    S.PICKING: "🧊",
    S.PACKED: "📦",
    S.OUT_FOR_DELIVERY: "🚚",
    S.READY_FOR_PICKUP: "🏪",
    S.DELIVERED: "🏠",
    S.DELIVERY_FAILED: "😔",
    S.RETURNED: "↩️",
    S.CANCELLED: "❌",
    S.EXPIRED: "⌛",
}


def _headline(order: OrderCard, now: datetime) -> str:
    is_pickup = order.method == Method.PICKUP
    handed_over = (
        _("Collected. Enjoy your meal!") if is_pickup else _("Delivered. Enjoy your meal!")
    )
    texts = {
        S.AWAITING_PAYMENT: _kept_until(order),
        S.PLACED: _("Thank you! We have your order and will confirm it shortly."),
        S.CONFIRMED: _("Your order is confirmed."),
        S.PICKING: _("We are picking your order from the freezer."),
        S.PACKED: _("Your order is packed and waits in the cold."),
        S.OUT_FOR_DELIVERY: _("Your order is on its way."),
        S.READY_FOR_PICKUP: _("Your order is ready. Your code: %s") % order.pickup_code,
        S.DELIVERED: handed_over,
        S.DELIVERY_FAILED: _("We couldn't hand the order over. We'll get in touch with you."),
        S.RETURNED: _("The order came back to us."),
        S.CANCELLED: _("The order is cancelled."),
        S.EXPIRED: _("The payment didn't come in time, so we let the order go."),
    }
    status = S(order.status)
    text = f"{_EMOJI[status]} {texts[status]}"
    if order.coming_back:
        back = format_money(order.coming_back)
        text += " " + _("We are giving you %s back, to where you paid from.") % back
    elif order.coming_back is not None:
        text += " " + _("Nothing is taken from you; what your bank has set aside is let go.")
    if status in {S.CONFIRMED, S.PACKED, S.OUT_FOR_DELIVERY} and order.slot_starts_at:
        text += " " + _("We'll bring it %s.") % _window_of(order, now)
    return text


def _taken_by(step: StepCard | None) -> str:
    """Return who moved the order last, and when, as a line under its status."""
    if step is None or not step.name:
        return ""
    at = step.created_at.astimezone(shop_zone())
    return f"\n✍️ {escape(_short(step.name), quote=False)}, {at:%H:%M}"


def _staff_buttons(order: OrderCard) -> tuple[tuple[Button, ...], ...]:
    """Return what staff can do from their group: decide, or call, while the order is on its way."""
    if order.status == S.AWAITING_PAYMENT or order.status in FINAL:
        return ()
    cancel = Button(_("❌ Cancel"), data=pack("staff-cancel", order.id))
    call = (Button(_("📞 Call"), data=pack("staff-call", order.id)),) if order.contact_phone else ()
    if order.status == S.PLACED:
        confirm = Button(_("✅ Confirm"), data=pack("staff-confirm", order.id))
        return ((confirm, cancel), call) if call else ((confirm, cancel),)
    if order.status == S.CONFIRMED:
        return ((cancel, *call),)
    return (call,) if call else ()


def _with_reason(order: OrderCard, text: str, reason: str) -> MessageContent:
    if reason:
        text += "\n" + escape(reason, quote=False)
    return MessageContent(text, ((Button(_("Open the order"), data=pack("order", order.id)),),))


def _kept_until(order: OrderCard) -> str:
    """Return how long an unpaid order keeps its goods."""
    if order.hold_expires_at is None:
        return _("We keep the goods for you until the payment comes.")
    until = order.hold_expires_at.astimezone(shop_zone())
    return _("Waiting for your payment. We keep the goods until %(time)s.") % {
        "time": f"{until:%H:%M}"
    }


def _goods(order: OrderCard) -> str:
    rows = [_line(line) for line in order.lines[:_LINES]]
    hidden = len(order.lines) - _LINES
    if hidden > 0:
        rows.append(ngettext("…and %s more product", "…and %s more products", hidden) % hidden)
    return "\n".join(rows)


def _line(line: LineCard) -> str:
    name = f"{escape(_short(line.name), quote=False)} × {line.quantity}"
    if line.quantity == line.gift_quantity:
        text = f"🎁 {name} — {_('a gift')}"
    else:
        text = f"• {name} — {format_money(line.total)}"
        if line.is_weighed and not line.weight_there_g:
            most = format_weight(line.pack_weight_g)
            text += " " + _("(at most: by weight, up to %s each)") % most
        if line.gift_quantity:
            text += " " + _("(%s of them as a gift)") % line.gift_quantity
    if line.picked_quantity is not None and line.picked_quantity < line.quantity:
        text += " " + _("(packed: %s)") % line.picked_quantity
    if line.refunded_quantity:
        text += " " + _("(given back: %s)") % line.refunded_quantity
    if line.weight_there_g and line.picked_quantity is not None:
        text += f"\n   ⚖️ {_on_the_scales(line)}"
    return text


def _short(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"


def _sums(order: OrderCard) -> str:
    rows = [
        f"🏷 {escape(saving.text, quote=False)}: −{format_money(saving.amount)}"
        for saving in order.savings
        if saving.amount
    ]
    if order.method == Method.DELIVERY:
        fee = format_money(order.delivery_fee) if order.delivery_fee else _("free")
        rows.append(_("Delivery: %s") % fee)
    if order.shortage:
        rows.append(_("Not in stock: −%s") % format_money(order.shortage))
    if order.weighed_off:
        rows.append("⚖️ " + _("Weighed less than reserved: −%s") % format_money(order.weighed_off))
    paid = _("paid") if order.is_paid else _payment_due(order)
    total = _("Total: %s") % format_money(order.total)
    rows.append(f"<b>{total}</b>, {paid}")
    if order.is_estimate:
        rows.append("⚖️ " + _("At most: you pay for what the goods by weight really weigh."))
    if order.given_back:
        rows.append("↩️ " + _("Given back: %s") % format_money(order.given_back))
    return "\n".join(rows)


def _payment_due(order: OrderCard) -> str:
    if order.payment not in ON_DELIVERY:
        return _("payment online")
    if order.payment == Provider.CARD:
        return _("card at pickup") if order.method == Method.PICKUP else _("card to the courier")
    return _("cash at pickup") if order.method == Method.PICKUP else _("cash to the courier")


def _place(order: OrderCard, now: datetime) -> str:
    address = ", ".join(part for part in (order.address, order.address_details) if part)
    rows = [f"{'🏪' if order.method == Method.PICKUP else '📍'} {escape(address, quote=False)}"]
    if order.slot_starts_at:
        rows.append(f"🕒 {_window_of(order, now)}")
    if order.comment:
        rows.append(f"💬 {escape(order.comment, quote=False)}")
    return "\n".join(rows)


def _courier(order: OrderCard) -> str:
    """Return who is on the road with the order."""
    if not order.courier_name:
        return ""
    return "🚚 " + _("Your courier: %s") % escape(_short(order.courier_name), quote=False)


def _code(order: OrderCard) -> str:
    """Return the code that fetches the order; the staff group must not see it."""
    if not order.pickup_code or S(order.status) not in _REACHED or order.status == S.DELIVERED:
        return ""
    return "🔑 " + _("Pickup code: %s") % order.pickup_code


def _window_of(order: OrderCard, now: datetime) -> str:
    if order.slot_starts_at is None or order.slot_ends_at is None:
        return ""
    return window(starts_at=order.slot_starts_at, ends_at=order.slot_ends_at, now=now)


def _day(start: datetime, now: datetime) -> str:
    days = (start.date() - shop_date(now)).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    return str(format_date(start.date(), "EEEE, d MMMM", locale=language))
