"""What the cart says no to."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, ShopError


class CartEmpty(ShopError):
    """There is nothing to buy."""

    kind = Kind.CONFLICT
    code = "cart_empty"
    message = _("Your cart is empty.")


class CartChanged(ShopError):
    """The cart is no longer the one that the caller saw."""

    kind = Kind.CONFLICT
    code = "cart_changed"
    message = _("Your cart was changed somewhere else. Please look at it again.")


class CartFull(ShopError):
    """The cart holds as many different goods as it can."""

    kind = Kind.CONFLICT
    code = "cart_full"
    message = _("A cart holds at most {maximum} different products.")


class CartItemNotFound(ShopError):
    """The caller's cart has no such item."""

    kind = Kind.NOT_FOUND
    code = "cart_item_not_found"
    message = _("This is not in your cart any more.")


class InvalidQuantity(ShopError):
    """A quantity is a whole number, and not a negative one."""

    kind = Kind.INVALID
    code = "invalid_quantity"
    message = _("The quantity must be a whole number from 0 to {maximum}.")


class VariantGone(ShopError):
    """The shop does not sell this any more."""

    kind = Kind.CONFLICT
    code = "variant_gone"
    message = _("We don't sell this any more.")


class NotEnoughStock(ShopError):
    """Fewer units are left than were asked for; `available` may be 0."""

    kind = Kind.CONFLICT
    code = "not_enough_stock"
    message = _("Only {available} left in stock.")

    def __str__(self) -> str:
        return str(_("Sold out.")) if self.facts["available"] <= 0 else super().__str__()


class TooMany(ShopError):
    """One order may hold only so many units of this."""

    kind = Kind.CONFLICT
    code = "too_many"
    message = _("At most {maximum} per order.")
