"""Many doors at once on real connections, and what happens when a guard is taken away."""

from functools import partial

import pytest
from django.db import IntegrityError

from apps.cart import services as cart
from apps.core.time import now
from apps.delivery.errors import SlotFull
from apps.delivery.models import DeliverySlot
from apps.inventory import services as inventory
from apps.inventory.errors import OutOfStock
from apps.inventory.models import StockLevel
from apps.inventory.services import levels
from apps.orders import errors, services
from apps.orders.dto import OrderStatus
from apps.orders.models import Order, OrderEvent
from apps.payments.models import Payment
from tests.conftest import scaled
from tests.factories import (
    CustomerFactory,
    SlotFactory,
    StaffFactory,
    checkout_request,
    fill_cart,
    placed_order,
    stocked_variant,
)
from tests.races import raised, together

pytestmark = pytest.mark.django_db(transaction=True)


def buyers(count, wanted, *, slot=None):
    """Return calls that each place an order for the same goods, each for a customer of its own."""
    slot = slot or SlotFactory(capacity_orders=1000, capacity_ml=10**8)
    calls = []
    for number in range(count):
        customer = CustomerFactory()
        # Half of the carts are filled the other way round.
        variants = list(wanted.items()) if number % 2 else list(wanted.items())[::-1]
        fill_cart(customer, dict(variants))
        request = checkout_request(customer, slot_id=slot.pk)
        calls.append(
            partial(services.place_order, customer_id=customer.pk, request=request, now=now())
        )
    return calls


def assert_sold(outcomes, *, units, refusal=OutOfStock):
    """Exactly so many orders came of it; everybody else was refused and holds nothing."""
    refusals = raised(outcomes)
    assert {type(error) for error in refusals} <= {refusal}
    assert len(outcomes) - len(refusals) == units
    assert Order.objects.count() == units
    assert OrderEvent.objects.count() == units
    assert Payment.objects.count() == units
    assert DeliverySlot.objects.get().booked_orders == units
    assert inventory.check_books() == []


class TestLastUnits:
    def test_go_to_exactly_so_many_buyers(self):
        variant = stocked_variant(10)

        outcomes = together(buyers(24, {variant: 2}))

        assert_sold(outcomes, units=5)
        assert StockLevel.objects.get().available == 0

    @pytest.mark.deep
    def test_go_to_exactly_so_many_of_64_buyers_again_and_again(self):
        for _ in range(scaled(5, least=1)):
            variant = stocked_variant(31)

            outcomes = together(buyers(64, {variant: 2}))

            assert len(outcomes) - len(raised(outcomes)) == 15
            assert {type(error) for error in raised(outcomes)} == {OutOfStock}
            assert StockLevel.objects.get(variant=variant).available == 1

    def test_would_be_oversold_without_the_guard(self, monkeypatch):
        """The negative control: only the table's own CHECK is left to stop it."""
        guard = "AND s.on_hand + l.on_hand >= s.blocked + l.blocked + s.reserved + l.reserved"
        assert guard in levels._APPLY
        variant = stocked_variant(4)
        calls = buyers(8, {variant: 2})
        monkeypatch.setattr(levels, "_APPLY", levels._APPLY.replace(guard, ""))

        refusals = raised(together(calls))

        assert any(isinstance(refusal, IntegrityError) for refusal in refusals)

    def test_leave_no_deadlock_with_opposite_carts(self):
        variants = [stocked_variant(12) for _ in range(4)]

        outcomes = together(buyers(16, dict.fromkeys(variants, 1)))

        assert_sold(outcomes, units=12)

    def test_go_with_the_last_places_of_a_slot(self):
        slot = SlotFactory(capacity_orders=3)

        outcomes = together(buyers(10, {stocked_variant(50): 2}, slot=slot))

        assert_sold(outcomes, units=3, refusal=SlotFull)
        assert StockLevel.objects.get().reserved == 6

    @pytest.mark.deep
    def test_go_to_exactly_so_many_of_64_buyers_of_places_again_and_again(self):
        variant = stocked_variant(10_000)
        for _ in range(scaled(5, least=1)):
            slot = SlotFactory(capacity_orders=17)

            outcomes = together(buyers(64, {variant: 2}, slot=slot))

            assert {type(error) for error in raised(outcomes)} == {SlotFull}
            assert len(outcomes) - len(raised(outcomes)) == 17
            slot.refresh_from_db()
            assert (slot.booked_orders, slot.orders.count()) == (17, 17)
        assert inventory.check_books() == []


def twins_of(count):
    customer = CustomerFactory()
    fill_cart(customer, {stocked_variant(20): 2})
    request = checkout_request(customer)
    twin = partial(services.place_order, customer_id=customer.pk, request=request, now=now())
    return [twin] * count


class TestTwins:
    @pytest.mark.parametrize("count", [8, pytest.param(32, marks=pytest.mark.deep)])
    def test_with_one_key_are_one_order(self, count):
        outcomes = together(twins_of(count))

        assert raised(outcomes) == []
        assert len({order.pk for order in outcomes}) == 1
        assert_sold(outcomes[:1], units=1)
        assert StockLevel.objects.get().reserved == 2

    def test_would_be_refused_without_the_carts_lock(self, monkeypatch):
        """The negative control: twins see an empty cart, or run into the unique key."""
        monkeypatch.setattr(cart, "hold", lambda **_: None)

        outcomes = together(twins_of(8))

        assert raised(outcomes)
        assert Order.objects.count() == 1


class TestCancelAgainstConfirm:
    def test_lets_one_win(self):
        manager = StaffFactory(role="manager")
        for _ in range(4):
            order = placed_order(slot_id=SlotFactory().pk)
            moment = now()
            calls = [
                partial(
                    services.move_order,
                    order_id=order.pk,
                    target=OrderStatus.CONFIRMED,
                    actor_id=manager.pk,
                    now=moment,
                )
            ] * 6

            outcomes = together(calls)

            assert {type(error) for error in raised(outcomes)} == {errors.OrderMoveRefused}
            assert len(raised(outcomes)) == 5
            assert order.events.filter(to_status=OrderStatus.CONFIRMED).count() == 1

    def test_never_leaves_a_cancelled_order_with_goods(self):
        manager = StaffFactory(role="manager")
        for _ in range(4):
            order = placed_order(slot_id=SlotFactory().pk)
            fields = {"order_id": order.pk, "now": now()}

            outcomes = together(
                [
                    partial(services.cancel_own_order, customer_id=order.customer_id, **fields),
                    partial(services.confirm_order, actor_id=manager.pk, **fields),
                ]
            )

            order.refresh_from_db()
            order.slot.refresh_from_db()
            level = StockLevel.objects.get(variant=order.lines.get().variant)
            # A confirmed order may still be cancelled, so the cancellation wins in either order,
            # unless both read “placed” and the confirmation was the first to write.
            is_cancelled = order.status == OrderStatus.CANCELLED
            assert (level.reserved, order.slot.booked_orders) == (
                (0, 0) if is_cancelled else (3, 1)
            )
            kinds = {type(error) for error in raised(outcomes)}
            assert kinds <= {errors.OrderMoveRefused}
