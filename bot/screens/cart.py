"""The cart."""

from decimal import Decimal

from django.utils.translation import gettext as _

from apps.cart.dto import CartLine, CartView, CartWarning, CodeCard, GiftCard, Saving
from apps.catalog.dto import ProductCard
from apps.core.money import format_money
from apps.notifications.dto import MessageContent
from apps.promotions.dto import CodeState
from bot import texts
from bot.keyboards import Action, Row, Rows, key, menu_key, page_row
from bot.screens.catalogue import companion_rows

# Three keys a line: so many lines fit on a phone, and far below Telegram's hundred keys.
LINES = 8


def cart(
    *,
    view: CartView,
    page: int = 1,
    notice: str = "",
    to_free: Decimal | None = None,
    companions: tuple[ProductCard, ...] = (),
) -> MessageContent:
    """Return the cart, each line with its keys; `notice` says what just happened.

    `to_free` is what is missing to a free delivery, `companions` what goes well with the goods.
    """
    intro = f"{notice}\n\n" if notice else ""
    if not view.lines:
        text = (
            intro
            + texts.title(_("Your cart is empty"))
            + "\n"
            + _("Let's put something tasty in it.")
        )
        rows: Rows = ((key(_("🛍 Catalogue"), Action.CATEGORIES),), (menu_key(),))
        return MessageContent(text, rows)
    pages = -(-len(view.lines) // LINES)
    page = min(max(page, 1), pages)
    shown = view.lines[(page - 1) * LINES : page * LINES]
    goods = [*(_line(line) for line in shown), *(gift(one) for one in view.gifts)]
    parts = [texts.title(_("Your cart")), "\n".join(goods), _sums(view, to_free)]
    if companions:
        along = _("🤝 Others take this along:")
        parts.append(f"<i>{along}</i>")
    rows = (
        *(_line_keys(line, page) for line in shown),
        *page_row(Action.CART, page=page, pages=pages),
        *companion_rows(companions, "k"),
        *code_row(view.code),
        *_decisions(view),
        (key(_("🛍 Add more"), Action.CATEGORIES), key(_("🗑 Empty it"), Action.CLEAR)),
        (menu_key(),),
    )
    return MessageContent(intro + "\n\n".join(parts), rows)


def clearing() -> MessageContent:
    """Return the question whether the cart may be emptied."""
    rows = ((key(_("🗑 Yes, empty it"), Action.CLEAR_YES), key(_("⬅️ No, back"), Action.CART)),)
    return MessageContent(_("Take everything out of the cart?"), rows)


def changes(warnings: tuple[CartWarning, ...]) -> str:
    """Return what could not be had as before, as a notice."""
    return "\n".join(f"⚠️ {texts.safe(warning.text, limit=150)}" for warning in warnings[:10])


def gift(one: GiftCard) -> str:
    """Return what comes along for nothing, as a line."""
    name = texts.safe(one.name, limit=60)
    count = f" × {one.quantity}" if one.quantity > 1 else ""
    return f"🎁 {name}, {texts.weight(one.pack_weight_g)}{count}\n     {texts.safe(one.text)}"


def saving(one: Saving) -> str:
    """Return what an offer takes off, as a line of a sum."""
    sign = "🎟" if one.kind == "code" else "🏷"
    return f"{sign} {texts.safe(one.text, limit=120)}: −{format_money(one.amount)}"


def code_row(code: CodeCard | None, *args: int | str) -> Rows:
    """Return the key that enters a promo code, or the one that takes it out again."""
    if code is None:
        return ((key(_("🎟 I have a promo code"), Action.CODE, *args),),)
    label = _("🎟 Without %(code)s") % {"code": texts.plain(code.code, limit=30)}
    return ((key(label, Action.CODE_OFF, *args),),)


def idle_code(code: CodeCard | None) -> str:
    """Return why the cart's promo code gives nothing just now; empty where it does."""
    if code is None or code.is_applied:
        return ""
    return f"🎟 {texts.safe(code.code)}: {texts.safe(code.text)}"


def code_question() -> str:
    """Return the question for a promo code."""
    return _("<b>What is your promo code?</b>\nType it as it stands on the card or in the message.")


def _line(line: CartLine) -> str:
    name = texts.safe(line.name, limit=60)
    if line.limit == 0:
        text = f"▫️ <s>{name}</s>"
    else:
        text = f"▫️ {name}, {texts.pack_weight(line)}\n"
        if line.best_before:
            text += f"     🏷 {texts.best_before(line)}\n"
        text += f"     {line.quantity} × {format_money(line.unit_price)} = "
        text += f"<b>{format_money(line.total)}</b>"
        if line.is_weighed:
            text += f"\n     {texts.by_weight(line)}"
    text += "".join(f"\n     🏷 {texts.safe(offer, limit=120)}" for offer in line.offers)
    return text + "".join(f"\n     ⚠️ {texts.safe(w.text, limit=120)}" for w in line.warnings)


def _sums(view: CartView, to_free: Decimal | None) -> str:
    rows = [_("Goods: <b>%(total)s</b>") % {"total": format_money(view.items_total)}]
    if view.offers:
        rows += [saving(one) for one in view.offers]
        rows.append(_("With your offers: <b>%(total)s</b>") % {"total": format_money(view.total)})
    rows.append(idle_code(view.code))
    if view.code and view.code.state == CodeState.AT_DELIVERY:
        rows.append(f"🎟 {texts.safe(view.code.code)}: {texts.safe(view.code.text)}")
    if view.is_estimate:
        rows.append(texts.at_most())
    if view.savings > 0:
        rows.append(_("You save %(sum)s") % {"sum": format_money(view.savings)})
    if to_free:
        free = _("%(sum)s more and delivery is free") % {"sum": format_money(to_free)}
        rows.append(f"🚚 <i>{free}</i>")
    if view.chance:
        rows.append(f"💡 <i>{texts.safe(view.chance)}</i>")
    return "\n".join(row for row in rows if row)


def _line_keys(line: CartLine, page: int) -> Row:
    name = key("—", Action.NOTHING)
    if line.product_id and line.max_per_order:
        label = texts.plain(line.name, limit=24)
        name = key(label, Action.PRODUCT, line.product_id, line.variant_id, "k")
    if line.limit == 0:
        return (name, key("✖️", Action.LINE, line.variant_id, 0, page))
    fewer = min(line.quantity - 1, line.limit)
    return (
        key("−", Action.LINE, line.variant_id, fewer, page),
        name,
        key("+", Action.LINE, line.variant_id, line.quantity + 1, page),
    )


def _decisions(view: CartView) -> Rows:
    rows: list[Row] = []
    if view.warnings:
        rows.append((key(_("👌 Accept the changes"), Action.ACCEPT),))
    if view.can_check_out:
        total = format_money(view.total)
        rows.append((key(_("✅ Check out · %(total)s") % {"total": total}, Action.CHECKOUT),))
    return tuple(rows)
