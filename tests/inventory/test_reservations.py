"""Promises of units: made, kept, given back."""

import pytest

from apps.catalog.dto import Availability
from apps.inventory import errors, services
from apps.inventory.dto import Demand, ReservationState
from apps.inventory.models import Reservation, StockLevel
from tests.factories import OrderFactory, OrderLineFactory, VariantFactory, stocked_variant
from tests.factories.inventory import receive, snapshot

pytestmark = pytest.mark.django_db


def line_of(variant, quantity=1):
    return OrderLineFactory(order=OrderFactory(lines=0), variant=variant, quantity=quantity)


def reserve(variant, quantity):
    line = line_of(variant, quantity)
    services.reserve(demands=[Demand(line.pk, variant.pk, quantity)])
    return line


class TestReserve:
    def test_holds_units_for_every_line(self):
        one, two = stocked_variant(10), stocked_variant(5)
        first, second = line_of(one, 4), line_of(two, 5)

        services.reserve(demands=[Demand(first.pk, one.pk, 4), Demand(second.pk, two.pk, 5)])

        assert StockLevel.objects.get(variant=one).available == 6
        assert StockLevel.objects.get(variant=two).available == 0
        assert set(Reservation.objects.values_list("order_line_id", "quantity", "state")) == {
            (first.pk, 4, ReservationState.HELD),
            (second.pk, 5, ReservationState.HELD),
        }
        assert services.check_books() == []

    def test_takes_the_last_unit(self):
        variant = stocked_variant(1)

        reserve(variant, 1)

        assert StockLevel.objects.get().available == 0

    def test_needs_one_statement_for_all_stock_rows(self, django_assert_max_num_queries):
        variants = [stocked_variant(50) for _ in range(5)]
        demands = [Demand(line_of(v).pk, v.pk, 1) for v in variants]

        # Two savepoints, the promises, the stock: the same for any number of lines.
        with django_assert_max_num_queries(4):
            services.reserve(demands=demands)

    def test_publishes_a_band_only_when_it_changes(self):
        variant = stocked_variant(12)
        bands = []

        for quantity in (1, 1, 9, 1):
            reserve(variant, quantity)
            variant.refresh_from_db()
            bands.append(variant.availability)

        assert bands == [
            Availability.IN_STOCK,
            Availability.FEW,
            Availability.FEW,
            Availability.NONE,
        ]

    def test_refuses_all_lines_when_one_is_short_and_changes_nothing(self):
        enough, short = stocked_variant(10), stocked_variant(2)
        before = snapshot(enough), snapshot(short)
        lines = line_of(enough, 1), line_of(short, 3)

        with pytest.raises(errors.OutOfStock) as refusal:
            services.reserve(
                demands=[Demand(lines[0].pk, enough.pk, 1), Demand(lines[1].pk, short.pk, 3)]
            )

        assert (snapshot(enough), snapshot(short)) == before
        assert refusal.value.facts["skus"] == [short.sku]
        assert refusal.value.facts["available"] == {short.sku: 2}
        assert short.product.name_ru in str(refusal.value)

    def test_sums_the_demand_of_lines_for_the_same_variant(self):
        variant = stocked_variant(3)
        before = snapshot(variant)
        demands = [Demand(line_of(variant).pk, variant.pk, 2) for _ in range(2)]

        with pytest.raises(errors.OutOfStock):
            services.reserve(demands=demands)

        assert snapshot(variant) == before

    def test_refuses_what_was_never_received(self):
        variant = VariantFactory()

        with pytest.raises(errors.OutOfStock) as refusal:
            reserve(variant, 1)

        assert refusal.value.facts["available"] == {variant.sku: 0}
        assert not Reservation.objects.exists()

    def test_refuses_blocked_units(self):
        variant = VariantFactory()
        lot = receive(variant, 5)
        services.quarantine_lot(lot_id=lot.pk, reason="smell", actor_id=None)
        before = snapshot(variant)

        with pytest.raises(errors.OutOfStock):
            reserve(variant, 1)

        assert snapshot(variant) == before

    @pytest.mark.parametrize("quantity", [0, -1, 2**31, 2**63])
    def test_refuses_a_quantity_that_is_none_and_changes_nothing(self, quantity):
        variant = stocked_variant(5)
        before = snapshot(variant)
        line = line_of(variant)

        with pytest.raises(errors.InvalidQuantity):
            services.reserve(demands=[Demand(line.pk, variant.pk, quantity)])

        assert snapshot(variant) == before


class TestCommitReservations:
    def test_makes_held_units_the_orders_own(self):
        line = reserve(stocked_variant(5), 2)

        services.commit_reservations(order_line_ids=[line.pk])

        assert Reservation.objects.get().state == ReservationState.COMMITTED
        assert services.check_books() == []

    def test_leaves_released_ones_released(self):
        line = reserve(stocked_variant(5), 2)
        services.release_reservations(order_line_ids=[line.pk])

        services.commit_reservations(order_line_ids=[line.pk])

        assert Reservation.objects.get().state == ReservationState.RELEASED


class TestReleaseReservations:
    def test_gives_units_back_once(self):
        variant = stocked_variant(5)
        kept, given = reserve(variant, 1), reserve(variant, 2)

        services.release_reservations(order_line_ids=[given.pk])
        services.release_reservations(order_line_ids=[given.pk])

        assert StockLevel.objects.get().reserved == 1
        assert Reservation.objects.get(order_line=kept).state == ReservationState.HELD
        assert Reservation.objects.get(order_line=given).state == ReservationState.RELEASED
        assert services.check_books() == []

    def test_publishes_that_there_is_stock_again(self):
        variant = stocked_variant(2)
        line = reserve(variant, 2)

        services.release_reservations(order_line_ids=[line.pk])

        variant.refresh_from_db()
        assert variant.availability == Availability.FEW

    def test_does_nothing_for_lines_without_promises(self):
        variant = stocked_variant(2)
        before = snapshot(variant)

        services.release_reservations(order_line_ids=[line_of(variant).pk])

        assert snapshot(variant) == before
