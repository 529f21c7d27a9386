"""What receipts list (54-FZ, art. 4.7): the goods as they are paid, and the delivery."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.measures import format_weight
from apps.orders.models import Order, OrderLine
from apps.payments.dto import RECEIPT_NAME, Receipt, ReceiptLine


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
    """Return so many units of a line as a receipt lists them; goods by weight say their weight."""
    if not line.weight_there_g or not line.there:
        return ReceiptLine(name=line.name_ru[:RECEIPT_NAME], quantity=units, total=total)
    # Staff pack in their own language; a receipt is written in the shop's.
    with translation.override(settings.LANGUAGE_CODE):
        weight = f", {format_weight(line.weight_there_g * units // line.there)}"
    return ReceiptLine(
        name=line.name_ru[: RECEIPT_NAME - len(weight)] + weight, quantity=units, total=total
    )


def delivery_line(fee: Decimal) -> ReceiptLine:
    """Return the delivery as a receipt lists it: in the shop's language, whoever pays."""
    with translation.override(settings.LANGUAGE_CODE):
        return ReceiptLine(name=_("Delivery"), quantity=1, total=fee, is_service=True)


def lines_that_left(
    lines: Iterable[OrderLine], before: Mapping[int, tuple[int, Decimal]]
) -> tuple[ReceiptLine, ...]:
    """Return what each line costs less than `before`, when so many units were there at that sum."""
    listed = []
    for line in lines:
        units, charged = before[line.pk]
        if charged > line.charged:
            # Units that only weigh less are all still there.
            gone = max(1, units - line.there)
            listed.append(ReceiptLine(line.name_ru[:RECEIPT_NAME], gone, charged - line.charged))
    return tuple(listed)
