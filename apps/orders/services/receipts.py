"""What receipts list (54-FZ, art. 4.7): the goods as they are paid, and the delivery."""

from collections.abc import Mapping
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.orders.models import Order, OrderLine
from apps.payments.dto import Receipt, ReceiptLine

_NAME = 128


def receipt_of(order: Order) -> Receipt:
    """Return what the customer pays for: units that are there and whose money they did not get."""
    listed = [
        receipt_line(line, line.refundable, line.owed_for(line.refundable))
        for line in order.lines.order_by("pk")
    ]
    listed.append(delivery_line(order.delivery_fee))
    lines = tuple(line for line in listed if line.total > 0)
    return Receipt(lines=lines, phone=order.contact_phone)


def receipt_line(line: OrderLine, units: int, total: Decimal) -> ReceiptLine:
    """Return so many units of a line as a receipt lists them."""
    return ReceiptLine(name=line.name_ru[:_NAME], quantity=units, total=total)


def delivery_line(fee: Decimal) -> ReceiptLine:
    """Return the delivery as a receipt lists it: in the shop's language, whoever pays."""
    with translation.override(settings.LANGUAGE_CODE):
        return ReceiptLine(name=_("Delivery"), quantity=1, total=fee, is_service=True)


def missing_lines(
    lines: Mapping[int, OrderLine], before: Mapping[int, int]
) -> tuple[ReceiptLine, ...]:
    """Return the units that are missing now beyond those that were missing before, by line."""
    listed = []
    for pk, line in sorted(lines.items()):
        units = line.quantity - line.there - before[pk]
        worth = line.worth_of(line.quantity - line.there, among=line.quantity)
        worth -= line.worth_of(before[pk], among=line.quantity)
        if units > 0 and worth > 0:
            listed.append(receipt_line(line, units, worth))
    return tuple(listed)
