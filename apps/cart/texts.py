"""What the cart tells a person, in the reader's language."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.cart.dto import CartWarning, WarningCode
from apps.core.money import format_money


def price_changed(*, seen: Decimal, price: Decimal) -> CartWarning:
    """Say that a price went up or down since it was seen."""
    prices = {"seen": format_money(seen), "price": format_money(price)}
    if price > seen:
        return CartWarning(
            WarningCode.PRICE_UP, _("The price went up: %(seen)s → %(price)s") % prices
        )
    return CartWarning(
        WarningCode.PRICE_DOWN, _("The price went down: %(seen)s → %(price)s") % prices
    )


def less_stock(*, available: int) -> CartWarning:
    """Say that fewer units are left than the cart asks for."""
    if available <= 0:
        return CartWarning(WarningCode.SOLD_OUT, _("Sold out"))
    text = ngettext("Only %(count)s pack is left", "Only %(count)s packs are left", available)
    return CartWarning(WarningCode.LESS_STOCK, text % {"count": available})


def over_maximum(*, maximum: int) -> CartWarning:
    """Say that one order can't hold so many."""
    text = ngettext(
        "At most %(count)s pack per order", "At most %(count)s packs per order", maximum
    )
    return CartWarning(WarningCode.OVER_MAXIMUM, text % {"count": maximum})


def gone() -> CartWarning:
    """Say that the shop stopped selling it."""
    return CartWarning(WarningCode.GONE, _("No longer sold"))


def unknown_product() -> str:
    """Name a product of which nothing is known any more."""
    return _("A product we no longer have")
