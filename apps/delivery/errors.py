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


class SlotBooked(ShopError):
    """A window can't become smaller than what is booked in it."""

    kind = Kind.CONFLICT
    code = "slot_booked"
    message = _("{orders} orders and {ml} ml are booked in this window already.")


class PickupPointNotFound(NotFound):
    """There is no such pickup point, or it is closed."""

    code = "pickup_point_not_found"
    message = _("There is no such pickup point.")


class ZoneShapeMissing(ShopError):
    """A zone is a circle or an area, and not both."""

    code = "zone_shape_missing"
    message = _("Give the zone a radius or an area, one of the two.")


class AreaUnreadable(ShopError):
    """What was typed is no GeoJSON polygon."""

    code = "area_unreadable"
    message = _("This is no GeoJSON with a Polygon or a MultiPolygon.")


class AreaNotClosed(ShopError):
    """A ring does not end where it began (RFC 7946, 3.1.6)."""

    code = "area_not_closed"
    message = _("The outline isn't closed: its last point must repeat the first one.")


class AreaTooDetailed(ShopError):
    """An area has more points than anybody drives by."""

    code = "area_too_detailed"
    message = _("The outline has too many points: at most {maximum}.")


class AreaSwapped(ShopError):
    """Latitude was written before longitude (RFC 7946, 3.1.1)."""

    code = "area_swapped"
    message = _(
        "The area lies far from the centre, but not if the two numbers of each point change"
        " places: GeoJSON writes the longitude first."
    )


class AreaFarAway(ShopError):
    """An area lies farther from the centre than anybody drives."""

    code = "area_far_away"
    message = _("The area reaches more than {km} km away from the centre.")


class AreaBroken(ShopError):
    """The outline of an area crosses itself, or a hole lies outside."""

    code = "area_broken"
    message = _("The outline crosses itself near {where}.")


class AreaTooSmall(ShopError):
    """Nothing fits into an area."""

    code = "area_too_small"
    message = _("The area is too small for a house to stand in.")


class FeesContradict(ShopError):
    """A bigger order, or one that goes less far, would cost more to bring."""

    code = "fees_contradict"
    message = _(
        "From {total} and {km} km on the fee goes the wrong way: a bigger order must not cost more"
        " to bring than a smaller one, nor a nearer one more than a farther one."
    )


class WindowNotFound(NotFound):
    """There is no such weekly window."""

    code = "window_not_found"
    message = _("There is no such weekly window.")


class HolidayNotFound(NotFound):
    """The calendar has no such holiday."""

    code = "holiday_not_found"
    message = _("There is no such holiday.")


class ValuesClash(ShopError):
    """The values contradict each other, or those of another row."""

    kind = Kind.CONFLICT
    code = "values_clash"
    message = _("This can't be saved beside what is there: {reason}")
