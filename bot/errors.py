"""What the bot itself says no to."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, ShopError


class CheckoutOutdated(ShopError):
    """The button belongs to a checkout that ended, or to one begun anew since."""

    kind = Kind.CONFLICT
    code = "checkout_outdated"
    message = _("This checkout is over. Please start it again from the cart.")


class ForeignContact(ShopError):
    """The contact is somebody else's."""

    kind = Kind.INVALID
    code = "foreign_contact"
    message = _("This is somebody else's contact. Please share your own, or type your number.")


class TextTooLong(ShopError):
    """The text is longer than we can keep."""

    kind = Kind.INVALID
    code = "text_too_long"
    message = _("That is too long. Please keep it within {maximum} characters.")


class NotWholePacks(ShopError):
    """The number is less than nothing, a part of a pack, or beyond all reason."""

    kind = Kind.INVALID
    code = "not_whole_packs"
    message = _("We sell whole packs. Write how many, like 1, 2 or 3, or press − and +.")
