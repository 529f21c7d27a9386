"""What can't be done with money."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, ShopError
from apps.core.money import format_money


class MoneyError(ShopError):
    """A refusal that names sums: a person reads them as money, a program as decimals."""

    def __str__(self) -> str:
        sums = {k: format_money(v) for k, v in self.facts.items() if isinstance(v, Decimal)}
        return str(self.message).format(**(self.facts | sums))


class InvalidAmount(MoneyError):
    """A sum must not be negative, and a sum that changes hands must be positive."""

    code = "invalid_amount"
    message = _("This sum can't be used: {amount}.")


class PaymentAlreadyOpen(ShopError):
    """The order waits for a payment through this provider already."""

    kind = Kind.CONFLICT
    code = "payment_already_open"
    message = _("A payment for this order is already expected.")


class PaymentNotExpected(ShopError):
    """The order has no payment that could be taken or changed."""

    kind = Kind.CONFLICT
    code = "payment_not_expected"
    message = _("No payment is expected for this order.")


class CashAlreadyTaken(ShopError):
    """The cash for this order is in the till already."""

    kind = Kind.CONFLICT
    code = "cash_already_taken"
    message = _("The cash for this order has already been taken.")


class WrongCashAmount(MoneyError):
    """Exactly what the order costs is taken, neither less nor more."""

    kind = Kind.CONFLICT
    code = "wrong_cash_amount"
    message = _("The order costs {expected}, not {amount}.")


class RefundTooLarge(MoneyError):
    """More can't be given back than was taken and not given back yet."""

    kind = Kind.CONFLICT
    code = "refund_too_large"
    message = _("At most {left} can be given back.")


class MoneyOnItsWay(ShopError):
    """A person can't be forgotten while a provider is still to be asked with their receipt."""

    kind = Kind.CONFLICT
    code = "money_on_its_way"
    message = _("Money is still on its way. Please try again when it has arrived.")


class PaymentNotFound(ShopError):
    """There is no such payment, or it is somebody else's."""

    kind = Kind.NOT_FOUND
    code = "payment_not_found"
    message = _("We couldn't find that payment.")


class ProviderUnavailable(ShopError):
    """The provider gave no answer; whether it acted is unknown until the same key is sent again."""

    kind = Kind.UNAVAILABLE
    code = "provider_unavailable"
    message = _("The payment service is not answering. Nothing is lost: please try again soon.")
    retry_after = 5


class ProviderRefused(ShopError):
    """The provider said no; `reason` is its own code."""

    kind = Kind.CONFLICT
    code = "provider_refused"
    message = _("The payment service refused this: {reason}.")


class NoAcquirer(ProviderRefused):
    """Nobody is connected who could move this money back: staff do it by hand."""

    code = "no_acquirer"
    message = _("This money has to be given back by hand.")


class EventRefused(ShopError):
    """A webhook's request is not the provider's, or can't be read."""

    kind = Kind.INVALID
    code = "event_refused"
    message = _("This message can't be accepted.")


class ForeignAddress(EventRefused):
    """A webhook's request comes from an address that is not the provider's."""

    kind = Kind.FORBIDDEN
    code = "foreign_address"


class OddityAlreadySettled(ShopError):
    """Somebody was faster to decide."""

    kind = Kind.CONFLICT
    code = "oddity_already_settled"
    message = _("This question has been settled already.")
