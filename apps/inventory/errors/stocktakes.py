"""What is refused where goods are counted."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, NotFound, ShopError


class StocktakeNotFound(NotFound):
    """There is no stocktake with this id."""

    code = "stocktake_not_found"
    message = _("There is no such stocktake.")


class StocktakeClosed(ShopError):
    """The stocktake was confirmed or cancelled."""

    kind = Kind.CONFLICT
    code = "stocktake_closed"
    message = _("Stocktake {number} is closed: {status}. Start another one to count again.")


class StocktakeRunning(ShopError):
    """Somebody counts this place already."""

    kind = Kind.CONFLICT
    code = "stocktake_running"
    message = _("{place} is being counted by {who} since {since}: join, or take it over.")


class InvalidScope(ShopError):
    """A stocktake is of one shelf or of one category."""

    code = "invalid_scope"
    message = _("Choose what to count: a shelf or a category.")


class NothingToCount(ShopError):
    """No lot stands there, or all of them are being counted elsewhere."""

    kind = Kind.CONFLICT
    code = "nothing_to_count"
    message = _("There is nothing to count at {place}. Check the shelf, or put a lot there first.")


class NotInCharge(ShopError):
    """Another person keeps the stocktake."""

    kind = Kind.CONFLICT
    code = "not_in_charge"
    message = _("{who} is in charge of this stocktake. Take it over first.")


class LotBeingCounted(ShopError):
    """A running stocktake has the lot."""

    kind = Kind.CONFLICT
    code = "lot_being_counted"
    message = _("Lot {lot} is being counted by {who} in stocktake {number}.")


class LotNotInStocktake(NotFound):
    """The lot is no part of the stocktake."""

    code = "lot_not_in_stocktake"
    message = _("This lot is not part of the stocktake.")


class CountChanged(ShopError):
    """Somebody else has counted the lot since this person looked."""

    kind = Kind.CONFLICT
    code = "count_changed"
    message = _("{who} has just counted {counted} of lot {lot}. Save again if yours is right.")


class CountStale(ShopError):
    """The books of some lots were corrected after they were counted, or hold too few now."""

    kind = Kind.CONFLICT
    code = "count_stale"
    message = _("Nothing was changed. Count these lots again, they have changed since: {lots}.")


class NothingCounted(ShopError):
    """Nobody has counted anything yet."""

    code = "nothing_counted"
    message = _("Nothing has been counted yet.")
