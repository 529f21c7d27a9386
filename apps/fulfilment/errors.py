"""What the floor and the road refuse."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, ShopError


class NothingPicked(ShopError):
    """A box needs something in it."""

    kind = Kind.CONFLICT
    code = "nothing_picked"
    message = _("Nothing of order {number} is in the box. Cancel the order instead.")


class WrongPickupCode(ShopError):
    """The code is not this order's."""

    kind = Kind.CONFLICT
    code = "wrong_pickup_code"
    message = _("This code doesn't belong to order {number}.")
