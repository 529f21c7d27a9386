"""What orders and the checkout say no to."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, NotFound, ShopError
from apps.payments.errors import MoneyError


class OrderNotFound(NotFound):
    """There is no such order, or it is somebody else's."""

    code = "order_not_found"
    message = _("We couldn't find this order.")


class OrderMoveRefused(ShopError):
    """The order can't go there from where it is."""

    kind = Kind.CONFLICT
    code = "order_transition_forbidden"
    message = _("Order {number} can't be changed to “{target}”: it is “{current}” now.")


class DecidedAlready(ShopError):
    """Somebody else has decided about the order meanwhile."""

    kind = Kind.CONFLICT
    code = "order_decided_already"
    message = _("{name} was faster: order {number} is “{status}” now.")


class DoneAlready(ShopError):
    """It was oneself who decided about the order before."""

    kind = Kind.CONFLICT
    code = "order_done_already"
    message = _("You have done that: order {number} is “{status}” now.")


class ContactPhoneUnknown(ShopError):
    """Nobody left a phone number with the order."""

    kind = Kind.CONFLICT
    code = "contact_phone_unknown"
    message = _("There is no phone number with order {number}.")


class ReasonMissing(ShopError):
    """This step is taken with a reason only."""

    kind = Kind.INVALID
    code = "reason_missing"
    message = _("Please give a reason.")


class CancelTooLate(ShopError):
    """The customer can't cancel any more by themselves."""

    kind = Kind.CONFLICT
    code = "cancel_too_late"
    message = _("Order {number} can't be cancelled any more. Please call us.")


class CancelledAlready(ShopError):
    """There is nothing left to cancel."""

    kind = Kind.CONFLICT
    code = "cancelled_already"
    message = _("Order {number} is cancelled already.")


class PriceChanged(MoneyError):
    """The total is not the one that the customer agreed to."""

    kind = Kind.CONFLICT
    code = "price_changed"
    message = _("The total is {total} now instead of {expected}. Please confirm it again.")


class BelowMinimum(MoneyError):
    """The goods cost less than the least order."""

    kind = Kind.CONFLICT
    code = "below_minimum"
    message = _("The least order is {minimum}: please add goods for {missing}.")


class PaymentNotAvailable(ShopError):
    """The shop does not take this payment now."""

    kind = Kind.CONFLICT
    code = "payment_not_available"
    message = _("This way of paying isn't available. Please choose another one.")


class TooManyCashOrders(ShopError):
    """So many orders of this customer wait to be paid at the door already."""

    kind = Kind.CONFLICT
    code = "too_many_cash_orders"
    message = _(
        "You have {count} orders to be paid on receipt already. Please pay this one online, or"
        " order it once one of those has reached you."
    )


class OrderNotAwaitingPayment(ShopError):
    """The order is paid, or was let go."""

    kind = Kind.CONFLICT
    code = "order_not_awaiting_payment"
    message = _("Order {number} isn't waiting for a payment any more.")


class ContactPhoneMissing(ShopError):
    """The courier needs a phone number."""

    kind = Kind.INVALID
    code = "contact_phone_missing"
    message = _("Please leave a phone number for the courier.")


class AddressMissing(ShopError):
    """A delivery needs an address."""

    kind = Kind.INVALID
    code = "address_missing"
    message = _("Please choose where to bring the order.")


class SlotMissing(ShopError):
    """A delivery needs a slot."""

    kind = Kind.INVALID
    code = "slot_missing"
    message = _("Please choose when to bring the order.")


class SlotElsewhere(ShopError):
    """The slot belongs to another zone than the address."""

    kind = Kind.CONFLICT
    code = "slot_not_for_address"
    message = _("This time isn't served at your address. Please choose another one.")


class NothingToMove(ShopError):
    """No order waits in the window."""

    kind = Kind.CONFLICT
    code = "nothing_to_move"
    message = _("No order waits in this window.")


class PickupPointMissing(ShopError):
    """A pickup needs a pickup point."""

    kind = Kind.INVALID
    code = "pickup_point_missing"
    message = _("Please choose where to fetch the order.")


class InvalidShortage(ShopError):
    """More was picked than ordered, or a line of another order was named."""

    kind = Kind.INVALID
    code = "invalid_shortage"
    message = _("The picked quantities don't fit the order.")


class NotByWeight(ShopError):
    """The goods have one price whatever they weigh."""

    kind = Kind.CONFLICT
    code = "not_by_weight"
    message = _("{name} is not sold by weight.")


class WeightImpossible(ShopError):
    """A number was mistyped: the goods can't weigh that."""

    kind = Kind.INVALID
    code = "weight_impossible"
    message = _("{name}, {units} pcs: the weight must be between {least} and {most} g. Check it.")


class LineForeign(NotFound):
    """The order has no such line."""

    code = "order_line_unknown"
    message = _("This order has no such line.")


class TooManyUnits(ShopError):
    """The money for some of the units was given back, or they were never in the box."""

    kind = Kind.CONFLICT
    code = "too_many_units"
    message = _("{name}: the money for at most {left} can be given back.")


class NothingToGiveBack(ShopError):
    """No units were named, or nothing was paid for them."""

    code = "nothing_to_give_back"
    message = _("Choose units that something was paid for.")


class NotPaidYet(ShopError):
    """What was not taken can't be given back."""

    kind = Kind.CONFLICT
    code = "not_paid_yet"
    message = _("Order {number} isn't paid yet: there is nothing to give back.")


class OrderNotEditable(ShopError):
    """The order is too far on its way to be changed like this."""

    kind = Kind.CONFLICT
    code = "order_not_editable"
    message = _("Order {number} can't be changed any more: it is “{current}” now.")


class CannotAdd(ShopError):
    """An order only becomes smaller: nothing is added to what was agreed."""

    kind = Kind.CONFLICT
    code = "cannot_add"
    message = _("{name}: at most {quantity}, as it was ordered. Nothing can be added.")


class NothingLeft(ShopError):
    """An order of nothing is to be cancelled."""

    kind = Kind.CONFLICT
    code = "nothing_left"
    message = _("Nothing would be left of order {number}. Cancel it instead.")


class NothingChanged(ShopError):
    """The change changes nothing."""

    code = "nothing_changed"
    message = _("This changes nothing in the order.")


class OnlyForDeliveries(ShopError):
    """An order that is fetched has neither address nor window."""

    kind = Kind.CONFLICT
    code = "only_for_deliveries"
    message = _("Order {number} is fetched by the customer: it has no address and no window.")


class MoreThanPaid(MoneyError):
    """The order would cost more than was paid or set aside online."""

    kind = Kind.CONFLICT
    code = "more_than_paid"
    message = _(
        "The order would cost {total}, but only {paid} was paid online. Choose something that"
        " does not cost more."
    )


class PasswordNeeded(ShopError):
    """Money goes back by this, so the person at the desk is asked for their password once more."""

    kind = Kind.FORBIDDEN
    code = "password_needed"
    message = _("Money goes back to the customer by this: please enter your password once more.")


class OrdersStillOpen(ShopError):
    """A person can't be forgotten while their food is on its way."""

    kind = Kind.CONFLICT
    code = "orders_still_open"
    message = _("An order is still on its way. Cancel it or wait for it, and then try again.")
