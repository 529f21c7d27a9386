"""A customer's orders."""

from django.utils.translation import gettext as _

from apps.core.money import format_money
from apps.notifications.dto import MessageContent
from apps.orders.dto import OrderCard
from bot import texts
from bot.keyboards import Action, Rows, key, menu_key, page_row
from bot.selectors import OrdersPage


def orders(*, page: OrdersPage, notice: str = "") -> MessageContent:
    """Return a page of orders, newest first."""
    intro = f"{notice}\n\n" if notice else ""
    if not page.items:
        text = (
            texts.title(_("You have no orders yet")) + "\n" + _("The first one is a minute away.")
        )
        rows: Rows = ((key(_("🛍 Catalogue"), Action.CATEGORIES),), (menu_key(),))
        return MessageContent(intro + text, rows)
    rows = tuple((key(_label(order), Action.ORDER, order.id),) for order in page.items)
    turn = page_row(Action.ORDERS, page=page.page, pages=page.pages)
    again = (key(_("🔁 The last one again"), Action.REPEAT, page.items[0].id),)
    first = (again,) if page.page == 1 else ()
    text = texts.title(_("My orders")) + "\n" + _("Press one to see where it is.")
    return MessageContent(intro + text, (*rows, *turn, *first, (menu_key(),)))


def cancelling(*, order: OrderCard) -> MessageContent:
    """Return the question whether an order may be cancelled."""
    rows = (
        (key(_("❌ Yes, cancel it"), Action.CANCEL_YES, order.id),),
        (key(_("⬅️ No, keep it"), Action.ORDER, order.id),),
    )
    text = _("Cancel order %(number)s for %(total)s?")
    return MessageContent(text % {"number": order.number, "total": format_money(order.total)}, rows)


def _label(order: OrderCard) -> str:
    return f"{order.number} · {format_money(order.total)} · {order.status_name}"
