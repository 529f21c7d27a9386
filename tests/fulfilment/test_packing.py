"""The floor: picked, packed, short, cancelled with the box closed."""

from decimal import Decimal
from functools import partial

import pytest

from apps.core.errors import NotAllowed
from apps.core.time import now as present
from apps.fulfilment import errors, selectors, services
from apps.fulfilment.models import Pick
from apps.inventory import services as inventory
from apps.inventory.dto import LotPick, Unusable
from apps.inventory.errors import LotUnusable, OutOfStock
from apps.inventory.models import StockLevel
from apps.orders.dto import OrderStatus
from apps.orders.errors import InvalidShortage, OrderMoveRefused, ReasonMissing
from apps.payments.models import Payment
from tests.factories import StaffFactory, VariantFactory, placed_order, stocked_variant
from tests.factories.inventory import receive
from tests.fulfilment.state import whole_state
from tests.races import raised, together

pytestmark = pytest.mark.django_db


def pack(order, boss, picks=None):
    return services.pack_order(order_id=order.pk, actor_id=boss.pk, now=present(), picks=picks)


class TestPickList:
    def test_says_what_to_take_first_expired_first(self, order_at):
        order = order_at("picking")
        line = order.lines.get()
        old = receive(line.variant, 2, days=60)

        (found,) = selectors.pick_list(order_id=order.pk, now=present()).lines

        assert (found.lots[0].lot_id, found.lots[0].quantity) == (old.pk, 2)
        assert sum(lot.quantity for lot in found.lots) == 3
        assert found.missing == 0

    def test_says_what_is_not_to_be_had(self, order_at):
        order = order_at("picking")
        lot = order.lines.get().variant.lots.get()
        inventory.adjust_lot(lot_id=lot.pk, counted=1, reason="stocktake", actor_id=None)

        (found,) = selectors.pick_list(order_id=order.pk, now=present()).lines

        assert (found.quantity, found.missing) == (3, 2)

    def test_asks_the_same_number_of_questions_for_any_order(
        self, order_at, django_assert_max_num_queries
    ):
        wanted = dict.fromkeys((VariantFactory() for _ in range(6)), 2)
        for variant in wanted:
            receive(variant, 5)
        order = placed_order(wanted=wanted)

        with django_assert_max_num_queries(9):
            found = selectors.pick_list(order_id=order.pk, now=present())

        assert len(found.lines) == 6


class TestPackOrder:
    def test_takes_what_fefo_suggests(self, order_at, boss):
        order = order_at("picking")
        line = order.lines.get()
        old = receive(line.variant, 2, days=60)

        packed = pack(order, boss)

        assert packed.status == OrderStatus.PACKED
        assert Pick.objects.order_by("pk").values_list("lot_id", "quantity", "picked_by")[0] == (
            old.pk,
            2,
            boss.pk,
        )
        line.refresh_from_db()
        assert line.picked_quantity == 3
        assert StockLevel.objects.get().on_hand == 19
        assert services.check_books() == []

    def test_takes_what_the_picker_says(self, order_at, boss):
        order = order_at("picking")
        line = order.lines.get()
        receive(line.variant, 2, days=60)
        young = receive(line.variant, 9, days=300)

        pack(order, boss, [LotPick(line.pk, young.pk, 3)])

        assert Pick.objects.get().lot_id == young.pk
        assert services.check_books() == []

    def test_charges_only_what_is_in_the_box(self, order_at, boss):
        order = order_at("picking")
        line = order.lines.get()

        pack(order, boss, [LotPick(line.pk, line.variant.lots.get().pk, 2)])

        order.refresh_from_db()
        assert order.total == order.items_total + order.delivery_fee - Decimal("300.00")
        assert Payment.objects.get().amount == order.total
        assert services.check_books() == []

    def test_packs_short_where_stock_was_lost(self, order_at, boss):
        order = order_at("picking")
        lot = order.lines.get().variant.lots.get()
        inventory.adjust_lot(lot_id=lot.pk, counted=1, reason="stocktake", actor_id=None)

        pack(order, boss)

        line = order.lines.get()
        assert (line.quantity, line.picked_quantity) == (3, 1)
        assert StockLevel.objects.get().on_hand == 0
        assert services.check_books() == []

    @pytest.mark.parametrize(
        ("picks", "refusal"),
        [
            (lambda line, lot: [LotPick(line.pk, lot.pk, 4)], InvalidShortage),
            (lambda line, lot: [LotPick(line.pk + 999, lot.pk, 1)], InvalidShortage),
            (lambda line, lot: [], errors.NothingPicked),
            (lambda line, lot: [LotPick(line.pk, lot.pk + 999, 1)], LotUnusable),
            (lambda line, lot: [LotPick(line.pk, receive(VariantFactory(), 5).pk, 1)], LotUnusable),
        ],
    )
    def test_refuses_an_impossible_box_and_changes_nothing(self, order_at, boss, picks, refusal):
        order = order_at("picking")
        line = order.lines.get()
        asked = picks(line, line.variant.lots.get())
        before = whole_state(order)

        with pytest.raises(refusal):
            pack(order, boss, asked)

        assert whole_state(order) == before

    def test_refuses_a_blocked_lot_and_changes_nothing(self, order_at, boss):
        order = order_at("picking")
        line = order.lines.get()
        lot = receive(line.variant, 5)
        inventory.quarantine_lot(lot_id=lot.pk, reason="smell", actor_id=None)
        before = whole_state(order)

        with pytest.raises(LotUnusable) as refusal:
            pack(order, boss, [LotPick(line.pk, lot.pk, 1)])

        assert refusal.value.facts["cause"] == Unusable.BLOCKED
        assert whole_state(order) == before

    def test_refuses_an_empty_freezer_and_changes_nothing(self, order_at, boss):
        order = order_at("picking")
        lot = order.lines.get().variant.lots.get()
        inventory.quarantine_lot(lot_id=lot.pk, reason="smell", actor_id=None)
        before = whole_state(order)

        with pytest.raises(errors.NothingPicked):
            pack(order, boss)

        assert whole_state(order) == before

    @pytest.mark.parametrize("status", ["placed", "confirmed", "packed", "delivery_failed"])
    def test_refuses_an_order_that_is_not_being_picked(self, order_at, boss, status):
        order = order_at(status)
        before = whole_state(order)

        with pytest.raises(OrderMoveRefused):
            pack(order, boss)

        assert whole_state(order) == before

    def test_refuses_units_of_other_orders_and_changes_nothing(self, order_at, boss):
        variant = stocked_variant(20)
        placed_order(wanted={variant: 2})
        order = order_at("picking", variant=variant)
        line, lot = order.lines.get(), variant.lots.get()
        # Four are left: two of the older order's, two of this one's.
        inventory.adjust_lot(lot_id=lot.pk, counted=4, reason="stocktake", actor_id=None)
        before = whole_state(order)

        with pytest.raises(OutOfStock):
            pack(order, boss, [LotPick(line.pk, lot.pk, 3)])

        assert whole_state(order) == before

    @pytest.mark.django_db(transaction=True)
    def test_two_pickers_of_the_same_lots_both_succeed(self, order_at, boss):
        first = order_at("picking")
        variant = first.lines.get().variant
        for days in (50, 60, 70):
            receive(variant, 1, days=days)
        orders = [first]
        for _ in range(3):
            order = placed_order(wanted={variant: 3})
            for target in ("confirmed", "picking"):
                services.take_step(
                    order_id=order.pk, target=OrderStatus(target), actor_id=boss.pk, now=present()
                )
            orders.append(order)

        outcomes = together([partial(pack, order, boss) for order in orders])

        assert raised(outcomes) == []
        assert Pick.objects.count() >= 4
        assert services.check_books() == []

    @pytest.mark.django_db(transaction=True)
    def test_two_presses_pack_once(self, order_at, boss):
        order = order_at("picking")

        refusals = raised(together([partial(pack, order, boss)] * 4))

        assert [type(refusal) for refusal in refusals] == [OrderMoveRefused] * 3
        assert StockLevel.objects.get().on_hand == 17
        assert services.check_books() == []


class TestCancelPacked:
    @pytest.mark.parametrize(("put_back", "on_hand"), [(True, 20), (False, 17)])
    def test_lets_goods_window_and_money_go(self, order_at, step, put_back, on_hand):
        order = order_at("packed")

        step(order, "cancelled", reason="changed her mind", put_back=put_back)

        order.refresh_from_db()
        assert order.status == OrderStatus.CANCELLED
        assert StockLevel.objects.get().on_hand == on_hand
        assert Payment.objects.get().state == "cancelled"
        order.slot.refresh_from_db()
        assert (order.slot.booked_orders, order.slot.booked_ml) == (0, 0)
        assert services.check_books() == []

    def test_asks_for_a_reason_and_changes_nothing_without(self, order_at, step):
        order = order_at("packed")
        before = whole_state(order)

        with pytest.raises(ReasonMissing):
            step(order, "cancelled", put_back=True)

        assert whole_state(order) == before

    def test_is_not_the_pickers_to_decide(self, order_at, step):
        order = order_at("packed")
        before = whole_state(order)

        with pytest.raises(NotAllowed):
            step(order, "cancelled", reason="x", by=StaffFactory(role="warehouse"))

        assert whole_state(order) == before
