"""Freeze what a cart costs, and why, into the rows of an order: it is never computed again."""

from collections.abc import Iterable
from typing import Any

from apps.cart.dto import CartLine, GiftCard, Quote
from apps.core.money import ZERO
from apps.inventory.dto import Demand
from apps.orders.dto import AdjustmentKind
from apps.orders.models import Order, OrderAdjustment, OrderLine
from apps.promotions.dto import OfferKind, Step


def insert_lines(order: Order, quote: Quote) -> list[Demand]:
    """Freeze the cart's lines and gifts; return what they ask of the stock.

    A gift of a pack that was bought too joins its line: an order has one line for a pack.
    """
    gifts = {gift.variant_id: gift for gift in quote.cart.gifts}
    given: dict[int, int] = {}
    for gift in quote.cart.gifts:
        given[gift.variant_id] = given.get(gift.variant_id, 0) + gift.quantity
    reasons = _reasons(quote)
    rows = [
        _line(order, line, given.pop(line.variant_id, 0), reasons.get(line.variant_id, []))
        for line in quote.cart.lines
    ]
    rows += [
        _gift_line(order, gifts[variant_id], quantity, reasons.get(variant_id, []))
        for variant_id, quantity in given.items()
    ]
    lines = OrderLine.objects.bulk_create(rows)
    return [Demand(line.pk, line.variant_id, line.quantity) for line in lines]


def insert_adjustments(order: Order, quote: Quote) -> None:
    """Freeze everything that is not a line: fee, promotions, promo code, gifts."""
    OrderAdjustment.objects.bulk_create(_adjustments(order, quote))


def _reasons(quote: Quote) -> dict[int, list[dict[str, Any]]]:
    """Return what made each pack's price, or a gift of it, by variant."""
    priced = quote.cart.priced
    reasons = {
        line.line.variant_id: [step.as_json() for step in line.unit_steps] for line in priced.lines
    }
    for gift in priced.gifts:
        reasons.setdefault(gift.variant_id, []).append(gift.step.as_json())
    return reasons


def _line(
    order: Order, line: CartLine, gift_quantity: int, reasons: list[dict[str, Any]]
) -> OrderLine:
    return OrderLine(
        order=order,
        variant_id=line.variant_id,
        sku=line.sku,
        name_ru=line.name_ru,
        name_en=line.name_en,
        pack_weight_g=line.pack_weight_g,
        is_weighed=line.is_weighed,
        unit_price=line.unit_price,
        regular_price=line.regular_price,
        quantity=line.quantity + gift_quantity,
        gift_quantity=gift_quantity,
        total=line.total,
        discount=line.discount,
        explanation=reasons,
    )


def _gift_line(
    order: Order, gift: GiftCard, quantity: int, reasons: list[dict[str, Any]]
) -> OrderLine:
    return OrderLine(
        order=order,
        variant_id=gift.variant_id,
        sku=gift.sku,
        name_ru=gift.name_ru,
        name_en=gift.name_en,
        pack_weight_g=gift.pack_weight_g,
        is_weighed=gift.is_weighed,
        unit_price=gift.price,
        regular_price=gift.price,
        quantity=quantity,
        gift_quantity=quantity,
        total=ZERO,
        explanation=reasons,
    )


def _adjustments(order: Order, quote: Quote) -> Iterable[OrderAdjustment]:
    """Yield the sums beside the lines; with the lines they come to the order's total."""
    if quote.fee.full:
        yield OrderAdjustment(
            order=order,
            kind=AdjustmentKind.DELIVERY,
            amount=quote.fee.full,
            explanation={"zone": quote.zone.slug if quote.zone else ""},
        )
    for step in quote.cart.priced.steps:
        yield _adjustment(order, step, AdjustmentKind.PROMOTION)
    for gift in quote.cart.priced.gifts:
        # What it is worth stands in the explanation; the total does not know it.
        adjustment = _adjustment(order, gift.step, AdjustmentKind.PROMOTION)
        adjustment.amount = ZERO
        yield adjustment
    for step in quote.fee.steps:
        yield _adjustment(order, step, AdjustmentKind.DELIVERY_OFFER)


def _adjustment(order: Order, step: Step, kind: AdjustmentKind) -> OrderAdjustment:
    return OrderAdjustment(
        order=order,
        kind=AdjustmentKind.CODE if step.kind == OfferKind.CODE else kind,
        amount=-step.amount,
        explanation=step.as_json(),
    )
