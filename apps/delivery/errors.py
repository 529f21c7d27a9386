"""What delivery refuses."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, NotFound, ShopError


class OutsideZones(ShopError):
    """Nobody drives there."""

    kind = Kind.CONFLICT
    code = "outside_zones"
    message = _("We don't deliver to this address yet.")


class ZoneNotFound(NotFound):
    """There is no such zone, or it is not served now."""

    code = "zone_not_found"
    message = _("We don't deliver to this zone.")


class SlotNotFound(NotFound):
    """There is no such delivery time."""

    code = "slot_not_found"
    message = _("There is no such delivery time.")


class SlotFull(ShopError):
    """The last place went to somebody else."""

    kind = Kind.CONFLICT
    code = "slot_full"
    message = _("All places of this delivery time are taken. Please choose another one.")


class SlotClosed(ShopError):
    """The window takes no more orders; `reason` is one of `dto.ClosedReason`."""

    kind = Kind.CONFLICT
    code = "slot_closed"
    message = _("This delivery time is closed. Please choose another one.")


class PickupPointNotFound(NotFound):
    """There is no such pickup point, or it is closed."""

    code = "pickup_point_not_found"
    message = _("There is no such pickup point.")
