"""Many buyers at once on real connections, and what happens when a guard is taken away."""

import random
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError

from apps.core.transactions import sqlstate
from apps.inventory import errors, services
from apps.inventory.dto import Demand, WasteReason
from apps.inventory.models import Lot, Reservation, StockLevel
from apps.inventory.services import levels, lots
from tests.conftest import scaled
from tests.factories import OrderFactory, OrderLineFactory, stocked_variant
from tests.races import raised, together

pytestmark = pytest.mark.django_db(transaction=True)

BUYERS = 64


def buyers_of(variants, count, *, shuffle=False):
    """Return calls that each reserve one unit of every variant for an order of its own."""
    customer_order = OrderFactory(lines=0)
    calls = []
    for number in range(count):
        order = OrderFactory(lines=0, customer=customer_order.customer, slot=customer_order.slot)
        demands = [
            Demand(OrderLineFactory(order=order, variant=variant).pk, variant.pk, 1)
            for variant in variants
        ]
        if shuffle:
            random.Random(number).shuffle(demands)
        calls.append(partial(services.reserve, demands=demands))
    return calls


class TestLastUnits:
    def test_go_to_exactly_so_many_of_64_buyers(self):
        variant = stocked_variant(10)

        refusals = raised(together(buyers_of([variant], BUYERS)))

        assert {type(refusal) for refusal in refusals} == {errors.OutOfStock}
        assert len(refusals) == BUYERS - 10
        assert Reservation.objects.count() == 10
        assert StockLevel.objects.get().available == 0
        assert services.check_books() == []

    def test_would_be_oversold_without_the_guard(self, monkeypatch):
        """The negative control: only the table's own CHECK is left to stop it."""
        variant = stocked_variant(10)
        guard = "AND s.on_hand + l.on_hand >= s.blocked + l.blocked + s.reserved + l.reserved"
        assert guard in levels._APPLY
        monkeypatch.setattr(levels, "_APPLY", levels._APPLY.replace(guard, ""))

        refusals = raised(together(buyers_of([variant], 16)))

        assert any(isinstance(refusal, IntegrityError) for refusal in refusals)

    def test_are_oversold_by_check_then_write(self, monkeypatch):
        """The negative control of the race itself: the classical mistake loses count here."""
        variant = stocked_variant(10)
        read = StockLevel.objects.get

        def check_then_write(changes):
            (variant_id, change) = next(iter(changes.items()))
            level = read(variant_id=variant_id)
            if level.available < change.reserved:
                return frozenset({variant_id})
            level.reserved += change.reserved
            level.save()
            return frozenset()

        monkeypatch.setattr(levels, "apply_changes", check_then_write)

        together(buyers_of([variant], BUYERS))

        sold = Reservation.objects.count()
        assert sold != StockLevel.objects.get().reserved or sold > 10


class TestOppositeCarts:
    def opposite(self, rounds):
        variants = [stocked_variant(10_000) for _ in range(4)]
        failures = []
        for _ in range(rounds):
            failures += raised(together(buyers_of(variants, 8, shuffle=True)))
        return failures

    def test_never_deadlock(self):
        assert self.opposite(rounds=3) == []
        assert services.check_books() == []

    @pytest.mark.deep
    def test_never_deadlock_in_a_hundred_rounds(self):
        assert self.opposite(rounds=scaled(100)) == []
        assert services.check_books() == []

    def test_deadlock_when_rows_are_taken_in_the_carts_order(self, monkeypatch):
        """The negative control: one statement a row, in the order of the cart."""
        in_one = levels.apply_changes

        def one_by_one(changes):
            refused = [in_one({variant: change}) for variant, change in changes.items()]
            return frozenset().union(*refused)

        monkeypatch.setattr("apps.core.transactions._TRIES", 1)
        monkeypatch.setattr(levels, "apply_changes", one_by_one)

        variants = [stocked_variant(10_000) for _ in range(4)]
        states: set[str | None] = set()
        for _ in range(20):
            failures = raised(together(buyers_of(variants, 8, shuffle=True)))
            states |= {sqlstate(failure.__cause__) for failure in failures}
            if "40P01" in states:
                break

        # Whoever waits longest is told so by PostgreSQL; at least one pair met head on.
        assert "40P01" in states
        assert states <= {"40P01", "55P03"}


class TestLossWhileBuying:
    @pytest.mark.parametrize("rounds", [2, pytest.param(40, marks=pytest.mark.deep)])
    def test_keeps_the_books(self, rounds):
        for number in range(scaled(rounds)):
            variant = stocked_variant(12)
            lot = variant.lots.get()
            calls = buyers_of([variant], 10)
            calls.append(
                partial(
                    services.write_off, lot_id=lot.pk, quantity=8, reason="thawed", actor_id=None
                )
            )
            random.Random(number).shuffle(calls)

            refusals = raised(together(calls))

            assert {type(refusal) for refusal in refusals} <= {errors.OutOfStock}
            assert StockLevel.objects.get(variant=variant).on_hand == 4
            assert services.check_books() == []

    def test_releases_and_losses_meet_without_deadlock(self):
        variant = stocked_variant(40)
        lot = variant.lots.get()
        buyers = buyers_of([variant], 20)
        assert raised(together(buyers)) == []
        lines = list(Reservation.objects.values_list("order_line_id", flat=True))
        calls = [partial(services.release_reservations, order_line_ids=[line]) for line in lines]
        calls += [
            partial(services.write_off, lot_id=lot.pk, quantity=3, reason="x", actor_id=None)
            for _ in range(10)
        ]

        assert raised(together(calls)) == []
        level = StockLevel.objects.get()
        assert (level.on_hand, level.reserved) == (10, 0)
        assert services.check_books() == []


class TestTwoBoxesWithDamage:
    def write_off(self, lot):
        return partial(
            services.write_off_found, units={lot.pk: 3}, reason_code=WasteReason.DAMAGED,
            reason="box", actor_id=None,
        )  # fmt: skip

    def test_throw_each_unit_away_once(self):
        lot = stocked_variant(4).lots.get()

        assert raised(together([self.write_off(lot)] * 2)) == []

        lot.refresh_from_db()
        assert lot.remaining == 0
        assert services.check_books() == []

    def test_are_stopped_by_the_table_without_the_locks(self, monkeypatch):
        """The negative control: both read four units before either takes three."""
        lot = stocked_variant(4).lots.get()
        both_have_read = Barrier(2, timeout=30)

        def read_only(units):
            found = {row.pk: row for row in Lot.objects.filter(pk__in=units)}
            both_have_read.wait()
            return found

        monkeypatch.setattr(levels, "lock_levels", lambda variant_ids: None)
        monkeypatch.setattr(lots, "lock_lots", read_only)

        (refusal,) = raised(together([self.write_off(lot)] * 2))

        assert isinstance(refusal, IntegrityError)
