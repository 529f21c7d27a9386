"""A product's card, and what it is made of."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.cart.dto import CartView
from apps.catalog.dto import (
    Allergen,
    Availability,
    ProductDetail,
    StorageClass,
    VariantCard,
)
from apps.core.money import format_money
from apps.notifications.deep_links import share_link
from apps.notifications.dto import Button, MessageContent
from bot import texts
from bot.browsing import ProductView
from bot.keyboards import Action, Row, Rows, in_rows, key, menu_key
from bot.screens.catalogue import back_target, companion_rows
from bot.screens.home import cart_label

# Telegram takes 1024 characters under a picture, and the sums need some of them.
_DESCRIPTION, _COMPOSITION = 350, 420
# An album has ten pictures at most (core.telegram.org/bots/api#sendmediagroup).
MOST_PHOTOS = 10


def card(
    *, view: ProductView, variant: VariantCard, origin: str, link: str, notice: str = ""
) -> MessageContent:
    """Return a product's card with one of its packs chosen.

    `link` opens the card in the chat, for others; `notice` says what just happened.
    """
    detail, cart = view.detail, view.cart
    in_cart = _in_cart(cart, variant)
    parts = [
        notice,
        f"<b>{texts.safe(detail.name, limit=120)}</b>" + _brand(detail),
        _price_line(variant),
        texts.safe(detail.description, limit=_DESCRIPTION),
        _typing_hint() if in_cart else "",
    ]
    rows: Rows = (
        *_variant_rows(detail, variant, origin),
        *_quantity_rows(detail, variant, in_cart, origin),
        *_watch_rows(view, variant, in_cart, origin),
        *companion_rows(view.companions, f"p{detail.id}"),
        _liking_row(view, variant, origin, link),
        *_photo_rows(detail, variant, origin),
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
        parts.append(_("Once thawed, don't freeze it again."))
    back = key(_("⬅️ Back"), Action.PRODUCT, detail.id, variant.id, origin)
    return MessageContent("\n\n".join(part for part in parts if part), ((back, menu_key()),))


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


def _typing_hint() -> str:
    hint = _("− and + change how many, or just type a number.")
    return f"<i>{hint}</i>"


def _liking_row(view: ProductView, variant: VariantCard, origin: str, link: str) -> Row:
    """Return the heart, and the way to show the product to somebody."""
    heart = _("❤️ Favourite") if view.is_favourite else _("🤍 Favourite")
    wanted = 0 if view.is_favourite else 1
    detail = view.detail
    return (
        key(heart, Action.FAVOURITE, detail.id, variant.id, wanted, origin),
        Button(_("📤 Share"), url=share_link(link, texts.plain(detail.name, limit=120))),
    )


def _photo_rows(detail: ProductDetail, variant: VariantCard, origin: str) -> Rows:
    if len(detail.images) < 2:
        return ()
    count = min(len(detail.images), MOST_PHOTOS)
    label = ngettext("🖼 %(count)s photo", "🖼 %(count)s photos", count) % {"count": count}
    return ((key(label, Action.PHOTOS, detail.id, variant.id, origin),),)


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
