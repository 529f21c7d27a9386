"""What is refused where goods come in."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, NotFound, ShopError


class BarcodeMistyped(ShopError):
    """The check digit does not follow from the others: read or typed wrong."""

    code = "barcode_mistyped"
    message = _("The barcode {barcode} has a wrong check digit. Please scan it again.")


class LabelUnreadable(ShopError):
    """A GS1 label holds a value that can't be."""

    code = "label_unreadable"
    message = _("The label can't be read: {label}. Please scan the pack's barcode instead.")


class BarcodeUnknown(NotFound):
    """No pack of the shop has this barcode."""

    code = "barcode_unknown"
    message = _("No pack has the barcode {barcode}. Look it up by name, then give it the barcode.")


class NothingFound(NotFound):
    """What was typed is no barcode, and fits no pack and no lot."""

    code = "nothing_found"
    message = _("Nothing here is called “{text}”. Try a part of the name, or the SKU.")


class DeliveryNotFound(NotFound):
    """There is no delivery note with this id."""

    code = "delivery_not_found"
    message = _("There is no such delivery note.")


class DeliveryLineNotFound(NotFound):
    """The line was removed, or belongs to another note."""

    code = "delivery_line_not_found"
    message = _("This line is no longer on the delivery note.")


class DeliveryClosed(ShopError):
    """The note was booked or refused: its lines are history."""

    kind = Kind.CONFLICT
    code = "delivery_closed"
    message = _("Delivery note {number} is closed: {status}.")


class DeliveryChanged(ShopError):
    """Somebody changed the note after it was looked at."""

    kind = Kind.CONFLICT
    code = "delivery_changed"
    message = _("Somebody has changed delivery note {number} meanwhile. Please look at it again.")


class DeliveryKnown(ShopError):
    """The supplier's note with this number is here already."""

    kind = Kind.CONFLICT
    code = "delivery_known"
    message = _(
        "Note {number} of this supplier is here already: {status}, arrived on {arrived}. If this is"
        " another one, add the year to its number."
    )


class InvalidDelivery(ShopError):
    """A note needs a number, a supplier and an arrival that has happened."""

    code = "invalid_delivery"
    message = _("A delivery needs a number, a supplier, and a time of arrival that has come.")


class InvalidTemperature(ShopError):
    """No thermometer shows this."""

    code = "invalid_temperature"
    message = _(
        "{temperature} °C can't be: between {coldest} and {warmest}, with one decimal at most."
    )


class TemperatureMissing(ShopError):
    """Frozen goods are not received unmeasured."""

    code = "temperature_missing"
    message = _("How cold was it? Measure at arrival, for the whole delivery or for this line.")


class LineIncomplete(ShopError):
    """Something of a line is not known yet."""

    code = "line_incomplete"
    message = _("Still missing: {missing}.")


class ExpiryTooFar(ShopError):
    """Nothing frozen keeps that long: a slip of the finger."""

    code = "expiry_too_far"
    message = _("Expires on {expires_on}: that is more than ten years ahead. Is the year right?")


class LineKnown(ShopError):
    """The note has a line of this lot already."""

    kind = Kind.CONFLICT
    code = "line_known"
    message = _("Lot {lot} of this pack is on the note already. Change its quantity there.")


class TooWarm(ShopError):
    """The goods have begun to thaw: they are not received at all."""

    kind = Kind.CONFLICT
    code = "too_warm"
    message = _(
        "{temperature} is far above {limit}: the goods have begun to thaw. They can only go back."
    )


class LotDiffers(ShopError):
    """A lot with this code is here, made or paid otherwise: units of two lots are never mixed."""

    kind = Kind.CONFLICT
    code = "lot_differs"
    message = _(
        "Lot {lot} of this pack is here already, made {made_on}, expires {expires_on}, cost {cost}."
        " If these are its units, correct the line; if not, give them another code, like {lot}-2."
    )


class LotNotToppedUp(ShopError):
    """Warm units are never put to good ones, and nothing to a recalled lot."""

    kind = Kind.CONFLICT
    code = "lot_not_topped_up"
    message = _(
        "Nothing can be added to lot {lot}, which is here already: it is recalled, or these units"
        " are too warm. Give them another code, like {lot}-2."
    )


class DeliveryEmpty(ShopError):
    """There is nothing to book: no lines, or all of them go back."""

    code = "delivery_empty"
    message = _(
        "Delivery note {number} brings nothing to the shelves. Scan the first pack, or refuse the"
        " whole delivery."
    )


class DeliveryNotReady(ShopError):
    """Some lines can't be booked as they are; `problems` says which and why."""

    kind = Kind.CONFLICT
    code = "delivery_not_ready"
    message = _("Nothing was booked. Look at these lines first: {lines}.")


class ImportRefused(ShopError):
    """Some rows can't be used, so none was; `problems` says which and why."""

    code = "import_refused"
    message = _("Nothing was imported. Look at these rows first: {rows}.")
