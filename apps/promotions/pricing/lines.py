"""Lines while they are being priced: first what one unit costs, then what is taken off beside."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from apps.core.money import ZERO, split
from apps.promotions.dto import GOODS_SCOPES, UNIT_REWARDS, Basket, BasketLine, Offer, Step
from apps.promotions.pricing.steps import step_of
from apps.promotions.pricing.units import Taken, after_offers


@dataclass
class OpenLine:
    """A line on its way through the engine: `rest` is what is still to be paid for it.

    A line is closed to further offers that don't combine once one of them gave something on it.
    """

    line: BasketLine
    price: Decimal
    taken: Taken = ()
    rest: Decimal = ZERO
    is_closed: bool = False

    def settle_price(self) -> None:
        """Let the unit price stand from now on."""
        self.rest = self.price * self.line.quantity
        self.is_closed = any(not offer.is_stackable for offer, _amount in self.taken)

    def is_meant_by(self, offer: Offer) -> bool:
        """Tell whether the offer is about this line's product."""
        return self.line.is_meant_by(offer)


def open_lines(
    basket: Basket, offers: Collection[Offer], withheld: Collection[Offer]
) -> list[OpenLine]:
    """Return the lines at the catalogue's prices, in the order of their variants.

    Where the catalogue shows another price than the offers make (they changed this very moment),
    what the customer was shown counts, and no offer is named for it.
    """
    listed = [offer for offer in offers if offer.is_listed]
    opened = []
    for line in sorted(basket.lines, key=lambda line: line.variant_id):
        about = [offer for offer in listed if line.is_meant_by(offer)]
        price, taken = after_offers(line.base_price, about)
        is_shown = line.list_price is None or line.list_price == price
        spoilt = any(line.is_meant_by(offer) for offer in withheld)
        if not is_shown and not spoilt and line.list_price is not None:
            price, taken = line.list_price, ()
        opened.append(OpenLine(line, price, taken))
    return opened


def lower_units(lines: Iterable[OpenLine], offers: Collection[Offer]) -> None:
    """Give unit prices that have conditions, where they are better than the catalogue's."""
    unit_offers = [o for o in offers if o.scope in GOODS_SCOPES and o.reward in UNIT_REWARDS]
    for line in lines:
        about = [offer for offer in unit_offers if line.is_meant_by(offer)]
        if all(offer.is_listed for offer in about):
            continue
        price, taken = after_offers(line.line.base_price, about)
        if price < line.price:
            line.price, line.taken = price, taken


def take_off(lines: Collection[OpenLine], offer: Offer, amount: Decimal) -> Step:
    """Take a sum off what is left to pay for lines, split over them to the cent."""
    parts = split(amount, [line.rest for line in lines])
    shares = {}
    for line, part in zip(lines, parts, strict=True):
        line.rest -= part
        if part:
            shares[line.line.variant_id] = part
    return step_of(offer, amount, shares)


def take_off_each(parts: Iterable[tuple[OpenLine, Decimal]], offer: Offer) -> Step:
    """Take a sum of its own off each line, at most what is left to pay for it."""
    shares = {}
    for line, part in parts:
        part = min(part, line.rest)
        line.rest -= part
        if part:
            shares[line.line.variant_id] = part
    return step_of(offer, sum(shares.values(), ZERO), shares)


def unit_steps(line: OpenLine) -> tuple[Step, ...]:
    """Return what made the line's unit price, with the sums for all its units."""
    variant_id, quantity = line.line.variant_id, line.line.quantity
    return tuple(
        step_of(offer, amount * quantity, {variant_id: amount * quantity})
        for offer, amount in line.taken
    )
