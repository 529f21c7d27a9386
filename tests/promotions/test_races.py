"""The last use of a code, the rest of a budget: many buyers at once on real connections."""

from decimal import Decimal
from functools import partial
from threading import Event

import pytest
from django.db import IntegrityError
from django.db.models import F

from apps.cart import services as cart
from apps.core.time import now
from apps.fulfilment import services as fulfilment
from apps.inventory.models import StockLevel
from apps.orders import errors, services
from apps.orders.models import Order
from apps.promotions import services as promotions
from apps.promotions.models import PromoCode, Promotion, Redemption
from apps.promotions.services import redeeming
from tests.conftest import scaled
from tests.factories import (
    CustomerFactory,
    SlotFactory,
    checkout_request,
    fill_cart,
    make_code,
    make_promotion,
    stocked_variant,
)
from tests.races import raised, together

pytestmark = pytest.mark.django_db(transaction=True)

BUYERS = 32


def buyers(count, variant, *, code=None):
    """Return calls that each order two packs, each for a customer who has the code in the cart."""
    slot = SlotFactory(capacity_orders=1000, capacity_ml=10**8)
    calls = []
    for _ in range(count):
        customer = CustomerFactory()
        fill_cart(customer, {variant: 2})
        if code is not None:
            cart.set_promo_code(customer_id=customer.pk, code=code.code, now=now())
        request = checkout_request(customer, slot_id=slot.pk)
        calls.append(
            partial(services.place_order, customer_id=customer.pk, request=request, now=now())
        )
    return calls


def assert_went_to(outcomes, count, *, variant):
    """Exactly so many orders came of it; the others were told their new total and hold nothing."""
    refusals = raised(outcomes)
    assert {type(error) for error in refusals} <= {errors.PriceChanged}
    assert {error.facts["total"] for error in refusals} <= {Decimal("799.00")}
    assert len(outcomes) - len(refusals) == count
    assert Order.objects.count() == count
    assert Redemption.objects.live().count() == count
    assert StockLevel.objects.get(variant=variant).reserved == 2 * count
    assert fulfilment.check_books() == []


class TestTheLastUse:
    def test_goes_to_exactly_so_many_of_32_buyers(self):
        variant = stocked_variant(500)
        code = make_code(uses_limit=5)

        outcomes = together(buyers(BUYERS, variant, code=code))

        assert_went_to(outcomes, 5, variant=variant)
        code.refresh_from_db()
        assert code.used == 5

    @pytest.mark.deep
    def test_goes_to_one_of_32_buyers_again_and_again(self):
        for _ in range(scaled(10)):
            variant = stocked_variant(500)
            code = make_code(uses_limit=1)

            outcomes = together(buyers(BUYERS, variant, code=code))

            assert len(outcomes) - len(raised(outcomes)) == 1
            assert StockLevel.objects.get(variant=variant).reserved == 2
        assert fulfilment.check_books() == []

    def test_would_go_to_more_without_the_guard(self, monkeypatch):
        """The negative control: only the table's own CHECK is left to stop it."""
        variant = stocked_variant(500)
        code = make_code(uses_limit=2)
        calls = buyers(12, variant, code=code)

        def unguarded(use, customer_id, now, valid):
            PromoCode.objects.filter(pk=use.id).update(used=F("used") + 1)

        monkeypatch.setattr(redeeming, "_use_code", unguarded)

        refusals = raised(together(calls))

        assert any(isinstance(refusal, IntegrityError) for refusal in refusals)

    @pytest.mark.deep
    def test_goes_to_too_many_by_check_then_write(self, monkeypatch):
        """The negative control of the race itself: the classical mistake loses count here."""
        variant = stocked_variant(500)
        code = make_code(uses_limit=5)
        calls = buyers(BUYERS, variant, code=code)

        def check_then_write(use, customer_id, now, valid):
            row = PromoCode.objects.get(pk=use.id)
            if row.used >= row.uses_limit:
                raise redeeming.OfferUsedUp
            row.used += 1
            row.save(update_fields=["used"])

        monkeypatch.setattr(redeeming, "_use_code", check_then_write)

        together(calls)

        code.refresh_from_db()
        redeemed = Redemption.objects.live().count()
        assert redeemed != code.used or redeemed > 5

    def test_of_one_customer_goes_to_one_of_their_orders(self):
        variant = stocked_variant(500)
        code = make_code(per_customer=1)
        customer = CustomerFactory()
        fill_cart(customer, {variant: 2})
        cart.set_promo_code(customer_id=customer.pk, code=code.code, now=now())
        slot = SlotFactory(capacity_orders=1000, capacity_ml=10**8)
        requests = [checkout_request(customer, slot_id=slot.pk) for _ in range(8)]

        outcomes = together(
            [
                partial(services.place_order, customer_id=customer.pk, request=request, now=now())
                for request in requests
            ]
        )

        assert len(outcomes) - len(raised(outcomes)) == 1
        code.refresh_from_db()
        assert code.used == 1
        assert fulfilment.check_books() == []


class TestTheRestOfABudget:
    def test_goes_to_exactly_so_many_buyers(self):
        variant = stocked_variant(500)
        promotion = make_promotion(budget=Decimal(200))  # 60 for each order: three of them

        outcomes = together(buyers(20, variant))

        assert_went_to(outcomes, 3, variant=variant)
        promotion.refresh_from_db()
        assert promotion.spent == 180

    def test_would_go_to_more_without_the_guard(self, monkeypatch):
        """The negative control: only the table's own CHECK is left to stop it."""
        variant = stocked_variant(500)
        make_promotion(budget=Decimal(200))
        calls = buyers(12, variant)

        def unguarded(use, now):
            Promotion.objects.filter(pk=use.id).update(spent=F("spent") + use.amount)

        monkeypatch.setattr(redeeming, "_spend", unguarded)

        refusals = raised(together(calls))

        assert any(isinstance(refusal, IntegrityError) for refusal in refusals)

    def test_that_comes_while_people_order_counts_them_all(self):
        """A budget is given to a running promotion in the middle of a rush."""
        variant = stocked_variant(500)
        promotion = make_promotion()
        calls = buyers(16, variant)
        calls.insert(
            8,
            partial(
                promotions.save_promotion,
                promotion_id=promotion.pk,
                budget=Decimal(10_000),
                now=now(),
            ),
        )

        outcomes = together(calls)

        assert raised(outcomes) == []
        promotion.refresh_from_db()
        assert promotion.spent == 16 * 60
        assert fulfilment.check_books() == []

    @pytest.mark.deep
    def test_that_comes_while_people_order_would_miss_some_without_the_lock(self, monkeypatch):
        """The negative control: orders don't hold the promotions that they use."""
        statement = redeeming._SHARE
        assert "FOR KEY SHARE" in statement
        monkeypatch.setattr(redeeming, "_SHARE", statement.replace("FOR KEY SHARE", ""))
        promotion = make_promotion()
        asked, given = Event(), Event()
        share = redeeming._share

        def ask_and_linger(*args, **options):
            budgeted = share(*args, **options)
            asked.set()
            given.wait(timeout=20)
            return budgeted

        def give_a_budget():
            asked.wait(timeout=20)
            promotions.save_promotion(promotion_id=promotion.pk, budget=Decimal(10_000), now=now())
            given.set()

        monkeypatch.setattr(redeeming, "_share", ask_and_linger)
        outcomes = together([*buyers(1, stocked_variant(500)), give_a_budget])

        assert raised(outcomes) == []
        assert fulfilment.check_books() != []


class TestCancellingWhileOthersOrder:
    def test_keeps_the_books(self):
        variant = stocked_variant(500)
        code = make_code(uses_limit=8)
        promotion = make_promotion(value=Decimal(5), budget=Decimal(10_000))
        first = buyers(8, variant, code=code)
        assert raised(together(first)) == []
        placed = list(Order.objects.values_list("pk", "customer_id"))
        calls = [
            partial(services.cancel_own_order, customer_id=customer, order_id=order, now=now())
            for order, customer in placed
        ]
        # Their codes are used up while these fill their carts: they order without.
        calls += buyers(8, variant)

        outcomes = together(calls)

        assert raised(outcomes) == []
        code.refresh_from_db()
        promotion.refresh_from_db()
        assert code.used == 0
        assert promotion.spent == 8 * 30
        assert fulfilment.check_books() == []
