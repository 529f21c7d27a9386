"""What the warehouse refuses."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, NotFound, ShopError


class OutOfStock(ShopError):
    """Fewer units are free than were asked for; `available` says how many of each SKU."""

    kind = Kind.CONFLICT
    code = "out_of_stock"
    message = _("Not enough left: {names}.")

    def __init__(
        self, *, skus: Collection[str], available: Mapping[str, int], names: Collection[str] = ()
    ) -> None:
        super().__init__(
            skus=sorted(skus), available=dict(available), names=", ".join(names or sorted(skus))
        )


class LotNotFound(NotFound):
    """No lot has this id or code."""

    code = "lot_not_found"
    message = _("There is no such lot.")


class StockLevelNotFound(NotFound):
    """Nothing of this variant was ever received."""

    code = "stock_level_not_found"
    message = _("Nothing of this pack was ever received.")


class LotUnusable(ShopError):
    """Units of this lot can't be taken; `cause` is one of `dto.Unusable`."""

    kind = Kind.CONFLICT
    code = "lot_unusable"
    message = _("Lot {lot} can't be used: {reason}.")

    def __init__(self, *, lot: str, cause: Any) -> None:
        super().__init__(lot=lot, cause=str(cause.value), reason=str(cause.label))


class LotCodeTaken(ShopError):
    """The variant already has a lot with this code."""

    kind = Kind.CONFLICT
    code = "lot_code_taken"
    message = _(
        "Lot {lot} of this pack was already received. Further units of it come in by a delivery"
        " note, with the same dates; another lot needs a code of its own."
    )


class LotStateWrong(ShopError):
    """The lot is already in quarantine, or is not in it."""

    kind = Kind.CONFLICT
    code = "lot_state_wrong"
    message = _("Lot {lot} is in another state: {status}.")


class InvalidLot(ShopError):
    """A lot can't have been made, or expire, like this."""

    code = "invalid_lot"
    message = _("A lot needs a code, a past day of making and a later day of expiry.")


class InvalidQuantity(ShopError):
    """A number of units must be whole, positive and one that a warehouse can hold."""

    code = "invalid_stock_quantity"
    message = _("This quantity can't be used: {quantity}.")


class ReasonMissing(ShopError):
    """A change of stock by hand must say why."""

    code = "stock_reason_missing"
    message = _("Please say why.")


class InvalidShelf(ShopError):
    """A place's code is letters, digits and dashes, as on its label."""

    code = "invalid_shelf"
    message = _("This is no shelf: {shelf}. Its label says something like A-03-2.")
