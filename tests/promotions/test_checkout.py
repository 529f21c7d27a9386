"""Offers from the cart to the order and back: frozen, counted, given back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.cart import selectors as carts
from apps.cart import services as cart
from apps.cart.models import Cart
from apps.catalog.models import Variant
from apps.core.time import now
from apps.delivery import selectors as delivery
from apps.fulfilment import services as fulfilment
from apps.orders import services as orders
from apps.orders.dto import AdjustmentKind, OrderStatus
from apps.orders.errors import PriceChanged
from apps.orders.models import Order, OrderAdjustment
from apps.orders.services import planning
from apps.payments import services as payments
from apps.payments.models import Payment
from apps.promotions import services
from apps.promotions.dto import OfferKind
from apps.promotions.errors import OfferUsedUp
from apps.promotions.models import PromoCode, Promotion, Redemption
from tests.factories import (
    CategoryFactory,
    CustomerFactory,
    ProductFactory,
    StaffFactory,
    ZoneFactory,
    checkout_request,
    fill_cart,
    make_code,
    make_promotion,
    stocked_variant,
)
from tests.gateway import silence

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    return CategoryFactory()


@pytest.fixture
def pack(shelf):
    """A pack for 300, twenty of them."""
    return stocked_variant(20, product=ProductFactory(category=shelf))


def view_of(customer):
    return carts.cart_view(customer_id=customer.pk, now=now())


def use_code(customer, row):
    return cart.set_promo_code(customer_id=customer.pk, code=row.code, now=now())


def place(customer, **fields):
    request = checkout_request(customer, **fields)
    return orders.place_order(customer_id=customer.pk, request=request, now=now())


def assert_adds_up(order):
    """Lines and adjustments come to the total, and no book disagrees."""
    order.refresh_from_db()
    lines = list(order.lines.all())
    assert sum(line.total for line in lines) == order.items_total
    assert sum(line.discount for line in lines) == order.discount
    adjusted = sum(row.amount for row in order.adjustments.all())
    assert order.items_total + adjusted == order.total
    assert fulfilment.check_books() == []


class TestPlaceOrder:
    def test_freezes_the_price_and_who_made_it(self, customer, shelf, pack):
        promotion = make_promotion(
            scope="category", categories=[shelf.pk], value=Decimal(15), name_en="Dumpling week"
        )
        fill_cart(customer, {pack: 3})

        order = place(customer)

        line = order.lines.get()
        assert (line.unit_price, line.regular_price, line.total) == (255, 300, 765)
        (kept,) = line.explanation
        assert (kept["id"], kept["name_en"], kept["amount"]) == (
            promotion.pk, "Dumpling week", "135.00",
        )  # fmt: skip
        assert order.total == 765 + 199
        redemption = Redemption.objects.get()
        assert (redemption.promotion, redemption.amount) == (promotion, 135)
        assert_adds_up(order)

    def test_freezes_every_step_of_a_rich_cart(self, customer, shelf, pack):
        gift = stocked_variant(5, regular_price=Decimal(120))
        other = stocked_variant(20, regular_price=Decimal("99.90"))
        make_promotion(scope="category", categories=[shelf.pk], value=Decimal(15))
        make_promotion(scope="product", products=[other.product_id], reward="n_for_m", buy=3, pay=2)
        make_promotion(reward="gift", gift_variant_id=gift.pk, minimum_total=Decimal(500))
        make_promotion(value=Decimal(5))
        make_promotion(scope="delivery", reward="amount", value=Decimal(100))
        row = make_code("THANKS", reward="amount", value=Decimal(50))
        fill_cart(customer, {pack: 3, other: 4})
        view = use_code(customer, row)

        order = place(customer)

        # 765 + 399.60 goods; 99.90 free; 5 % of 1064.70 = 53.24; 50 by code; 199 − 100 delivery.
        assert (order.items_total, order.discount) == (Decimal("1164.60"), Decimal("203.14"))
        assert order.total == view.total + 99 == Decimal("1060.46")
        assert order.delivery_fee == 99
        kinds = list(order.adjustments.order_by("pk").values_list("kind", "amount"))
        assert kinds == [
            (AdjustmentKind.DELIVERY, 199),
            (AdjustmentKind.PROMOTION, Decimal("-99.90")),
            (AdjustmentKind.PROMOTION, Decimal("-53.24")),
            (AdjustmentKind.CODE, -50),
            (AdjustmentKind.PROMOTION, 0),
            (AdjustmentKind.DELIVERY_OFFER, -100),
        ]
        given = order.lines.get(variant=gift)
        assert (given.quantity, given.gift_quantity, given.total) == (1, 1, 0)
        assert Redemption.objects.count() == 6
        assert Payment.objects.get().amount == order.total
        assert_adds_up(order)

    def test_joins_a_gift_to_what_was_bought_of_it(self, customer, pack):
        make_promotion(reward="gift", gift_variant_id=pack.pk)
        fill_cart(customer, {pack: 2})

        order = place(customer)

        line = order.lines.get()
        assert (line.quantity, line.gift_quantity, line.total) == (3, 1, 600)
        assert pack.stock.__class__.objects.get(variant=pack).reserved == 3
        assert_adds_up(order)

    def test_uses_the_code_and_takes_it_out_of_the_cart(self, customer, pack):
        row = make_code(uses_limit=5)
        fill_cart(customer, {pack: 2})
        use_code(customer, row)

        order = place(customer)

        row.refresh_from_db()
        assert (row.used, order.discount) == (1, 60)
        assert Cart.objects.get().promo_code is None
        assert_adds_up(order)

    def test_does_not_burn_a_code_that_gave_nothing(self, customer, pack):
        row = make_code(scope="delivery", reward="free")
        fill_cart(customer, {pack: 2})
        use_code(customer, row)

        order = place(customer, method="pickup")

        row.refresh_from_db()
        assert (row.used, order.total) == (0, 600)
        assert Cart.objects.get().promo_code == row
        assert not Redemption.objects.exists()

    def test_lets_no_discount_take_a_free_delivery_or_the_least_order_away(self, customer, pack):
        make_promotion(value=Decimal(50))
        fill_cart(customer, {pack: 10})

        assert place(customer).total == 1500

    def test_keeps_its_price_whatever_happens_to_the_promotion(self, customer, pack):
        promotion = make_promotion()
        fill_cart(customer, {pack: 2})
        order = place(customer)

        services.save_promotion(promotion_id=promotion.pk, value=Decimal(90), now=now())
        services.stop(kind=OfferKind.PROMOTION, offer_id=promotion.pk, actor_id=None, now=now())

        assert_adds_up(order)
        assert order.total == 540 + 199

    def test_takes_no_more_queries_for_offers_than_it_must(
        self, customer, shelf, django_assert_max_num_queries
    ):
        packs = {stocked_variant(5, product=ProductFactory(category=shelf)): 1 for _ in range(12)}
        make_promotion(scope="category", categories=[shelf.pk])
        make_promotion(value=Decimal(5))
        row = make_code()
        fill_cart(customer, packs)
        use_code(customer, row)
        request = checkout_request(customer)

        # Below the ceiling of a checkout without any offers, savepoints counted.
        with django_assert_max_num_queries(60):
            orders.place_order(customer_id=customer.pk, request=request, now=now())


class TestWhatIsGoneMeanwhile:
    def refused(self, customer, request, total):
        """The order is not placed, the new total is said, and nothing at all has changed."""
        before = (view_of(customer).version, Redemption.objects.count(), Payment.objects.count())

        with pytest.raises(PriceChanged) as refusal:
            orders.place_order(customer_id=customer.pk, request=request, now=now())

        assert refusal.value.facts["total"] == total
        after = (view_of(customer).version, Redemption.objects.count(), Payment.objects.count())
        assert before == after
        assert not Order.objects.filter(customer=customer).exists()
        assert fulfilment.check_books() == []

    def test_says_the_total_without_a_promotion_that_was_stopped(self, customer, pack):
        promotion = make_promotion()
        fill_cart(customer, {pack: 2})
        request = checkout_request(customer)
        services.stop(kind=OfferKind.PROMOTION, offer_id=promotion.pk, actor_id=None, now=now())

        self.refused(customer, request, 799)

    def test_says_the_total_without_a_budget_that_others_used(self, customer, pack):
        promotion = make_promotion(budget=Decimal(100))
        fill_cart(customer, {pack: 2})
        request = checkout_request(customer)
        Promotion.objects.filter(pk=promotion.pk).update(spent=41)
        Redemption.objects.create(
            promotion=promotion, customer=customer, amount=41, order=_somebodys_order(pack)
        )

        self.refused(customer, request, 799)

    @pytest.mark.parametrize("limit", ["uses_limit", "budget"])
    def test_says_the_total_without_a_code_whose_last_use_others_took(self, customer, pack, limit):
        row = make_code(**{limit: {"uses_limit": 1, "budget": Decimal(70)}[limit]})
        other = CustomerFactory()
        for buyer in (customer, other):
            fill_cart(buyer, {pack: 2})
            use_code(buyer, row)
        request = checkout_request(customer)
        place(other)

        self.refused(customer, request, 799)
        assert view_of(customer).code.state == "used_up"

    def test_is_found_behind_the_lock_too(self, customer, pack, monkeypatch):
        """The guard of the statement itself: the plan still believes in the code."""
        row = make_code(uses_limit=1)
        fill_cart(customer, {pack: 2})
        use_code(customer, row)
        request = checkout_request(customer)
        plan = planning.plan_checkout(customer_id=customer.pk, request=request, now=now())
        PromoCode.objects.update(used=1)
        plans = iter([plan])
        real = planning.plan_checkout
        monkeypatch.setattr(
            "apps.orders.services.checkout.plan_checkout",
            lambda **kwargs: next(plans, None) or real(**kwargs),
        )

        with pytest.raises(PriceChanged) as refusal:
            orders.place_order(customer_id=customer.pk, request=request, now=now())

        assert refusal.value.facts["total"] == 799
        assert not Order.objects.exists()

    def test_is_said_even_where_only_a_gift_went(self, customer, pack, monkeypatch):
        gift = stocked_variant(5, regular_price=Decimal(120))
        promotion = make_promotion(
            reward="gift", gift_variant_id=gift.pk, budget=Decimal(120), value=None
        )
        fill_cart(customer, {pack: 2})
        request = checkout_request(customer)
        plan = planning.plan_checkout(customer_id=customer.pk, request=request, now=now())
        assert plan.quote.cart.gifts
        Promotion.objects.filter(pk=promotion.pk).update(spent=1)
        plans = iter([plan])
        real = planning.plan_checkout
        monkeypatch.setattr(
            "apps.orders.services.checkout.plan_checkout",
            lambda **kwargs: next(plans, None) or real(**kwargs),
        )

        with pytest.raises(OfferUsedUp):
            orders.place_order(customer_id=customer.pk, request=request, now=now())

        assert not Order.objects.exists()


def _somebodys_order(pack):
    """Return an order that used no offer."""
    other = CustomerFactory()
    fill_cart(other, {pack: 2})
    running = list(Promotion.objects.filter(is_active=True).values_list("pk", flat=True))
    Promotion.objects.update(is_active=False)
    order = place(other)
    Promotion.objects.filter(pk__in=running).update(is_active=True)
    return order


class TestGivingBack:
    @pytest.mark.parametrize("way", ["customer", "desk", "packed"])
    def test_a_cancelled_order_returns_its_uses_and_its_budget(self, customer, pack, way):
        boss = StaffFactory(role="manager")
        row = make_code(uses_limit=1, budget=Decimal(500))
        promotion = make_promotion(value=Decimal(5), budget=Decimal(1000))
        fill_cart(customer, {pack: 2})
        use_code(customer, row)
        order = place(customer)
        row.refresh_from_db()
        promotion.refresh_from_db()
        assert (row.used, row.spent, promotion.spent) == (1, 57, 30)

        if way == "customer":
            orders.cancel_own_order(customer_id=customer.pk, order_id=order.pk, now=now())
        elif way == "desk":
            orders.cancel_order(order_id=order.pk, actor_id=boss.pk, reason="x", now=now())
        else:
            for step in (orders.confirm_order, _pick, fulfilment.pack_order):
                step(order_id=order.pk, actor_id=StaffFactory(role="owner").pk, now=now())
            fulfilment.cancel_packed(order_id=order.pk, reason="x", actor_id=boss.pk, now=now())

        row.refresh_from_db()
        promotion.refresh_from_db()
        assert (row.used, row.spent, promotion.spent) == (0, 0, 0)
        assert not Redemption.objects.live().exists()
        assert Redemption.objects.count() == 2
        assert_adds_up(order)
        fill_cart(customer, {pack: 2})
        assert use_code(customer, row).code.is_applied

    def test_an_expired_order_does_so_too(self, customer, pack, gateway):
        row = make_code(uses_limit=1)
        fill_cart(customer, {pack: 2})
        use_code(customer, row)
        order = place(customer, payment="yookassa")

        assert orders.expire_holds(now=order.hold_expires_at) == 1

        row.refresh_from_db()
        assert row.used == 0
        assert not Redemption.objects.live().exists()

    @pytest.mark.parametrize("is_taken", [False, True])
    def test_a_late_payment_takes_them_again_or_goes_back(self, customer, pack, gateway, is_taken):
        row = make_code(uses_limit=1, budget=Decimal(100))
        fill_cart(customer, {pack: 2})
        use_code(customer, row)
        order = place(customer, payment="yookassa")
        started = orders.start_payment(customer_id=customer.pk, order_id=order.pk, now=now())
        gateway.trouble = silence()
        orders.expire_holds(now=order.hold_expires_at + timedelta(minutes=16))
        if is_taken:
            other = CustomerFactory()
            fill_cart(other, {pack: 2})
            use_code(other, row)
            place(other)
        gateway.pay("pay-1", capture=True)

        payments.ask(payment_id=started.payment_id, now=now())

        order.refresh_from_db()
        row.refresh_from_db()
        assert order.status == (OrderStatus.EXPIRED if is_taken else OrderStatus.PLACED)
        assert (row.used, row.spent) == (1, 60)
        assert Redemption.objects.live().count() == 1
        assert fulfilment.check_books() == []

    def test_twice_gives_back_once(self, customer, pack):
        row = make_code(uses_limit=5)
        fill_cart(customer, {pack: 2})
        use_code(customer, row)
        order = place(customer)
        PromoCode.objects.update(used=3)

        for _ in range(2):
            services.release(order_id=order.pk, now=now())

        row.refresh_from_db()
        assert row.used == 2


def _pick(**kwargs):
    return fulfilment.start_picking(**kwargs)


class TestBudgets:
    def test_of_a_published_price_end_with_what_they_can_pay(
        self, customer, shelf, pack, django_capture_on_commit_callbacks
    ):
        promotion = make_promotion(
            scope="category", categories=[shelf.pk], value=Decimal(10), budget=Decimal(80)
        )
        fill_cart(customer, {pack: 2})
        assert view_of(customer).total == 540

        with django_capture_on_commit_callbacks(execute=True):
            place(customer)

        promotion.refresh_from_db()
        assert (promotion.spent, promotion.budget) == (60, 80)
        # 20 are left, and one pack would take 30: nobody is shown the lower price any more.
        assert Variant.objects.get(pk=pack.pk).price_at(now()) == 300

    def test_that_came_back_show_the_price_again(
        self, customer, shelf, pack, django_capture_on_commit_callbacks
    ):
        make_promotion(
            scope="category", categories=[shelf.pk], value=Decimal(10), budget=Decimal(80)
        )
        fill_cart(customer, {pack: 2})
        with django_capture_on_commit_callbacks(execute=True):
            order = place(customer)

        with django_capture_on_commit_callbacks(execute=True):
            orders.cancel_own_order(customer_id=customer.pk, order_id=order.pk, now=now())

        assert Variant.objects.get(pk=pack.pk).price_at(now()) == 270

    def test_are_put_right_by_the_clock_where_a_process_died(self, customer, shelf, pack):
        make_promotion(
            scope="category", categories=[shelf.pk], value=Decimal(10), budget=Decimal(60)
        )
        fill_cart(customer, {pack: 2})
        place(customer)
        assert Variant.objects.get(pk=pack.pk).price_at(now()) == 270

        services.publish_budgets(now=now())

        assert Variant.objects.get(pk=pack.pk).price_at(now()) == 300

    def test_given_to_a_running_promotion_count_what_it_gave_before(self, customer, pack):
        promotion = make_promotion()
        fill_cart(customer, {pack: 2})
        place(customer)

        services.save_promotion(promotion_id=promotion.pk, budget=Decimal(100), now=now())

        promotion.refresh_from_db()
        assert promotion.spent == 60
        assert fulfilment.check_books() == []


class TestCheckBooks:
    def test_finds_a_counter_that_lies(self, customer, pack):
        row = make_code(budget=Decimal(500))
        fill_cart(customer, {pack: 2})
        use_code(customer, row)
        order = place(customer)
        PromoCode.objects.update(used=7, spent=1)
        Order.objects.update(discount=1)
        OrderAdjustment.objects.filter(kind="code").update(amount=-61)

        found = {(row.subject, row.counter) for row in fulfilment.check_books()}

        assert found >= {
            (f"code {row.pk}", "used"),
            (f"code {row.pk}", "spent"),
            (f"order {order.number}", "discount"),
            (f"order {order.number}", "total"),
        }


class TestShortage:
    def short(self, order, boss, picked):
        """Pack an order with so many of each pack."""
        for step in (orders.confirm_order, _pick):
            step(order_id=order.pk, actor_id=boss.pk, now=now())
        lines = {line.variant_id: line.pk for line in order.lines.all()}
        taken = {lines[variant.pk]: quantity for variant, quantity in picked.items()}
        orders.apply_shortage(order_id=order.pk, picked=taken, now=now())
        order.refresh_from_db()
        return order

    @pytest.fixture
    def boss(self):
        return StaffFactory(role="owner")

    def test_takes_off_what_was_paid_for_the_missing_units(self, customer, pack, boss):
        make_promotion(value=Decimal(10))
        fill_cart(customer, {pack: 3})
        order = place(customer)
        assert order.total == 810 + 199

        assert self.short(order, boss, {pack: 2}).total == 540 + 199
        assert_adds_up(order)

    def test_shares_a_free_unit_among_all_units(self, customer, pack, boss):
        make_promotion(scope="product", products=[pack.product_id], reward="n_for_m", buy=3, pay=2)
        fill_cart(customer, {pack: 3})
        order = place(customer)

        # 600 were paid for three: each is worth 200.
        assert self.short(order, boss, {pack: 2}).total == 400 + 199
        assert_adds_up(order)

    def test_takes_off_all_that_was_paid_where_nothing_came(self, customer, pack, boss):
        other = stocked_variant(5, regular_price=Decimal("33.33"))
        make_promotion(value=Decimal(7))
        fill_cart(customer, {pack: 2, other: 3})
        order = place(customer)
        paid = {line.variant_id: line.total - line.discount for line in order.lines.all()}

        assert self.short(order, boss, {pack: 2, other: 0}).total == paid[pack.pk] + 199
        assert_adds_up(order)

    def test_counts_a_gift_as_missing_first_and_takes_nothing_off(self, customer, pack, boss):
        make_promotion(reward="gift", gift_variant_id=pack.pk)
        fill_cart(customer, {pack: 2})
        order = place(customer)

        assert self.short(order, boss, {pack: 2}).total == 600 + 199
        assert self.short_again(order, {pack: 1}).total == 300 + 199
        assert_adds_up(order)

    def short_again(self, order, picked):
        lines = {line.variant_id: line.pk for line in order.lines.all()}
        taken = {lines[variant.pk]: quantity for variant, quantity in picked.items()}
        orders.apply_shortage(order_id=order.pk, picked=taken, now=now())
        order.refresh_from_db()
        return order

    def test_settles_the_difference_only_and_never_below_nothing(self, customer, pack, boss):
        row = make_code(value=Decimal(100))
        fill_cart(customer, {pack: 3})
        use_code(customer, row)
        order = place(customer)
        assert order.total == 199

        self.short(order, boss, {pack: 1})
        assert self.short_again(order, {pack: 0}).total == 199
        assert_adds_up(order)


class TestFirstOrder:
    def test_is_the_one_that_is_not_cancelled(self, customer, pack):
        make_promotion(value=Decimal(20), first_order_only=True)
        fill_cart(customer, {pack: 2})
        assert view_of(customer).discount == 120
        order = place(customer)

        fill_cart(customer, {pack: 2})
        assert view_of(customer).discount == 0
        orders.cancel_own_order(customer_id=customer.pk, order_id=order.pk, now=now())
        assert view_of(customer).discount == 120


class TestQuote:
    def test_shows_the_fee_before_and_after_its_promotion(self, customer, pack):
        make_promotion(scope="delivery", reward="free", minimum_total=Decimal(500), name_en="Free")
        fill_cart(customer, {pack: 1})
        ZoneFactory()
        zone = delivery.zone_for(latitude=None, longitude=None)

        poor = carts.quote_for(cart=view_of(customer), zone=zone)
        fill_cart(customer, {pack: 2})
        rich = carts.quote_for(cart=view_of(customer), zone=zone)

        assert (poor.delivery_fee, poor.cart.chance != "") == (199, True)
        assert (rich.fee.full, rich.delivery_fee, rich.total) == (199, 0, 600)
        assert [saving.amount for saving in rich.delivery_offers] == [199]
        assert rich.savings == 199
        assert rich.missing_for_free is None


class TestRepeating:
    def test_leaves_gifts_to_the_offers(self, customer, pack):
        gift = stocked_variant(5)
        make_promotion(reward="gift", gift_variant_id=gift.pk, ends_at=now() + timedelta(hours=1))
        fill_cart(customer, {pack: 2})
        order = place(customer)
        assert order.status == OrderStatus.PLACED

        refill = orders.repeat_order(customer_id=customer.pk, order_id=order.pk, now=now())

        assert {line.variant_id: line.quantity for line in refill.cart.lines} == {pack.pk: 2}
