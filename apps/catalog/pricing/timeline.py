"""Prices over time, as pure rules: what staff ask from an instant on, and what may be published.

Every instant has one price, and an edge belongs to the price that begins there.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from apps.catalog.dto import AskedPrice, BasePrice, PricePlan, PriceSteps
from apps.catalog.errors import (
    InvalidPrice,
    ScheduleInPast,
    ScheduleOverlap,
    ScheduleTooShort,
    TooManySchedules,
)
from apps.core.money import CENT, rounded

# What a column of ten digits and two places holds.
DEAREST = Decimal("9999999999.99")
MOST_SCHEDULES = 50


def checked_price(amount: Decimal) -> Decimal:
    """Return a price with two places, half up.

    Raises:
        InvalidPrice: It is no number, not above zero, or larger than the shop can keep.
    """
    # Before rounding: it fails on what is no number or far too long.
    if not amount.is_finite() or not 0 < amount <= DEAREST:
        raise InvalidPrice
    price = rounded(amount)
    if not 0 < price <= DEAREST:
        raise InvalidPrice
    return price


def checked_prices(*, price: Decimal, regular_price: Decimal) -> AskedPrice:
    """Return what staff ask for a pack.

    Raises:
        InvalidPrice: One of the two is no price, or the price is above the regular one.
    """
    asked = AskedPrice(checked_price(price), checked_price(regular_price))
    if asked.price > asked.regular_price:
        raise InvalidPrice
    return asked


def due_for_good(plans: Iterable[PricePlan], at: datetime) -> list[PricePlan]:
    """Return the plans that have changed the asked price by then, in the order they did."""
    due = (plan for plan in plans if plan.ends_at is None and plan.starts_at <= at)
    return sorted(due, key=lambda plan: plan.starts_at)


def raised_to(asked: AskedPrice, price: Decimal) -> AskedPrice:
    """Return the asked price after a change for good; the regular one is never below it."""
    return AskedPrice(price, max(asked.regular_price, price))


def base_steps(asked: AskedPrice, plans: Sequence[PricePlan], now: datetime) -> PriceSteps:
    """Return what a pack costs from `now` on before promotions, without edges that change nothing.

    A temporary price lies over the asked one and falls back to what is asked by then; it is never
    above the regular price of its time.
    """
    edges = _future((edge for plan in plans for edge in (plan.starts_at, plan.ends_at)), now)
    return _merged(
        _price_at(asked, plans, now), edges, [_price_at(asked, plans, edge) for edge in edges]
    )


def published_steps(base: BasePrice, given: PriceSteps, now: datetime) -> PriceSteps:
    """Hold what the rules of promotions gave to bounds, from `now` on.

    Where they gave nothing above zero, or more than the regular price, the base price holds.
    """
    edges = _future((*given.edges, *base.steps.edges), now)

    def at(moment: datetime) -> Decimal:
        asked, price = base.steps.at(moment), given.at(moment)
        ceiling = max(base.regular_price, asked)
        return rounded(price) if CENT <= price <= ceiling else asked

    return _merged(at(now), edges, [at(edge) for edge in edges])


def asked_at(asked: AskedPrice, plans: Iterable[PricePlan], at: datetime) -> AskedPrice:
    """Return what is asked by then, temporary prices aside."""
    for plan in due_for_good(plans, at):
        asked = raised_to(asked, plan.price)
    return asked


def overlap(one: PricePlan, other: PricePlan) -> bool:
    """Tell whether two plans can't both be: two temporary at a time, two for good at an instant."""
    if one.ends_at is None or other.ends_at is None:
        return one.ends_at is other.ends_at and one.starts_at == other.starts_at
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def check_plan(
    plan: PricePlan, *, sku: str, asked: AskedPrice, others: Sequence[PricePlan], now: datetime
) -> None:
    """Refuse what contradicts the calendar, the regular price of its time, or another plan.

    Raises:
        ScheduleInPast, ScheduleTooShort, InvalidPrice, ScheduleOverlap, TooManySchedules: As their
        names say.
    """
    if plan.starts_at < now:
        raise ScheduleInPast
    if plan.ends_at is not None:
        if plan.ends_at <= plan.starts_at:
            raise ScheduleTooShort
        if plan.price > asked_at(asked, others, plan.starts_at).regular_price:
            raise InvalidPrice
    if any(overlap(plan, other) for other in others):
        raise ScheduleOverlap(sku=sku)
    if len(others) >= MOST_SCHEDULES:
        raise TooManySchedules(sku=sku, most=MOST_SCHEDULES)


def _price_at(asked: AskedPrice, plans: Sequence[PricePlan], at: datetime) -> Decimal:
    asked = asked_at(asked, plans, at)
    over = (plan for plan in plans if plan.ends_at and plan.starts_at <= at < plan.ends_at)
    temporary = next(over, None)
    return asked.price if temporary is None else min(temporary.price, asked.regular_price)


def _future(edges: Iterable[datetime | None], now: datetime) -> list[datetime]:
    return sorted({edge for edge in edges if edge is not None and edge > now})


def _merged(first: Decimal, edges: Sequence[datetime], steps: Sequence[Decimal]) -> PriceSteps:
    """Leave out edges at which the price stays."""
    before = (first, *steps)
    changes = [i for i, step in enumerate(steps) if step != before[i]]
    return PriceSteps(first, tuple(edges[i] for i in changes), tuple(steps[i] for i in changes))
