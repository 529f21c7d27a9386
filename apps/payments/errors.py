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
