"""Boxes that come back: unit by unit, and what was called back out of them."""

import pytest
from django.db import IntegrityError, transaction

from apps.core.errors import NotAllowed
from apps.core.time import now as present
from apps.fulfilment import errors, selectors, services
from apps.fulfilment.dto import UnitsBack
from apps.fulfilment.models import Pick, PickReturn
from apps.inventory import services as inventory
from apps.inventory.models import Lot, StockLevel, StockMovement
from apps.orders.dto import Method, OrderStatus
from apps.orders.errors import OrderMoveRefused, ReasonMissing
from apps.payments import selectors as money
from tests.factories import StaffFactory, VariantFactory, placed_order
from tests.factories.inventory import receive
from tests.fulfilment.state import whole_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(step):
    """A failed delivery: two of an old and two of a young lot, and three of another product."""
    first, second = VariantFactory(), VariantFactory()
    receive(first, 2, days=60, code="OLD")
    receive(first, 10, days=200, code="YOUNG")
    receive(second, 10, code="OTHER")
    order = placed_order(wanted={first: 4, second: 3})
    for target in ("confirmed", "picking", "packed", "out_for_delivery"):
        step(order, target)
    step(order, "delivery_failed", reason="nobody home")
    order.refresh_from_db()
    return order


def fates(order, **by_lot):
    """Say of each lot (back, waste, cause); a lot that is left out came back whole."""
    return tuple(
        UnitsBack(pick.order_line_id, pick.lot_id, *by_lot.get(pick.lot.code, (pick.quantity, 0)))
        for pick in Pick.objects.of_order(order.pk)
    )


def on_hand(code):
    return Lot.objects.get(code=code).remaining


class TestReturnOrder:
    def test_sends_each_unit_where_it_belongs(self, order, step, boss):
        step(
            order, "returned", reason="van broke down",
            returns=fates(order, OLD=(0, 2, "thawed"), YOUNG=(1, 1, "damaged")),
        )  # fmt: skip

        assert (on_hand("OLD"), on_hand("YOUNG"), on_hand("OTHER")) == (0, 9, 10)
        returns = PickReturn.objects.order_by("pk").values_list(
            "pick__lot__code", "quantity", "put_back", "cause", "actor"
        )
        assert sorted(returns) == [
            ("OLD", 2, False, "thawed", boss.pk),
            ("OTHER", 3, True, "", boss.pk),
            ("YOUNG", 1, False, "damaged", boss.pk),
            ("YOUNG", 1, True, "", boss.pk),
        ]
        waste = StockMovement.objects.filter(kind="waste").order_by("lot__code")
        assert [(row.reason_code, row.reason) for row in waste] == [
            ("thawed", "van broke down"), ("damaged", "van broke down"),
        ]  # fmt: skip
        assert selectors.box_units(order_id=order.pk) == []
        assert services.check_books() == []

    @pytest.mark.parametrize(("put_back", "on_shelf"), [(True, (2, 10, 10)), (False, (0, 8, 7))])
    def test_sends_all_the_same_way_when_nothing_more_is_said(
        self, order, step, put_back, on_shelf
    ):
        step(order, "returned", reason="refused", put_back=put_back)

        assert (on_hand("OLD"), on_hand("YOUNG"), on_hand("OTHER")) == on_shelf
        assert sum(PickReturn.objects.values_list("quantity", flat=True)) == 7
        assert services.check_books() == []

    @pytest.mark.parametrize(
        ("told", "refusal"),
        [
            ({"OLD": (1, 0)}, errors.UnitsUnaccounted),
            ({"OLD": (2, 1, "thawed")}, errors.UnitsUnaccounted),
            ({"OLD": (3, -1, "thawed")}, errors.UnitsUnaccounted),
            ({"OLD": (1, 1)}, ReasonMissing),
            ({"OLD": (1, 1, "eaten")}, ReasonMissing),
        ],
    )
    def test_refuses_units_that_are_not_accounted_for(self, order, step, told, refusal):
        before = whole_state(order)

        with pytest.raises(refusal):
            step(order, "returned", reason="x", returns=fates(order, **told))

        assert whole_state(order) == before

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda said: said[:-1],
            lambda said: (*said, said[0]),
            lambda said: (*said, UnitsBack(said[0].order_line_id, 10**9, 1, 0)),
            lambda said: (),
        ],
        ids=["one too few", "one twice", "a stranger", "none"],
    )
    def test_refuses_a_list_that_is_not_the_boxs(self, order, step, spoil):
        before = whole_state(order)

        with pytest.raises(errors.UnitsUnaccounted):
            step(order, "returned", reason="x", returns=spoil(fates(order)))

        assert whole_state(order) == before

    def test_puts_units_of_a_blocked_lot_back_blocked(self, order, step):
        lot = Lot.objects.get(code="YOUNG")
        inventory.quarantine_lot(lot_id=lot.pk, reason="smell", actor_id=None)

        step(order, "returned", reason="x", returns=fates(order))

        level = StockLevel.objects.get(variant=lot.variant)
        assert (level.on_hand, level.blocked) == (12, 10)
        assert services.check_books() == []

    def test_keeps_a_long_reason_short_enough_for_the_ledger(self, order, step):
        step(order, "returned", reason="x" * 290, put_back=True)

        assert len(StockMovement.objects.filter(kind="return").first().reason) == 200

    def test_is_guarded_by_postgresql_too(self, order, step):
        pick = Pick.objects.first()
        PickReturn.objects.create(pick=pick, quantity=pick.quantity, put_back=True)

        for change in (
            lambda: PickReturn.objects.create(pick=pick, quantity=1, put_back=True),
            lambda: PickReturn.objects.update(quantity=1),
            lambda: PickReturn.objects.all().delete(),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()


class TestCancelPacked:
    def test_sends_each_unit_where_it_belongs(self, order_at, step):
        order = order_at("packed")
        pick = Pick.objects.get()

        step(
            order, "cancelled", reason="freezer door was open",
            returns=(UnitsBack(pick.order_line_id, pick.lot_id, 1, 2, "thawed"),),
        )  # fmt: skip

        assert StockLevel.objects.get().on_hand == 18
        assert services.check_books() == []


@pytest.fixture
def recall(boss):
    def run(lot):
        return services.recall_lot(
            lot_id=lot.pk, reason="plastic found", confirmation=lot.code, actor_id=boss.pk,
            now=present(),
        )  # fmt: skip

    return run


class TestTakeOutRecalled:
    def take(self, order, who):
        return services.take_out_recalled(order_id=order.pk, actor_id=who.pk, now=present())

    @pytest.fixture
    def packed(self, step):
        """Two of a lot that will be recalled and one good unit, packed."""
        variant = VariantFactory()
        receive(variant, 2, days=60, code="BAD")
        receive(variant, 9, days=200, code="GOOD")
        order = placed_order(wanted={variant: 3})
        for target in ("confirmed", "picking", "packed"):
            step(order, target)
        order.refresh_from_db()
        return order

    def test_leaves_the_good_units_and_lets_the_box_go(self, packed, recall, step):
        recall(Lot.objects.get(code="BAD"))
        before = packed.total

        self.take(packed, StaffFactory(role="warehouse"))

        packed.refresh_from_db()
        line = packed.lines.get()
        assert line.picked_quantity == 1
        assert packed.total == before - 2 * line.unit_price
        assert packed.payments.get().amount == packed.total
        assert PickReturn.objects.get().cause == ""
        assert [units.lot_code for units in selectors.box_units(order_id=packed.pk)] == ["GOOD"]
        for target in ("out_for_delivery", "delivered"):
            step(packed, target)
        assert money.captured(order_id=packed.pk) == packed.total
        assert services.check_books() == []

    def test_brings_the_units_back_blocked(self, packed, recall):
        lot = Lot.objects.get(code="BAD")
        recall(lot)

        self.take(packed, StaffFactory(role="warehouse"))

        level = StockLevel.objects.get(variant=lot.variant)
        assert (level.on_hand, level.blocked) == (10, 2)

    def test_refuses_a_box_with_nothing_recalled(self, packed, boss):
        before = whole_state(packed)

        with pytest.raises(errors.NothingRecalled):
            self.take(packed, boss)

        assert whole_state(packed) == before

    def test_refuses_to_empty_the_box(self, order_at, recall, boss):
        order = order_at("packed")
        recall(order.lines.get().variant.lots.get())
        before = whole_state(order)

        with pytest.raises(errors.NothingPicked):
            self.take(order, boss)

        assert whole_state(order) == before

    @pytest.mark.parametrize("role", ["courier", "support"])
    def test_refuses_whoever_does_not_work_on_the_floor(self, packed, recall, role):
        recall(Lot.objects.get(code="BAD"))
        before = whole_state(packed)

        with pytest.raises(NotAllowed):
            self.take(packed, StaffFactory(role=role))

        assert whole_state(packed) == before

    def test_refuses_a_box_that_is_on_the_road(self, packed, recall, step, boss):
        step(packed, "out_for_delivery")
        recall(Lot.objects.get(code="BAD"))
        before = whole_state(packed)

        with pytest.raises(OrderMoveRefused):
            self.take(packed, boss)

        assert whole_state(packed) == before


class TestBoxesWithRecalledUnits:
    @pytest.mark.parametrize(
        ("status", "target", "method", "details"),
        [
            ("packed", "out_for_delivery", Method.DELIVERY, {}),
            ("packed", "ready_for_pickup", Method.PICKUP, {}),
            ("ready_for_pickup", "delivered", Method.PICKUP, {"code": "given"}),
        ],
    )
    def test_do_not_leave_the_house(self, order_at, recall, step, status, target, method, details):
        order = order_at(status, method=method)
        recall(order.lines.get().variant.lots.get())
        before = whole_state(order)
        if details:
            details = {"code": order.pickup_code}

        with pytest.raises(errors.RecalledInBox) as refusal:
            step(order, target, **details)

        assert order.lines.get().name in refusal.value.facts["goods"]
        assert whole_state(order) == before

    def test_can_be_cancelled(self, order_at, recall, step):
        order = order_at("packed")
        recall(order.lines.get().variant.lots.get())

        step(order, "cancelled", reason="recalled", put_back=False)

        order.refresh_from_db()
        assert order.status == OrderStatus.CANCELLED
        assert services.check_books() == []
