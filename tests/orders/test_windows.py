"""Windows that do not hold: their orders are told of it, or come in another one."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Barrier, BrokenBarrierError
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from apps.core.time import now as present
from apps.delivery.dto import ClosedReason
from apps.delivery.errors import SlotClosed, SlotFull, SlotNotFound
from apps.delivery.models import DeliverySlot
from apps.delivery.services import slots
from apps.notifications.models import Message
from apps.orders import errors, selectors, services
from apps.orders.dto import OrderStatus
from apps.orders.models import Order
from tests.factories import SlotFactory, ZoneFactory, placed_order, stocked_variant
from tests.races import raised, together


@pytest.fixture
def slot(db):
    return SlotFactory()


@pytest.fixture
def target(slot):
    """A later window, for which customers are too late."""
    return later_than(slot)


def later_than(slot, **fields):
    starts = slot.starts_at + timedelta(minutes=30)
    return SlotFactory(**({"starts_at": starts, "cutoff_at": present()} | fields))


def ordered(slot, count=2):
    variant = stocked_variant(50)
    return [placed_order(wanted={variant: 3}, slot_id=slot.pk) for _ in range(count)]


def move(slot, target, reason=""):
    return services.move_window(slot_id=slot.pk, target_id=target.pk, reason=reason, now=present())


def books():
    rows = DeliverySlot.objects.values_list("pk", "booked_orders", "booked_ml")
    return {pk: (orders, ml) for pk, orders, ml in rows if orders}


@pytest.mark.django_db
class TestMoveWindow:
    def test_carries_places_and_room_over_and_tells_each_customer_once(self, slot, target):
        ordered(slot)
        before = books()[slot.pk]
        Message.objects.all().delete()

        moved = move(slot, target, reason="A <flat> tyre")

        assert moved == 2
        assert books() == {target.pk: before} == selectors.slot_bookings()
        told = [m.body["text"] for m in Message.objects.filter(card_key="")]
        assert len(told) == 2
        assert all("A &lt;flat&gt; tyre" in text for text in told)

    def test_leaves_orders_that_are_on_their_way_or_done(self, slot, target):
        order, _waits = ordered(slot)
        for status in (
            OrderStatus.CONFIRMED, OrderStatus.PICKING, OrderStatus.PACKED,
            OrderStatus.OUT_FOR_DELIVERY,
        ):  # fmt: skip
            Order.objects.filter(pk=order.pk).update(status=status)

        assert move(slot, target) == 1

        order.refresh_from_db()
        assert order.slot_id == slot.pk
        assert books() == selectors.slot_bookings()

    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"capacity_orders": 1}, SlotFull),
            ({"capacity_ml": 10}, SlotFull),
            ({"closed_reason": ClosedReason.STAFF}, SlotClosed),
            ({"starts_at": present() - timedelta(minutes=1)}, SlotClosed),
        ],
    )
    def test_refuses_a_window_that_does_not_take_them_and_changes_nothing(
        self, slot, fields, refusal
    ):
        ordered(slot)
        target = later_than(slot, **fields)
        before, messages = books(), Message.objects.count()

        with pytest.raises(refusal):
            move(slot, target)

        assert books() == before == selectors.slot_bookings()
        assert Message.objects.count() == messages

    def test_refuses_another_zone_no_orders_and_no_window(self, slot, target):
        with pytest.raises(errors.NothingToMove):
            move(slot, target)
        ordered(slot, 1)
        before = books()

        with pytest.raises(errors.SlotElsewhere):
            move(slot, later_than(slot, zone=ZoneFactory(slug="far")))
        with pytest.raises(SlotNotFound):
            move(slot, slot)

        assert books() == before


class OneByOne:
    """Stands for `DeliverySlot.objects`: locks a query's rows in its own order, one by one.

    Between the first lock and the second the movers meet, so that opposite orders must collide.
    """

    def __init__(self, *, in_order):
        self.in_order, self.deadlocks, self._gate = in_order, [], Barrier(2)

    def select_for_update(self):
        return _Locking(self, DeliverySlot.objects.all(), [])

    def filter(self, **asked):
        return DeliverySlot.objects.filter(**asked)

    def lock(self, ids):
        for at, pk in enumerate(ids):
            if at:
                with suppress(BrokenBarrierError):
                    self._gate.wait(0.7)
            try:
                yield DeliverySlot.objects.select_for_update().get(pk=pk)
            except OperationalError as error:
                if "deadlock" in str(error):
                    self.deadlocks.append(pk)
                raise


class _Locking:
    def __init__(self, at, rows, ids):
        self._at, self._rows, self._ids = at, rows, ids

    def filter(self, *, pk__in):
        return _Locking(self._at, self._rows.filter(pk__in=pk__in), list(pk__in))

    def order_by(self, *names):
        if not self._at.in_order:
            return self
        ids = self._rows.order_by(*names).values_list("pk", flat=True)
        return _Locking(self._at, self._rows, list(ids))

    def __iter__(self):
        return self._at.lock(self._ids)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def both_ways(self, monkeypatch, *, in_order):
        slot = SlotFactory()
        target = later_than(slot, cutoff_at=slot.cutoff_at)
        for one in (slot, target):
            ordered(one, 2)
        windows = OneByOne(in_order=in_order)
        monkeypatch.setattr(slots, "DeliverySlot", SimpleNamespace(objects=windows))
        outcomes = together([partial(move, slot, target), partial(move, target, slot)])
        # Who comes second may find that the others' orders have joined its own.
        assert {type(error) for error in raised(outcomes)} <= {errors.NothingToMove}
        assert books() == selectors.slot_bookings()
        return windows.deadlocks

    def test_go_both_ways_at_once_without_a_deadlock(self, monkeypatch):
        assert self.both_ways(monkeypatch, in_order=True) == []

    def test_would_deadlock_if_each_locked_its_own_window_first(self, monkeypatch):
        """The control: the transaction is tried again, so that only PostgreSQL notices."""
        assert self.both_ways(monkeypatch, in_order=False) != []


@pytest.mark.django_db
class TestCloseWindow:
    def close(self, slot, message=""):
        return services.close_window(
            slot_id=slot.pk, reason=ClosedReason.STAFF, message=message, now=present()
        )

    def test_writes_to_those_booked_what_staff_say(self, slot):
        (order,) = ordered(slot, 1)
        Message.objects.all().delete()

        assert self.close(slot, "We are <late>") == 1

        slot.refresh_from_db()
        assert slot.closed_reason == ClosedReason.STAFF
        (told,) = Message.objects.all()
        assert told.recipient_id == order.customer_id
        assert "We are &lt;late&gt;" in told.body["text"]

    def test_writes_to_nobody_without_a_text(self, slot):
        ordered(slot, 1)
        Message.objects.all().delete()

        assert self.close(slot, " \n ") == 0

        assert not Message.objects.exists()
