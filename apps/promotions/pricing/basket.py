"""The way of a basket through all its offers."""

from collections.abc import Collection
from decimal import Decimal

from apps.core.money import ZERO, rounded
from apps.promotions.dto import (
    Basket,
    Chance,
    CodeState,
    Offer,
    OfferKind,
    Priced,
    PricedLine,
    Reward,
    Scope,
    Step,
)
from apps.promotions.pricing.gifts import choose_gifts
from apps.promotions.pricing.lines import (
    OpenLine,
    lower_units,
    open_lines,
    take_off,
    take_off_each,
    unit_steps,
)
from apps.promotions.pricing.packs import apply_packs, free_parts

_WHOLE = Decimal(100)


def price_basket(*, basket: Basket, offers: Collection[Offer], code: Offer | None = None) -> Priced:
    """Return what a basket costs, and why.

    `offers` are the promotions that hold at the instant of the basket's prices, `code` a promo
    code that may be used. An offer whose budget can't pay for this basket gives it nothing.
    """
    withheld: list[Offer] = []
    offers = sorted(offers, key=lambda offer: offer.rank)
    while True:
        kept = [offer for offer in offers if offer not in withheld]
        usable = None if code in withheld else code
        priced = _price(basket, kept, usable, withheld)
        given = priced.given()
        named = [*kept, *([usable] if usable else [])]
        broke = [o for o in named if o.exceeds_budget(given.get(o.key, ZERO))]
        if not broke:
            return priced
        withheld += broke


def _price(
    basket: Basket, offers: Collection[Offer], code: Offer | None, withheld: Collection[Offer]
) -> Priced:
    lines = open_lines(basket, offers, withheld)
    list_total = sum((line.price * line.line.quantity for line in lines), ZERO)
    promised = [o for o in offers if _is_fulfilled(o, basket, list_total)]
    lower_units(lines, promised)
    for line in lines:
        line.settle_price()
    is_code_due = code is not None and _is_fulfilled(code, basket, list_total)
    due = [*promised, *([code] if code is not None and is_code_due else [])]
    steps = apply_packs(lines, promised)
    gifts = choose_gifts(basket, lines, due)
    steps += _take_off_cart(lines, promised)
    if code is not None and is_code_due:
        steps += _apply_code(lines, code)
    priced = Priced(
        lines=tuple(_closed(line) for line in lines),
        steps=tuple(step for step in steps if step.amount),
        gifts=tuple(gifts),
        list_total=list_total,
        delivery_offers=tuple(offer for offer in due if offer.scope == Scope.DELIVERY),
        chances=_chances(offers, basket, list_total),
    )
    return _with_code(priced, basket, code, withheld)


def _is_fulfilled(offer: Offer, basket: Basket, list_total: Decimal) -> bool:
    return list_total >= offer.minimum_total and (
        basket.is_first_order or not offer.first_order_only
    )


def _take_off_cart(lines: list[OpenLine], offers: Collection[Offer]) -> list[Step]:
    """Apply the best promotion of the whole cart, and every stackable one."""
    about = [o for o in offers if o.scope == Scope.CART and o.reward != Reward.GIFT]
    lines = [line for line in lines if not line.line.on_clearance]
    chosen = [offer for offer in about if offer.is_stackable]
    single = [offer for offer in about if not offer.is_stackable]
    if single:
        chosen.append(min(single, key=lambda o: (-o.priority, -_sum_off(lines, o), o.rank)))
    chosen.sort(key=lambda offer: offer.rank)
    return [take_off(lines, offer, _sum_off(lines, offer)) for offer in chosen]


def _sum_off(lines: Collection[OpenLine], offer: Offer) -> Decimal:
    """Return what percent or a sum comes to, on what is left to pay; rounded once, half up."""
    rest = sum((line.rest for line in lines), ZERO)
    if offer.reward == Reward.PERCENT:
        return rounded(rest * offer.value / _WHOLE)
    return min(offer.value, rest)


def _apply_code(lines: list[OpenLine], code: Offer) -> list[Step]:
    """Apply a promo code to what is left to pay for the lines that it is about."""
    meant = [line for line in lines if line.is_meant_by(code)]
    if not meant or code.reward == Reward.GIFT:
        return []
    if code.reward == Reward.N_FOR_M:
        # Whoever typed a code gets it on top of what the goods cost less already.
        for line in meant:
            line.is_closed = False
        return [take_off_each(free_parts(meant, code), code)]
    if code.reward == Reward.PERCENT or code.scope == Scope.CART:
        return [take_off(meant, code, _sum_off(meant, code))]
    if code.reward == Reward.AMOUNT:
        return [take_off_each([(x, code.value * x.line.quantity) for x in meant], code)]
    above = [(x, max(ZERO, x.rest - code.value * x.line.quantity)) for x in meant]
    return [take_off_each(above, code)]


def _closed(line: OpenLine) -> PricedLine:
    discount = line.price * line.line.quantity - line.rest
    return PricedLine(line.line, line.price, unit_steps(line), discount)


def _chances(offers: Collection[Offer], basket: Basket, list_total: Decimal) -> tuple[Chance, ...]:
    """Return what a few goods more would bring, the nearest first."""
    near = [
        Chance(offer, offer.minimum_total - list_total)
        for offer in offers
        if offer.minimum_total > list_total
        and (basket.is_first_order or not offer.first_order_only)
        and not (offer.reward == Reward.GIFT and offer.gift_variant_id not in basket.gifts)
    ]
    return tuple(sorted(near, key=lambda chance: (chance.missing, chance.offer.rank)))


def _with_code(
    priced: Priced, basket: Basket, code: Offer | None, withheld: Collection[Offer]
) -> Priced:
    """Say what became of the promo code."""
    outcome: CodeState | None = None
    missing = ZERO
    if code is None:
        spent = any(offer.kind == OfferKind.CODE for offer in withheld)
        outcome = CodeState.USED_UP if spent else None
    elif priced.list_total < code.minimum_total:
        outcome, missing = CodeState.BELOW_MINIMUM, code.minimum_total - priced.list_total
    elif code.first_order_only and not basket.is_first_order:
        outcome = CodeState.NOT_FIRST_ORDER
    elif code.scope == Scope.DELIVERY:
        outcome = CodeState.AT_DELIVERY
    elif code.key in priced.given():
        outcome = CodeState.APPLIED
    elif code.reward == Reward.GIFT and any(line.line.is_meant_by(code) for line in priced.lines):
        outcome = CodeState.GIFT_GONE
    else:
        outcome = CodeState.NOTHING_FITS
    return Priced(**(vars(priced) | {"code": outcome, "code_missing": missing}))
