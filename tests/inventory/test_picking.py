"""Units that leave for an order, and come back."""

from datetime import timedelta

import pytest

from apps.core.time import now as present
from apps.inventory import errors, selectors, services
from apps.inventory.dto import (
    Demand,
    LotPick,
    MovementKind,
    ReservationState,
    Unusable,
    WasteReason,
)
from apps.inventory.models import Reservation, StockLevel, StockMovement
from tests.factories import OrderFactory, OrderLineFactory, VariantFactory
from tests.factories.inventory import receive, snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant(db):
    return VariantFactory()


@pytest.fixture
def early(variant):
    return receive(variant, 4, days=100)


@pytest.fixture
def late(variant, early):
    return receive(variant, 6, days=300)


@pytest.fixture
def line(variant, late):
    line = OrderLineFactory(order=OrderFactory(lines=0), variant=variant, quantity=5)
    services.reserve(demands=[Demand(line.pk, variant.pk, 5)])
    return line


def consume(line, *picks, now=None):
    services.consume(
        order_id=line.order_id,
        picks=[LotPick(line.pk, lot.pk, quantity) for lot, quantity in picks],
        actor_id=None,
        now=now or present(),
    )


class TestConsume:
    def test_takes_units_and_ends_the_promise(self, line, early, late):
        consume(line, (early, 4), (late, 1))

        level = StockLevel.objects.get()
        assert (level.on_hand, level.reserved, level.available) == (5, 0, 5)
        assert Reservation.objects.get().state == ReservationState.CONSUMED
        picked = StockMovement.objects.filter(kind=MovementKind.PICK).order_by("pk")
        assert list(picked.values_list("lot_id", "quantity", "order_id")) == [
            (early.pk, -4, line.order_id),
            (late.pk, -1, line.order_id),
        ]
        assert services.check_books() == []

    def test_gives_back_what_was_promised_but_not_picked(self, line, early):
        consume(line, (early, 2))

        level = StockLevel.objects.get()
        assert (level.on_hand, level.reserved) == (8, 0)
        assert services.check_books() == []

    def test_may_take_more_than_promised_while_nobody_else_needs_it(self, line, early, late):
        services.write_off(lot_id=late.pk, quantity=6, reason="thawed", actor_id=None)
        fresh = receive(line.variant, 9)

        consume(line, (early, 4), (fresh, 1))

        assert StockLevel.objects.get().on_hand == 8
        assert services.check_books() == []

    def test_refuses_units_promised_to_others_and_changes_nothing(self, line, variant, late):
        other = OrderLineFactory(order=OrderFactory(lines=0), variant=variant, quantity=5)
        services.reserve(demands=[Demand(other.pk, variant.pk, 5)])
        before = snapshot(variant)

        with pytest.raises(errors.OutOfStock):
            consume(line, (late, 6))

        assert snapshot(variant) == before

    @pytest.mark.parametrize(
        ("spoil", "cause"),
        [
            (lambda lot: None, Unusable.TOO_FEW),
            (
                lambda lot: services.quarantine_lot(lot_id=lot.pk, reason="x", actor_id=None),
                Unusable.BLOCKED,
            ),
        ],
    )
    def test_refuses_an_unfit_lot_and_changes_nothing(self, line, early, variant, spoil, cause):
        spoil(early)
        before = snapshot(variant)

        with pytest.raises(errors.LotUnusable) as refusal:
            consume(line, (early, 5))

        assert refusal.value.facts["cause"] == cause
        assert snapshot(variant) == before

    def test_counts_all_picks_of_a_lot_together(self, line, early, variant):
        before = snapshot(variant)

        with pytest.raises(errors.LotUnusable) as refusal:
            consume(line, (early, 3), (early, 2))

        assert refusal.value.facts["cause"] == Unusable.TOO_FEW
        assert snapshot(variant) == before

    def test_refuses_a_lot_past_its_day_before_the_hourly_job_has_seen_it(
        self, line, early, variant
    ):
        before = snapshot(variant)

        with pytest.raises(errors.LotUnusable) as refusal:
            consume(line, (early, 1), now=present() + timedelta(days=95))

        assert refusal.value.facts["cause"] == Unusable.EXPIRED
        assert snapshot(variant) == before

    def test_refuses_the_wrong_pack_and_changes_nothing(self, line, variant):
        other = receive(VariantFactory(), 5)
        before = snapshot(variant), snapshot(other.variant)

        with pytest.raises(errors.LotUnusable) as refusal:
            consume(line, (other, 1))

        assert refusal.value.facts["cause"] == Unusable.WRONG_VARIANT
        assert (snapshot(variant), snapshot(other.variant)) == before

    def test_refuses_an_unknown_lot(self, line, variant):
        before = snapshot(variant)

        with pytest.raises(errors.LotUnusable) as refusal:
            services.consume(
                order_id=line.order_id,
                picks=[LotPick(line.pk, 10**9, 1)],
                actor_id=None,
                now=present(),
            )

        assert refusal.value.facts["cause"] == Unusable.UNKNOWN
        assert snapshot(variant) == before


class TestPutBack:
    def put_back(self, line, lot, quantity, now=None):
        services.put_back(
            order_id=line.order_id,
            picks=[LotPick(line.pk, lot.pk, quantity)],
            actor_id=None,
            reason="refused",
            now=now or present(),
        )

    def test_makes_units_sellable_again(self, line, early):
        consume(line, (early, 4))

        self.put_back(line, early, 4)

        early.refresh_from_db()
        assert early.remaining == 4
        assert StockLevel.objects.get().available == 10
        last = StockMovement.objects.latest("pk")
        assert (last.kind, last.quantity, last.reason) == (MovementKind.RETURN, 4, "refused")
        assert services.check_books() == []

    def test_keeps_units_of_a_blocked_lot_blocked(self, line, early):
        consume(line, (early, 3))
        services.quarantine_lot(lot_id=early.pk, reason="smell", actor_id=None)

        self.put_back(line, early, 3)

        level = StockLevel.objects.get()
        assert (level.on_hand, level.blocked, level.available) == (10, 4, 6)
        assert services.check_books() == []

    def test_blocks_a_lot_whose_day_has_passed_on_the_way(self, line, early):
        consume(line, (early, 3))

        self.put_back(line, early, 3, now=present() + timedelta(days=95))

        level = StockLevel.objects.get()
        assert (level.on_hand, level.blocked, level.available) == (10, 4, 6)
        early.refresh_from_db()
        assert early.is_blocked
        assert services.check_books() == []


class TestWriteOffReturned:
    def test_leaves_the_counters_and_tells_the_ledger(self, line, early):
        consume(line, (early, 4))

        services.write_off_returned(
            order_id=line.order_id,
            picks=[LotPick(line.pk, early.pk, 4)],
            actor_id=None,
            reason="thawed",
        )

        assert StockLevel.objects.get().on_hand == 6
        last = StockMovement.objects.order_by("-pk")[:2]
        assert [(m.kind, m.quantity, m.reason_code) for m in last] == [
            (MovementKind.WASTE, -4, WasteReason.RETURNED),
            (MovementKind.RETURN, 4, ""),
        ]
        assert services.check_books() == []


class TestSuggestLots:
    def test_takes_what_expires_first(self, variant, early, late):
        suggested = selectors.suggest_lots(variant_id=variant.pk, quantity=5, now=present())

        assert [(lot.lot_id, lot.quantity) for lot in suggested] == [(early.pk, 4), (late.pk, 1)]

    def test_passes_over_unfit_lots(self, variant, early, late):
        services.quarantine_lot(lot_id=early.pk, reason="smell", actor_id=None)

        suggested = selectors.suggest_lots(variant_id=variant.pk, quantity=9, now=present())

        assert [(lot.lot_id, lot.quantity) for lot in suggested] == [(late.pk, 6)]

    def test_answers_for_many_variants_with_one_query(self, django_assert_num_queries):
        lots = [receive(VariantFactory(), 3) for _ in range(6)]

        with django_assert_num_queries(1):
            found = selectors.suggest_for(wanted={lot.variant_id: 2 for lot in lots}, now=present())

        assert {v: [lot.quantity for lot in lots] for v, lots in found.items()} == {
            lot.variant_id: [2] for lot in lots
        }
