"""What staff read in their chats: the sales, the stock, what runs low, and a last question."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.analytics.dto import SalesRow
from apps.core.measures import format_day
from apps.core.money import format_money
from apps.core.time import shop_zone
from apps.inventory.dto import StockCard
from apps.notifications.dto import MessageContent
from bot import texts
from bot.keyboards import Action, Row, Rows, key, menu_key
from bot.staff_selectors import SalesReport, Span, StockAnswer, StockRow


def sales(*, report: SalesReport, in_group: bool) -> MessageContent:
    """Return the words under the chart of sales, and the way to other days."""
    total, previous = report.total, report.previous
    parts = [
        texts.title(f"📊 {span_name(report.span)}") + _until(report),
        _("Earned: <b>%(sum)s</b>") % {"sum": format_money(total.revenue)} + _change(report),
        _("Orders taken: <b>%(count)s</b> (before: %(before)s)")
        % {"count": total.taken, "before": previous.taken},
        _("Delivered: %(count)s") % {"count": total.delivered},
    ]
    if total.average_order is not None:
        average = format_money(total.average_order)
        parts.append(_("An order on average: %(sum)s") % {"sum": average})
    parts += _lost(total)
    spans = tuple(
        key(f"· {span_name(span)} ·" if span is report.span else span_name(span), Action.STATS,
            span.value)
        for span in Span
    )  # fmt: skip
    low = (key(_("📉 What runs low"), Action.LOW),)
    return MessageContent("\n".join(parts), (spans, low, *_last(in_group)))


def chart_words(report: SalesReport) -> tuple[str, str]:
    """Return what stands above the bars: what they are, and the sum."""
    if report.span is Span.TODAY:
        total = sum((bar.amount for bar in report.bars), Decimal(0))
        return _("Orders taken today, by the hour"), format_money(total)
    earned = _("Earned")
    return f"{earned} · {span_name(report.span)}", format_money(report.total.revenue)


def stock(*, found: StockAnswer, in_group: bool) -> MessageContent:
    """Return what there is of the goods that were asked for."""
    rows: Rows = ((key(_("📉 What runs low"), Action.LOW),), *_last(in_group))
    words = texts.safe(found.words, limit=60)
    if not found.rows:
        text = _("Nothing found for “%(words)s”. Ask by the name on the pack, or a part of it.")
        return MessageContent(text % {"words": words}, rows)
    parts = [texts.title(f"🧊 {words}"), *(_stock_row(row) for row in found.rows)]
    if found.more:
        more = ngettext("…and %(count)s more product", "…and %(count)s more products", found.more)
        parts.append(more % {"count": found.more})
    return MessageContent("\n\n".join(parts), rows)


def stock_prompt(*, in_group: bool) -> MessageContent:
    """Return how to ask for the stock."""
    text = _("Ask in your own words: “how many pelmeni?”, or /stock and the name.")
    return MessageContent(
        f"🧊 {text}", ((key(_("📉 What runs low"), Action.LOW),), *_last(in_group))
    )


def low(*, cards: Sequence[StockCard], in_group: bool) -> MessageContent:
    """Return the packs that run low."""
    again: Row = (key(_("🔄 Look again"), Action.LOW), key(_("📊 Sales"), Action.STATS, Span.TODAY))
    rows: Rows = (again, *_last(in_group))
    if not cards:
        return MessageContent("✅ " + _("Nothing runs low."), rows)
    lines = [
        f"• {texts.safe(card.name, limit=70)} ({texts.safe(card.sku, limit=30)}): "
        + _("%(count)s left, low at %(threshold)s")
        % {"count": f"<b>{card.available}</b>", "threshold": card.low_threshold}
        for card in cards
    ]
    return MessageContent("\n".join((texts.title("📉 " + _("Runs low")), *lines)), rows)


def cancelling(order_id: int) -> Rows:
    """Return the question, as buttons, whether an order is really to be cancelled."""
    yes = key(_("❌ Yes, cancel it"), Action.STAFF_CANCEL_YES, order_id)
    return ((yes, key(_("⬅️ No, keep it"), Action.STAFF_KEEP, order_id)),)


def span_name(span: Span) -> str:
    """Return what the days of a report are called."""
    names = {Span.TODAY: _("Today"), Span.WEEK: _("7 days"), Span.MONTH: _("30 days")}
    return names[span]


def _until(report: SalesReport) -> str:
    if report.span is not Span.TODAY:
        return ""
    return f" · {report.at.astimezone(shop_zone()):%H:%M}"


def _change(report: SalesReport) -> str:
    """Return how the sum compares: today with a week ago at this hour, days with those before."""
    now, before = report.total.revenue, report.previous.revenue
    if before <= 0:
        return ""
    percent = int((now - before) * 100 / before)
    arrow = "▲" if percent > 0 else "▼" if percent < 0 else "＝"
    if report.span is Span.TODAY:
        text = _("%(change)s against a week ago by this hour")
    else:
        text = _("%(change)s against the days before")
    change = text % {"change": f"{arrow} {abs(percent)}\u00a0%"}
    return f" ({change})"


def _lost(total: SalesRow) -> list[str]:
    return [_("Cancelled: %(count)s") % {"count": total.lost}] if total.lost else []


def _stock_row(row: StockRow) -> str:
    name = f"<b>{texts.safe(row.name, limit=80)}</b>, {texts.pack_weight(row.pack)}"
    if row.facts is None:
        return f"{name}\n" + _("There never was any.")
    facts = row.facts
    parts = [
        _("can be sold: <b>%(count)s</b>") % {"count": facts.available},
        _("on hand: %(count)s") % {"count": facts.on_hand},
        _("reserved: %(count)s") % {"count": facts.reserved},
    ]
    parts += [_("blocked: %(count)s") % {"count": facts.blocked}] if facts.blocked else []
    text = f"{name}\n{' · '.join(parts)}"
    if facts.expires_on is not None:
        day = format_day(facts.expires_on)
        text += "\n📅 " + _("the nearest date: %(day)s") % {"day": day}
    return text


def _last(in_group: bool) -> Rows:
    """Return the way to the menu, which a group has not got."""
    return () if in_group else ((menu_key(),),)
