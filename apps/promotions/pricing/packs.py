"""Several for the price of fewer: "3 for 2"."""

from collections.abc import Collection
from decimal import Decimal

from apps.core.money import ZERO, rounded
from apps.promotions.dto import Offer, Reward, Step
from apps.promotions.pricing.lines import OpenLine, take_off_each


def apply_packs(lines: Collection[OpenLine], offers: Collection[Offer]) -> list[Step]:
    """Apply every such offer, the one that gives most first; return what they gave."""
    waiting = [offer for offer in offers if offer.reward == Reward.N_FOR_M]
    steps = []
    while waiting:
        # By rank at last, so that two equal offers always take the same turn.
        waiting.sort(key=lambda offer: (-offer.priority, -_worth(lines, offer), offer.rank))
        offer = waiting.pop(0)
        parts = free_parts(lines, offer)
        if not parts:
            continue
        steps.append(take_off_each(parts, offer))
        if not offer.is_stackable:
            for line in _open_to(lines, offer):
                line.is_closed = True
    return steps


def free_parts(lines: Collection[OpenLine], offer: Offer) -> list[tuple[OpenLine, Decimal]]:
    """Return what the free units of each line are worth: of all that match, the cheapest are free.

    Where something was taken off a line before, its units are worth what is left of it.
    """
    matching = sorted(_open_to(lines, offer), key=lambda line: (line.price, line.line.variant_id))
    units = sum(line.line.quantity for line in matching)
    free = units // offer.buy * (offer.buy - offer.pay)
    parts = []
    for line in matching:
        count = min(free, line.line.quantity)
        free -= count
        worth = rounded(line.rest * count / line.line.quantity)
        if worth > 0:
            parts.append((line, worth))
    return parts


def _open_to(lines: Collection[OpenLine], offer: Offer) -> list[OpenLine]:
    return [
        line
        for line in lines
        if line.is_meant_by(offer) and (offer.is_stackable or not line.is_closed)
    ]


def _worth(lines: Collection[OpenLine], offer: Offer) -> Decimal:
    return sum((worth for _line, worth in free_parts(lines, offer)), ZERO)
