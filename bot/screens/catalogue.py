"""Shelves, lists of products, and a product's card."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.cart.dto import CartView
from apps.catalog.dto import (
    Allergen,
    Availability,
    CategoryNode,
    ProductCard,
    ProductDetail,
    ProductPage,
    StorageClass,
    VariantCard,
)
from apps.core.money import format_money
from apps.notifications.dto import MessageContent
from bot import texts
from bot.keyboards import Action, Row, Rows, in_rows, key, menu_key, page_row
from bot.screens.home import cart_label
from bot.selectors import ProductView

# Telegram takes 1024 characters under a picture, and the sums need some of them.
_DESCRIPTION, _COMPOSITION = 350, 420


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


def products(*, node: CategoryNode, page: ProductPage) -> MessageContent:
    """Return a page of a shelf."""
    head = f"<b>{node.emoji} {texts.safe(node.name)}</b>".replace("<b> ", "<b>")
    text = f"{head}\n{texts.product_count(page.total)}"
    if not page.items:
        text = f"{head}\n" + _("This shelf is empty just now. Look at the others!")
    rows = _product_rows(page, origin=f"c{node.id}-{page.page}")
    turn = page_row(Action.PRODUCTS, node.id, page=page.page, pages=_pages(page))
    last = (key(_("⬅️ Catalogue"), Action.CATEGORIES), menu_key())
    return MessageContent(text, (*rows, *turn, last))


def found(*, search: str, page: ProductPage) -> MessageContent:
    """Return a page of what was found, or a way on where nothing was."""
    words = texts.safe(search, limit=100)
    last = (key(_("🛍 Catalogue"), Action.CATEGORIES), menu_key())
    if not page.total:
        text = _("Nothing found for “%(words)s”. Try another word, or look around.")
        return MessageContent(text % {"words": words}, (last,))
    count = ngettext("Found %(count)s product", "Found %(count)s products", page.total)
    text = f"🔎 <b>{words}</b>\n" + count % {"count": page.total}
    rows = _product_rows(page, origin=f"s-{page.page}")
    turn = page_row(Action.FOUND, page=page.page, pages=_pages(page))
    return MessageContent(text, (*rows, *turn, last))


def product(*, view: ProductView, variant: VariantCard, origin: str) -> MessageContent:
    """Return a product's card with one of its packs chosen."""
    detail, cart = view.detail, view.cart
    in_cart = _in_cart(cart, variant)
    parts = [
        f"<b>{texts.safe(detail.name, limit=120)}</b>" + _brand(detail),
        _price_line(variant),
        texts.safe(detail.description, limit=_DESCRIPTION),
    ]
    rows: Rows = (
        *_variant_rows(detail, variant, origin),
        *_quantity_rows(detail, variant, in_cart, origin),
        *_watch_rows(view, variant, in_cart, origin),
        (key(_("ℹ️ Composition and nutrition"), Action.ABOUT, detail.id, variant.id, origin),),
        (key(_("⬅️ Back"), *back_target(origin)), key(cart_label(cart), Action.CART)),
    )
    return MessageContent("\n\n".join(part for part in parts if part), rows)


def about(*, detail: ProductDetail, variant: VariantCard, origin: str) -> MessageContent:
    """Return what a product is made of."""
    parts = [f"<b>{texts.safe(detail.name, limit=120)}</b>"]
    if detail.composition:
        composition = texts.safe(detail.composition, limit=_COMPOSITION)
        parts.append(_("<b>Composition:</b> %(text)s") % {"text": composition})
    parts.append(_nutrition(detail))
    if detail.allergens:
        names = ", ".join(str(Allergen(code).label) for code in detail.allergens)
        parts.append(_("<b>Allergens:</b> %(names)s") % {"names": names})
    if detail.storage_class:
        days = ngettext("%(count)s day", "%(count)s days", detail.shelf_life_days)
        parts.append(
            _("Keeps %(days)s at %(temperature)s.")
            % {
                "days": days % {"count": detail.shelf_life_days},
                "temperature": StorageClass(detail.storage_class).label,
            }
        )
    back = key(_("⬅️ Back"), Action.PRODUCT, detail.id, variant.id, origin)
    return MessageContent("\n\n".join(part for part in parts if part), ((back, menu_key()),))


def _product_rows(page: ProductPage, *, origin: str) -> Rows:
    return tuple(
        (key(_product_label(card), Action.PRODUCT, card.id, 0, origin),) for card in page.items
    )


def _product_label(card: ProductCard) -> str:
    if all(v.availability == Availability.NONE for v in card.variants):
        tail = _("sold out")
    else:
        tail = texts.price_from(card.variants)
        if any(v.price < v.regular_price for v in card.variants):
            tail = f"🔥 {tail}"
    return f"{texts.plain(card.name, limit=40)} · {tail}"


def _label(node: CategoryNode) -> str:
    return f"{node.emoji} {texts.plain(node.name)}".strip()


def _target(node: CategoryNode) -> tuple[Action, *tuple[int, ...]]:
    if node.children:
        return Action.CATEGORY, node.id
    return Action.PRODUCTS, node.id, 1


def _pages(page: ProductPage) -> int:
    return max(1, -(-page.total // page.page_size))


def _brand(detail: ProductDetail) -> str:
    return f"\n<i>{texts.safe(detail.brand, limit=80)}</i>" if detail.brand else ""


def _price_line(variant: VariantCard) -> str:
    text = f"{texts.pack_weight(variant)} · <b>{format_money(variant.price)}</b>"
    if variant.price < variant.regular_price:
        text += f" <s>{format_money(variant.regular_price)}</s>"
    if variant.availability == Availability.NONE:
        text += " · " + _("sold out")
    elif variant.availability == Availability.FEW:
        text += " · " + _("few left")
    if variant.is_weighed:
        text += f"\n{texts.by_weight(variant)}"
    if variant.best_before:
        clearance = _("🏷 Clearance: <b>%(day)s</b>") % {"day": texts.best_before(variant)}
        text += f"\n{clearance}"
    return text


def _in_cart(cart: CartView, variant: VariantCard) -> int:
    return sum(line.quantity for line in cart.lines if line.variant_id == variant.id)


def _variant_rows(detail: ProductDetail, chosen: VariantCard, origin: str) -> Rows:
    if len(detail.variants) < 2:
        return ()
    keys = [
        key(
            f"{'✓ ' if v.id == chosen.id else ''}{'🏷 ' if v.best_before else ''}"
            f"{texts.pack_weight(v)} · {format_money(v.price)}",
            Action.PRODUCT,
            detail.id,
            v.id,
            origin,
        )
        for v in detail.variants
    ]
    return in_rows(keys, width=2)


def _quantity_rows(detail: ProductDetail, variant: VariantCard, in_cart: int, origin: str) -> Rows:
    def put(text: str, quantity: int) -> Row:
        return (key(text, Action.PUT, detail.id, variant.id, quantity, origin),)

    if in_cart:
        total = format_money(variant.price * in_cart)
        label = _("%(count)s in the cart · %(total)s") % {"count": in_cart, "total": total}
        middle = (key(label, Action.CART),)
        return ((*put("−", in_cart - 1), *middle, *put("+", in_cart + 1)),)
    if variant.availability == Availability.NONE:
        return ()
    price = format_money(variant.price)
    return (put(_("🛒 Add to the cart · %(price)s") % {"price": price}, 1),)


def _watch_rows(view: ProductView, variant: VariantCard, in_cart: int, origin: str) -> Rows:
    """Return the way to be told when a pack is back; nothing where there is some."""
    if variant.availability != Availability.NONE or in_cart:
        return ()
    where = (view.detail.id, variant.id)
    if variant.id not in view.watched:
        return ((key(_("🔔 Tell me when it is back"), Action.WATCH, *where, 1, origin),),)
    return (
        (key(_("🔕 I no longer wait for it"), Action.WATCH, *where, 0, origin),),
        (key(_("🔔 All I wait for"), Action.ALERTS, 1),),
    )


def back_target(origin: str) -> tuple[Action, *tuple[int, ...]]:
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
    return (Action.CATEGORIES,)


def _nutrition(detail: ProductDetail) -> str:
    rows = []
    if detail.kcal is not None:
        rows.append(_("%(kcal)s kcal") % {"kcal": detail.kcal})
    for amount, text in (
        (detail.protein_g, _("protein %(grams)s g")),
        (detail.fat_g, _("fat %(grams)s g")),
        (detail.carbs_g, _("carbohydrates %(grams)s g")),
    ):
        if amount is not None:
            rows.append(text % {"grams": texts.nutrient(amount)})
    if not rows:
        return ""
    return _("<b>In 100 g:</b> %(list)s") % {"list": ", ".join(rows)}
