"""What holds for every basket whatever: the engine against thousands of random ones."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.money import CENT
from apps.promotions import pricing
from apps.promotions.dto import Basket, BasketLine, Offer, OfferKind, Priced, PricedFee
from tests.conftest import scaled
from tests.promotions.random_carts import NOW, RandomCart, random_base, random_cart, random_offer

# What PostgreSQL and Python tell apart.
dt_resolution = timedelta(microseconds=1)


def price(cart: RandomCart) -> tuple[Priced, PricedFee]:
    """Run the whole engine on a cart."""
    priced = pricing.price_basket(basket=cart.basket, offers=cart.offers, code=cart.code)
    return priced, pricing.price_delivery(fee=cart.fee, offers=priced.delivery_offers)


def is_exact(amount: Decimal) -> bool:
    """Tell whether a sum has whole cents."""
    return amount == amount.quantize(CENT)


def check_sums(cart: RandomCart, priced: Priced, fee: PricedFee) -> None:
    """Nothing negative, nothing above the regular price, everything exact to the cent."""
    quantities = {line.variant_id: line.quantity for line in cart.basket.lines}
    assert {line.line.variant_id: line.line.quantity for line in priced.lines} == quantities
    for line in priced.lines:
        assert CENT <= line.unit_price <= line.line.base_price <= line.line.regular_price
        assert 0 <= line.discount <= line.total
        assert is_exact(line.unit_price)
        assert is_exact(line.discount)
        explained = sum(step.amount for step in line.unit_steps)
        assert explained == (line.line.base_price - line.unit_price) * line.line.quantity
    assert priced.total == sum(line.to_pay for line in priced.lines)
    assert 0 <= priced.total <= priced.items_total
    assert sum(step.amount for step in priced.steps) == priced.discount
    for step in priced.steps:
        assert step.amount > 0
        assert sum(step.shares.values()) == step.amount
    by_line = {line.line.variant_id: line.discount for line in priced.lines}
    for variant_id, discount in by_line.items():
        assert discount == sum(step.shares.get(variant_id, 0) for step in priced.steps)
    assert 0 <= fee.fee <= fee.full == cart.fee
    assert fee.full - fee.fee == sum(step.amount for step in fee.steps)


def check_offers(cart: RandomCart, priced: Priced, fee: PricedFee) -> None:
    """Nobody gives more than its budget, gives twice, or gives without its conditions."""
    offers = {offer.key: offer for offer in (*cart.offers, *([cart.code] if cart.code else []))}
    given_sums = priced.given() | {step.key: step.amount for step in fee.steps}
    for key, amount in given_sums.items():
        offer = offers[key]
        assert amount > 0
        assert offer.left is None or amount <= offer.left
        assert priced.list_total >= offer.minimum_total
        assert cart.basket.is_first_order or not offer.first_order_only
    single = [gift for gift in priced.gifts if not offers[gift.step.key].is_stackable]
    assert len(single) <= 1
    for variant_id, shelf in cart.basket.gifts.items():
        bought = sum(x.quantity for x in cart.basket.lines if x.variant_id == variant_id)
        given_away = sum(g.quantity for g in priced.gifts if g.variant_id == variant_id)
        assert not given_away or bought + given_away <= shelf.available


def shuffled(cart: RandomCart, dice: Random) -> RandomCart:
    """Return the same cart in another order."""
    lines, offers = list(cart.basket.lines), list(cart.offers)
    dice.shuffle(lines)
    dice.shuffle(offers)
    return cart._replace(basket=replace(cart.basket, lines=tuple(lines)), offers=offers)


def check_order(cart: RandomCart, outcome: tuple[Priced, PricedFee], dice: Random) -> None:
    """The order of lines and of offers changes nothing at all."""
    assert price(shuffled(cart, dice)) == outcome


def check_clearance(priced: Priced) -> None:
    """What is marked down costs what was asked for it, whatever else is offered."""
    for line in priced.lines:
        if line.line.on_clearance:
            assert (line.unit_price, line.discount) == (line.line.base_price, 0)


def check_code(cart: RandomCart, priced: Priced) -> None:
    """A promo code never makes anything dearer."""
    without, _fee = price(cart._replace(code=None))
    assert priced.total <= without.total
    assert priced.list_total == without.list_total


def check_cart(seed: int) -> None:
    """Price one random cart and hold it to all of it."""
    dice = Random(seed)
    cart = random_cart(dice)
    priced, fee = price(cart)
    check_sums(cart, priced, fee)
    check_offers(cart, priced, fee)
    check_order(cart, (priced, fee), dice)
    check_code(cart, priced)
    check_clearance(priced)


class TestEveryBasket:
    @settings(max_examples=3000, deadline=None)
    @given(st.integers(min_value=0, max_value=2**63))
    def test_is_priced_exactly_fairly_and_in_no_order(self, seed):
        check_cart(seed)

    @pytest.mark.deep
    def test_is_priced_exactly_fairly_and_in_no_order_a_hundred_thousand_times(self):
        for seed in range(scaled(100_000)):
            check_cart(seed)


def one_unit(base, offers: list[Offer], moment) -> Decimal:
    """Return what one unit costs in an otherwise empty cart at an instant."""
    line = BasketLine(
        variant_id=base.variant_id,
        product_id=base.product_id,
        category_ids=base.category_ids,
        quantity=1,
        regular_price=base.regular_price,
        base_price=base.steps.at(moment),
        on_clearance=base.on_clearance,
    )
    holding = [offer for offer in offers if offer.holds(moment)]
    return pricing.price_basket(basket=Basket((line,)), offers=holding).lines[0].unit_price


class TestThePublishedPrice:
    @settings(max_examples=1500, deadline=None)
    @given(st.integers(min_value=0, max_value=2**63))
    def test_is_the_carts_price_of_one_unit_at_every_instant(self, seed):
        dice = Random(seed)
        base = random_base(dice, 1)
        offers = [
            offer for number in range(1, 9) if (offer := random_offer(dice, number)).is_listed
        ]

        steps = pricing.price_steps(base=base, offers=offers, now=NOW)

        turns = {NOW, *base.steps.edges, *steps.edges}
        turns |= {moment for o in offers for moment in (o.starts_at, o.ends_at) if moment}
        for turn in turns:
            for moment in (turn - dt_resolution, turn, turn + dt_resolution):
                if moment >= NOW:
                    assert steps.at(moment) == one_unit(base, offers, moment)

    @settings(max_examples=500, deadline=None)
    @given(st.integers(min_value=0, max_value=2**63))
    def test_changes_at_its_edges_only(self, seed):
        dice = Random(seed)
        offers = [random_offer(dice, number) for number in range(1, 9)]

        steps = pricing.price_steps(base=random_base(dice, 1), offers=offers, now=NOW)

        assert list(steps.edges) == sorted(set(steps.edges))
        assert all(edge > NOW for edge in steps.edges)
        prices = [steps.first, *steps.steps]
        assert all(before != after for before, after in pairwise(prices))


class TestACode:
    def test_is_priced_like_a_promotion_that_comes_last(self):
        """The generator really makes codes: a net against a test that tests nothing."""
        codes = [random_cart(Random(seed)).code for seed in range(200)]

        assert 50 < sum(code is not None for code in codes) < 150
        assert {code.kind for code in codes if code} == {OfferKind.CODE}
