"""Shelves and lists of products."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.catalog.dto import (
    Availability,
    CategoryNode,
    ProductCard,
    ProductPage,
)
from apps.notifications.dto import MessageContent
from bot import texts
from bot.filters import Filters
from bot.keyboards import Action, Row, Rows, in_rows, key, menu_key, page_row
from bot.screens.filters import filter_row, line


def categories(*, nodes: tuple[CategoryNode, ...], parent: CategoryNode | None) -> MessageContent:
    """Return the shelves, or those that stand under one of them."""
    if parent is None:
        text = texts.title(_("Catalogue")) + "\n" + _("Choose a shelf, or type what you look for.")
    else:
        text = f"<b>{parent.emoji} {texts.safe(parent.name)}</b>".replace("<b> ", "<b>")
    keys = [key(_label(node), *_target(node)) for node in nodes]
    everything: Rows = ()
    back: Row = (key(_("🔎 Search"), Action.SEARCH), menu_key())
    if parent is not None:
        label = _("Everything: %(count)s") % {"count": texts.product_count(parent.product_count)}
        everything = ((key(label, Action.PRODUCTS, parent.id, 1),),)
        back = (key(_("⬅️ Catalogue"), Action.CATEGORIES), menu_key())
    return MessageContent(text, (*in_rows(keys, width=2), *everything, back))


def products(
    *, node: CategoryNode, page: ProductPage, limits: Filters | None = None
) -> MessageContent:
    """Return a page of a shelf, as far as its goods fit the person's limits."""
    limits = limits or Filters()
    head = f"<b>{node.emoji} {texts.safe(node.name)}</b>".replace("<b> ", "<b>")
    said = texts.product_count(page.total)
    if not page.items and not limits:
        said = _("This shelf is empty just now. Look at the others!")
    elif not page.total:
        said = _("Nothing here fits your filter.")
    origin = f"c{node.id}-{page.page}"
    rows = _product_rows(page, origin=origin)
    turn = page_row(Action.PRODUCTS, node.id, page=page.page, pages=_pages(page))
    limit = filter_row(limits, origin) if page.total or limits else ()
    last = (key(_("⬅️ Catalogue"), Action.CATEGORIES), menu_key())
    text = _said(head, line(limits, page.tag_names), said)
    return MessageContent(text, (*rows, *turn, *limit, last))


def found(*, search: str, page: ProductPage, limits: Filters | None = None) -> MessageContent:
    """Return a page of what was found, or a way on where nothing was."""
    limits = limits or Filters()
    words = texts.safe(search, limit=100)
    last = (key(_("🛍 Catalogue"), Action.CATEGORIES), menu_key())
    origin = f"s-{page.page}"
    if not page.total and not limits:
        text = _("Nothing found for “%(words)s”. Try another word, or look around.")
        return MessageContent(text % {"words": words}, (last,))
    count = ngettext("Found %(count)s product", "Found %(count)s products", page.total)
    said = count % {"count": page.total} if page.total else _("Nothing found fits your filter.")
    rows = _product_rows(page, origin=origin)
    turn = page_row(Action.FOUND, page=page.page, pages=_pages(page))
    text = _said(f"🔎 <b>{words}</b>", line(limits, page.tag_names), said)
    return MessageContent(text, (*rows, *turn, *filter_row(limits, origin), last))


def companion_rows(companions: tuple[ProductCard, ...], origin: str) -> Rows:
    """Return what goes well with what somebody has chosen, a row for each."""
    return tuple(
        (key(f"🤝 {product_label(card)}", Action.PRODUCT, card.id, 0, origin),)
        for card in companions
    )


def _product_rows(page: ProductPage, *, origin: str) -> Rows:
    return tuple(
        (key(product_label(card), Action.PRODUCT, card.id, 0, origin),) for card in page.items
    )


def product_label(card: ProductCard) -> str:
    """Return a product as a key shows it: its name, and what it costs."""
    if all(v.availability == Availability.NONE for v in card.variants):
        tail = _("sold out")
    else:
        tail = texts.price_from(card.variants)
        if any(v.price < v.regular_price for v in card.variants):
            tail = f"🔥 {tail}"
    return f"{texts.plain(card.name, limit=40)} · {tail}"


def _said(*lines: str) -> str:
    return "\n".join(one for one in lines if one)


def _label(node: CategoryNode) -> str:
    return f"{node.emoji} {texts.plain(node.name)}".strip()


def _target(node: CategoryNode) -> tuple[Action, *tuple[int, ...]]:
    if node.children:
        return Action.CATEGORY, node.id
    return Action.PRODUCTS, node.id, 1


def _pages(page: ProductPage) -> int:
    return max(1, -(-page.total // page.page_size))


def back_target(origin: str) -> tuple[Action, *tuple[int | str, ...]]:
    """Return where the way back leads; an origin that can't be read leads to the shelves."""
    place, _separator, page = origin[1:].partition("-")
    if not origin.isascii():
        return (Action.CATEGORIES,)
    if origin.startswith("c") and place.isdigit() and page.isdigit():
        return Action.PRODUCTS, int(place), int(page)
    if origin.startswith("s") and page.isdigit():
        return Action.FOUND, int(page)
    if origin == "k":
        return (Action.CART,)
    if origin == "w":
        return Action.ALERTS, 1
    if origin.startswith("f") and page.isdigit():
        return Action.FAVOURITES, int(page)
    if origin.startswith("p") and place.isdigit():
        return Action.PRODUCT, int(place), 0, "m"
    return (Action.CATEGORIES,)
