"""The price engine, sum by sum, as a manager would work it out by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from apps.promotions import pricing
from apps.promotions.dto import (
    Basket,
    BasketLine,
    CodeState,
    Offer,
    OfferKind,
    Shelf,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
VEGETABLES, ICE_CREAM, FROZEN = 10, 20, 1
GIFT = 900


def line(variant_id=1, quantity=1, price="300", *, product_id=None, category=VEGETABLES, **fields):
    """Return some packs; a product has one pack unless told."""
    return BasketLine(
        variant_id=variant_id,
        product_id=product_id or variant_id,
        category_ids=(category, FROZEN),
        quantity=quantity,
        regular_price=Decimal(fields.pop("regular", price)),
        base_price=Decimal(price),
        **fields,
    )


def offer(number=1, **fields):
    """Return an offer that holds: 10 percent off vegetables, unless told otherwise."""
    fields = {"scope": "category", "reward": "percent", "value": "10"} | fields
    fields["value"] = Decimal(fields["value"])
    if fields["scope"] == "category":
        fields.setdefault("category_ids", frozenset({VEGETABLES}))
    return Offer(
        kind=OfferKind.PROMOTION,
        id=number,
        name_ru=f"Акция {number}",
        name_en=f"Offer {number}",
        starts_at=NOW - timedelta(days=1),
        **fields,
    )


def code(**fields):
    """Return a promo code that may be used: 10 percent off the cart, unless told otherwise."""
    return replace(offer(1, **({"scope": "cart"} | fields)), kind=OfferKind.CODE, is_stackable=True)


def three_for_two(number=1, **fields):
    fields = {"reward": "n_for_m", "buy": 3, "pay": 2, "value": "0"} | fields
    return offer(number, **fields)


def gift(number=1, **fields):
    fields = {"scope": "cart", "reward": "gift", "gift_variant_id": GIFT, "value": "0"} | fields
    return offer(number, **fields)


def price(*lines, offers=(), promo_code=None, gifts=None, first=False):
    basket = Basket(lines, gifts or {}, is_first_order=first)
    return pricing.price_basket(basket=basket, offers=offers, code=promo_code)


class TestUnitPrices:
    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"value": "15"}, "84.96"),  # 99.95 × 0.85 = 84.9575
            ({"reward": "amount", "value": "20"}, "79.95"),
            ({"reward": "amount", "value": "500"}, "0.01"),
            ({"reward": "fixed_price", "value": "49.90"}, "49.90"),
            ({"reward": "fixed_price", "value": "120"}, "99.95"),
            ({"value": "100"}, "0.01"),
            ({"category_ids": frozenset({ICE_CREAM})}, "99.95"),
            ({"category_ids": frozenset({FROZEN})}, "89.96"),  # the whole shelf above
            ({"scope": "product", "product_ids": frozenset({1})}, "89.96"),
            ({"scope": "product", "product_ids": frozenset({2})}, "99.95"),
        ],
    )
    def test_follow_the_reward_and_the_goods(self, fields, expected):
        priced = price(line(price="99.95", quantity=3), offers=[offer(**fields)])

        assert priced.lines[0].unit_price == Decimal(expected)
        assert priced.total == Decimal(expected) * 3

    def test_take_the_best_of_those_that_do_not_combine_and_name_it(self):
        offers = [offer(1, value="10"), offer(2, value="25"), offer(3, value="20")]

        (only,) = price(line(quantity=2), offers=offers).lines

        assert only.unit_price == 225
        assert [(step.id, step.amount) for step in only.unit_steps] == [(2, 150)]

    def test_let_a_higher_priority_win_though_it_gives_less(self):
        offers = [offer(1, value="25"), offer(2, value="10", priority=1)]

        assert price(line(), offers=offers).lines[0].unit_price == 270

    def test_ignore_a_priority_that_gives_nothing(self):
        useless = offer(2, reward="fixed_price", value="999", priority=9)

        assert price(line(), offers=[offer(1), useless]).lines[0].unit_price == 270

    def test_add_what_combines_in_the_order_of_priority(self):
        offers = [
            offer(1, value="10"),
            offer(2, reward="amount", value="30", is_stackable=True, priority=1),
        ]

        (only,) = price(line(), offers=offers).lines

        assert only.unit_price == 243  # (300 − 30) × 0.9
        assert [(step.id, step.amount) for step in only.unit_steps] == [(2, 30), (1, 27)]

    def test_begin_from_the_scheduled_price_and_never_pass_the_regular_one(self):
        priced = price(line(price="250", regular="300"), offers=[offer()])

        assert (priced.total, priced.savings) == (225, 75)

    def test_with_a_condition_come_only_with_it(self):
        first = offer(1, value="50", first_order_only=True)
        rich = offer(2, value="30", minimum_total=Decimal(1000))

        assert price(line(), offers=[first, rich]).total == 300
        assert price(line(), offers=[first, rich], first=True).total == 150
        assert price(line(quantity=4), offers=[first, rich]).total == 840

    def test_with_a_condition_never_make_the_catalogues_price_dearer(self):
        shown = offer(1, value="25")
        grand = offer(2, value="10", first_order_only=True, priority=9)

        assert price(line(), offers=[shown, grand], first=True).total == 225


class TestTheCataloguesPrice:
    def test_counts_where_an_offer_ended_this_very_moment(self):
        shown = line(list_price=Decimal(270))

        (only,) = price(shown, offers=[]).lines

        assert (only.unit_price, only.unit_steps) == (270, ())

    def test_is_explained_where_it_agrees(self):
        (only,) = price(line(list_price=Decimal(270)), offers=[offer()]).lines

        assert [step.amount for step in only.unit_steps] == [30]

    def test_does_not_count_where_the_budget_can_not_pay(self):
        shown = line(quantity=10, list_price=Decimal(270))

        assert price(shown, offers=[offer(left=Decimal(299))]).total == 3000
        assert price(shown, offers=[offer(left=Decimal(300))]).total == 2700


class TestSeveralForThePriceOfFewer:
    def test_make_the_cheapest_free(self):
        lines = (line(1, 2, "300"), line(2, 2, "100"), line(3, 2, "200"))

        priced = price(*lines, offers=[three_for_two()])

        assert priced.total == 1200 - 200  # two of six units are free: both at 100
        assert {x.line.variant_id: x.discount for x in priced.lines} == {1: 0, 2: 200, 3: 0}
        (step,) = priced.steps
        assert (step.amount, step.shares) == (200, {2: 200})

    @pytest.mark.parametrize(
        ("quantity", "paid"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (9, 6)]
    )
    def test_count_whole_groups_only(self, quantity, paid):
        priced = price(line(quantity=quantity, price="100"), offers=[three_for_two()])

        assert priced.total == paid * 100

    def test_count_their_own_goods_only(self):
        lines = (line(1, 2), line(2, 1, category=ICE_CREAM))

        assert price(*lines, offers=[three_for_two()]).discount == 0

    def test_leave_goods_alone_that_are_reduced_already(self):
        offers = [offer(1, scope="product", product_ids=frozenset({1}), value="5")]

        priced = price(line(1, 3, "100"), line(2, 3, "100"), offers=[*offers, three_for_two(2)])

        assert priced.items_total == 285 + 300
        assert priced.discount == 100

    def test_come_on_top_where_they_combine(self):
        offers = [offer(1, value="5"), three_for_two(2, is_stackable=True)]

        assert price(line(quantity=3, price="100"), offers=offers).total == 190

    def test_give_once_where_two_mean_the_same_goods(self):
        offers = [three_for_two(1), three_for_two(2, buy=2, pay=1)]

        assert price(line(quantity=4, price="100"), offers=offers).total == 200


class TestCartPromotions:
    def test_are_rounded_once_and_split_to_the_cent(self):
        lines = [line(number, 1, "33.33") for number in (1, 2, 3)]

        priced = price(*lines, offers=[offer(scope="cart", value="10")])

        assert priced.discount == Decimal("10.00")  # 99.99 × 0.1 = 9.999
        assert [x.discount for x in priced.lines] == [
            Decimal("3.34"), Decimal("3.33"), Decimal("3.33"),
        ]  # fmt: skip
        assert sum(x.to_pay for x in priced.lines) == priced.total == Decimal("89.99")

    def test_never_take_off_more_than_there_is(self):
        priced = price(line(), offers=[offer(scope="cart", reward="amount", value="5000")])

        assert (priced.total, priced.discount) == (0, 300)

    def test_take_the_best_and_all_that_combine(self):
        offers = [
            offer(1, scope="cart", value="10"),
            offer(2, scope="cart", reward="amount", value="50"),
            offer(3, scope="cart", value="5", is_stackable=True),
        ]

        priced = price(line(), offers=offers)

        assert [(step.id, step.amount) for step in priced.steps] == [(2, 50), (3, Decimal("12.5"))]

    def test_come_from_a_least_total_at_the_catalogues_prices(self):
        rich = offer(scope="cart", minimum_total=Decimal(600))

        poor = price(line(), offers=[rich])

        assert poor.discount == 0
        assert [(c.offer.id, c.missing) for c in poor.chances] == [(1, 300)]
        assert price(line(quantity=2), offers=[rich]).discount == 60


class TestGifts:
    def shelf(self, available=5):
        return {GIFT: Shelf(Decimal(120), available)}

    def test_cost_nothing_and_come_once(self):
        (given,) = price(line(quantity=9), offers=[gift()], gifts=self.shelf()).gifts

        assert (given.variant_id, given.quantity, given.price) == (GIFT, 1, 120)
        assert given.step.amount == 120

    @pytest.mark.parametrize("available", [0, 1])
    def test_come_only_while_there_are_enough(self, available):
        offers = [gift(gift_quantity=2)]

        assert price(line(), offers=offers, gifts=self.shelf(available)).gifts == ()

    def test_leave_the_customer_what_they_bought(self):
        bought = line(GIFT, 5, "120")

        assert price(bought, offers=[gift()], gifts=self.shelf(5)).gifts == ()
        assert price(bought, offers=[gift()], gifts=self.shelf(6)).gifts

    def test_are_one_of_those_that_do_not_combine_the_dearest(self):
        shelf = self.shelf() | {901: Shelf(Decimal(500), 1)}
        offers = [gift(1), gift(2, gift_variant_id=901)]

        assert [g.variant_id for g in price(line(), offers=offers, gifts=shelf).gifts] == [901]

    def test_are_all_of_those_that_do(self):
        offers = [gift(1), gift(2, is_stackable=True)]

        assert len(price(line(), offers=offers, gifts=self.shelf()).gifts) == 2
        assert len(price(line(), offers=offers, gifts=self.shelf(1)).gifts) == 1

    def test_come_with_certain_goods(self):
        ice = gift(scope="category", category_ids=frozenset({ICE_CREAM}))

        assert not price(line(), offers=[ice], gifts=self.shelf()).gifts
        assert price(line(category=ICE_CREAM), offers=[ice], gifts=self.shelf()).gifts


class TestPromoCodes:
    def test_come_after_everything_else(self):
        offers = [offer(1, value="10"), offer(2, scope="cart", value="10")]

        priced = price(line(), offers=offers, promo_code=code())

        assert priced.total == Decimal("218.70")  # 300 × 0.9 × 0.9 × 0.9
        assert priced.code == CodeState.APPLIED
        assert [step.kind for step in priced.steps] == ["promotion", "code"]

    @pytest.mark.parametrize(
        ("fields", "discount"),
        [
            ({"scope": "category"}, "60"),
            ({"scope": "category", "reward": "amount", "value": "50"}, "100"),
            ({"scope": "category", "reward": "fixed_price", "value": "199"}, "202"),
            ({"scope": "category", "reward": "n_for_m", "buy": 2, "pay": 1}, "300"),
            ({"reward": "amount", "value": "5000"}, "700"),
        ],
    )
    def test_mean_their_own_goods(self, fields, discount):
        lines = (line(1, 2, "300"), line(2, 1, "100", category=ICE_CREAM))

        assert price(*lines, promo_code=code(**fields)).discount == Decimal(discount)

    @pytest.mark.parametrize(
        ("fields", "state"),
        [
            ({"minimum_total": Decimal(301)}, CodeState.BELOW_MINIMUM),
            ({"first_order_only": True}, CodeState.NOT_FIRST_ORDER),
            ({"scope": "category", "category_ids": frozenset({99})}, CodeState.NOTHING_FITS),
            ({"scope": "delivery"}, CodeState.AT_DELIVERY),
            ({"reward": "gift", "gift_variant_id": GIFT}, CodeState.GIFT_GONE),
            ({"left": Decimal("29.99")}, CodeState.USED_UP),
        ],
    )
    def test_say_why_they_give_nothing(self, fields, state):
        priced = price(line(), promo_code=code(**fields))

        assert (priced.code, priced.discount, priced.steps) == (state, 0, ())

    def test_bring_their_gift_besides_a_promotions(self):
        shelf = {GIFT: Shelf(Decimal(120), 5), 901: Shelf(Decimal(90), 5)}
        given = code(reward="gift", gift_variant_id=901)

        gifts = price(line(), offers=[gift(7)], promo_code=given, gifts=shelf).gifts

        assert {g.variant_id for g in gifts} == {GIFT, 901}


class TestClearance:
    @pytest.mark.parametrize(
        "running",
        [offer(), three_for_two(), offer(scope="cart"), offer(scope="cart", reward="amount")],
        ids=["unit", "n-for-m", "cart percent", "cart amount"],
    )
    def test_is_left_alone_by_offers_that_others_get(self, running):
        marked_down, plain = line(1, 3, on_clearance=True), line(2, 3)

        priced = price(marked_down, plain, offers=[running])

        assert (priced.lines[0].unit_price, priced.lines[0].discount) == (300, 0)
        assert priced.lines[1].to_pay < 900

    @pytest.mark.parametrize("given", [{}, {"scope": "category"}, {"reward": "amount"}])
    def test_is_left_alone_by_codes_which_say_so(self, given):
        priced = price(line(on_clearance=True), promo_code=code(**given))

        assert (priced.total, priced.code) == (300, CodeState.NOTHING_FITS)

    def test_brings_no_gift_but_counts_for_thresholds(self):
        gifts = {GIFT: Shelf(Decimal(99), 5)}
        present = gift(minimum_total=Decimal(500))
        marked_down = line(1, on_clearance=True)

        assert price(marked_down, offers=[gift()], gifts=gifts).gifts == ()
        assert price(marked_down, line(2), offers=[present], gifts=gifts).gifts


class TestBudgets:
    def test_are_never_passed_and_make_way_for_the_next_best(self):
        offers = [offer(1, value="50", left=Decimal(299)), offer(2, value="10")]

        assert price(line(quantity=1), offers=offers).total == 150
        assert price(line(quantity=2), offers=offers).total == 540

    def test_count_gifts_at_their_price(self):
        shelf = {GIFT: Shelf(Decimal(120), 5)}

        assert not price(line(), offers=[gift(left=Decimal(119))], gifts=shelf).gifts
        assert price(line(), offers=[gift(left=Decimal(120))], gifts=shelf).gifts


class TestPriceDelivery:
    def fee(self, *offers, fee="199"):
        return pricing.price_delivery(fee=Decimal(fee), offers=offers)

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"reward": "free"}, "0"),
            ({"reward": "percent", "value": "50"}, "99.50"),
            ({"reward": "amount", "value": "500"}, "0"),
            ({"reward": "fixed_price", "value": "99"}, "99"),
            ({"reward": "fixed_price", "value": "300"}, "199"),
        ],
    )
    def test_follows_the_reward(self, fields, expected):
        assert self.fee(offer(scope="delivery", **fields)).fee == Decimal(expected)

    def test_lets_a_code_come_last_and_give_nothing_for_nothing(self):
        free = offer(scope="delivery", reward="free")

        paid = self.fee(free, code(scope="delivery", reward="free"))

        assert [(step.kind, step.amount) for step in paid.steps] == [("promotion", 199)]

    def test_keeps_within_the_budget(self):
        assert self.fee(offer(scope="delivery", reward="free", left=Decimal(198))).fee == 199
