"""Runs: planned by a dispatcher, begun and driven by a courier."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from threading import Barrier

import pytest

from apps.core.errors import NotAllowed
from apps.core.time import now, shop_date
from apps.fulfilment import errors, selectors, services
from apps.fulfilment.dto import DoorMoney, Place
from apps.fulfilment.models import Run, Stop
from apps.fulfilment.routing import nearest_first
from apps.fulfilment.services import courier as courier_presses
from apps.fulfilment.services import stops
from apps.notifications.models import Message
from apps.orders.dto import Method
from tests.factories import (
    OrderFactory,
    SlotFactory,
    StaffFactory,
    packed_order,
    planned_run,
    stocked_variant,
)
from tests.races import raised, together

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def courier(db):
    return StaffFactory(role="courier", telegram_id=700000201)


def packed(count: int, boss):
    variant = stocked_variant(30)
    slot = SlotFactory()
    return [packed_order(boss=boss, wanted={variant: 3}, slot_id=slot.pk) for _ in range(count)]


def place(order_id: int, *point: str, hour: int = 12) -> Place:
    latitude, longitude = (Decimal(part) for part in point) if point else (None, None)
    return Place(order_id, NOON.replace(hour=hour), latitude, longitude)


def sequence(run) -> list[int]:
    return list(run.stops.order_by("sequence").values_list("order_id", flat=True))


class TestNearestFirst:
    def test_drives_windows_in_turn_and_to_the_nearest_door_in_each(self):
        places = [
            place(1, "55.90", "37.60"),
            place(2, "55.76", "37.60"),
            place(3),
            place(4, "55.80", "37.60"),
            place(5, "55.75", "37.61", hour=14),
        ]

        way = nearest_first(places, start=(Decimal("55.75"), Decimal("37.60")))

        assert way == [2, 4, 1, 3, 5]


class TestPlanRun:
    def test_puts_packed_orders_on_a_run_and_tells_the_courier(self, boss, courier):
        orders = packed(2, boss)

        run = planned_run(*orders, courier=courier, boss=boss)

        assert sorted(sequence(run)) == [order.pk for order in orders]
        assert not selectors.ready_orders()
        told = Message.objects.get(recipient=courier)
        assert told.chat_id == courier.telegram_id
        assert "2" in told.body["text"]

    @pytest.mark.parametrize(
        ("make", "refusal"),
        [
            (lambda: OrderFactory(status="confirmed"), errors.NotForTheRoad),
            (lambda: OrderFactory(status="packed", method=Method.PICKUP), errors.NotForTheRoad),
        ],
    )
    def test_refuses_what_is_not_packed_for_the_road(self, boss, make, refusal):
        order = make()

        with pytest.raises(refusal):
            planned_run(order, boss=boss)

        assert not Run.objects.exists()

    def test_takes_an_order_on_one_run_only(self, boss):
        order = OrderFactory(status="packed")
        planned_run(order, boss=boss)

        with pytest.raises(errors.OnAnotherRun):
            planned_run(order, boss=boss)

        assert (Run.objects.count(), Stop.objects.count()) == (1, 1)

    def test_is_the_offices_matter_and_for_couriers_only(self, boss, courier):
        with pytest.raises(NotAllowed):
            planned_run(boss=courier)
        with pytest.raises(errors.NotACourier):
            planned_run(courier=StaffFactory(role="warehouse"), boss=boss)

        assert not Run.objects.exists()


class TestArrangeStops:
    def test_moves_open_stops_behind_those_that_are_done(self, boss, courier):
        run = planned_run(*packed(3, boss), courier=courier, boss=boss, started=True)
        first, second, third = run.stops.order_by("sequence")
        services.fail_stop(stop_id=first.pk, failure="nobody", actor_id=courier.pk, now=now())

        services.arrange_stops(run_id=run.pk, stop_ids=[third.pk, second.pk], actor_id=boss.pk)

        assert sequence(run) == [first.order_id, third.order_id, second.order_id]
        with pytest.raises(errors.RunChanged):
            services.arrange_stops(run_id=run.pk, stop_ids=[third.pk], actor_id=boss.pk)


class TestStartRun:
    def test_takes_the_boxes_along_and_leaves_what_is_recalled(self, boss, courier):
        orders = [packed_order(boss=boss), packed_order(boss=boss)]
        run = planned_run(*orders, courier=courier, boss=boss)
        lot = orders[1].lines.get().variant.lots.get()
        services.recall_lot(
            lot_id=lot.pk, reason="plastic", confirmation=lot.code, actor_id=boss.pk, now=now()
        )

        refused = services.start_run(run_id=run.pk, actor_id=courier.pk, now=now())

        assert [type(error) for error in refused] == [errors.RecalledInBox]
        run.refresh_from_db()
        assert run.state == "started"
        assert [selectors.run_card(run_id=run.pk).waiting[0].order_id] == [orders[1].pk]

    def test_refuses_a_strangers_run_an_empty_one_and_a_second_one(self, boss, courier):
        run = planned_run(OrderFactory(status="packed"), courier=courier, boss=boss)
        with pytest.raises(errors.NotYourRun):
            services.start_run(run_id=run.pk, actor_id=StaffFactory(role="courier").pk, now=now())
        with pytest.raises(errors.RunEmpty):
            services.start_run(
                run_id=planned_run(courier=courier, boss=boss).pk, actor_id=courier.pk, now=now()
            )
        planned_run(*packed(1, boss), courier=courier, boss=boss, started=True)
        with pytest.raises(errors.RunUnderWay):
            services.start_run(run_id=run.pk, actor_id=courier.pk, now=now())

        run.refresh_from_db()
        assert run.state == "planned"


class TestDropStop:
    def test_takes_a_box_off_that_stands_in_the_house_and_no_other(self, boss, courier):
        order = packed_order(boss=boss)
        run = planned_run(order, courier=courier, boss=boss)
        stop = run.stops.get()
        services.start_run(run_id=run.pk, actor_id=courier.pk, now=now())
        drop = partial(
            services.drop_stop, run_id=run.pk, stop_id=stop.pk, actor_id=boss.pk, now=now()
        )
        with pytest.raises(errors.StopClosed):
            drop()

        planned = planned_run(packed_order(boss=boss), courier=courier, boss=boss)
        services.drop_stop(
            run_id=planned.pk, stop_id=planned.stops.get().pk, actor_id=boss.pk, now=now()
        )

        assert not planned.stops.exists()
        assert run.stops.count() == 1

    def test_leaves_a_run_that_can_be_taken_away(self, boss, courier):
        run = planned_run(packed_order(boss=boss), courier=courier, boss=boss)
        drop = partial(services.drop_run, run_id=run.pk)
        with pytest.raises(errors.RunNotEmpty):
            drop(actor_id=boss.pk)
        stop = run.stops.get()
        services.drop_stop(run_id=run.pk, stop_id=stop.pk, actor_id=boss.pk, now=now())
        with pytest.raises(NotAllowed):
            drop(actor_id=courier.pk)
        assert Run.objects.filter(pk=run.pk).exists()

        drop(actor_id=boss.pk)

        assert not Run.objects.filter(pk=run.pk).exists()
        gone = Run.history.filter(id=run.pk).latest()
        assert (gone.history_type, gone.history_user) == ("-", boss)
        with pytest.raises(errors.RunNotFound):
            drop(actor_id=boss.pk)

    def test_never_takes_away_a_run_that_was_driven(self, boss, courier):
        run = planned_run(packed_order(boss=boss), courier=courier, boss=boss, started=True)
        Stop.objects.filter(run=run).delete()

        with pytest.raises(errors.RunNotEmpty):
            services.drop_run(run_id=run.pk, actor_id=boss.pk)

    def test_happens_by_itself_when_the_order_is_cancelled(self, boss, courier):
        order = packed_order(boss=boss)
        planned_run(order, courier=courier, boss=boss)

        services.cancel_packed(order_id=order.pk, reason="double", actor_id=boss.pk, now=now())

        assert not Stop.objects.exists()


class TestASecondAttempt:
    def test_goes_on_another_run_and_leaves_the_first_stop_as_it_was(self, boss, courier):
        order = packed_order(boss=boss)
        first = planned_run(order, courier=courier, boss=boss, started=True).stops.get()
        services.fail_stop(stop_id=first.pk, failure="later", actor_id=courier.pk, now=now())
        services.reschedule(
            order_id=order.pk, slot_id=SlotFactory().pk, actor_id=boss.pk, now=now()
        )

        again = planned_run(order, courier=courier, boss=boss, started=True).stops.get()

        first.refresh_from_db()
        assert (first.state, again.state) == ("failed", "planned")
        assert selectors.courier_run(courier_id=courier.pk, today=shop_date(now())).open_stops


class TestNearness:
    def test_is_told_once_to_whom_the_courier_comes_next(self, boss, courier):
        run = planned_run(*packed(3, boss), courier=courier, boss=boss, started=True)
        first, second, third = run.stops.order_by("sequence")

        for stop in (first, second):
            services.fail_stop(stop_id=stop.pk, failure="nobody", actor_id=courier.pk, now=now())

        keys = Message.objects.filter(dedupe_key__startswith="courier-near")
        told = dict(keys.values_list("dedupe_key", "body__text"))
        assert set(told) == {f"courier-near:{second.pk}", f"courier-near:{third.pk}"}
        assert "🚚" in told[f"courier-near:{third.pk}"]


class TestAssignRun:
    @pytest.mark.django_db(transaction=True)
    def test_against_a_press_has_one_outcome(self, boss, courier):
        run = planned_run(packed_order(boss=boss), courier=courier, boss=boss, started=True)
        stop, other = run.stops.get(), StaffFactory(role="courier")
        order = stop.order
        services.note_temperature(
            stop_id=stop.pk, degrees=Decimal(-18), actor_id=courier.pk, now=now()
        )

        def press(who):
            return services.deliver_stop(
                stop_id=stop.pk, taken=DoorMoney("cash", order.total), actor_id=who.pk, now=now()
            )

        outcomes = together([
            partial(press, courier), partial(press, other),
            partial(services.assign_run, run_id=run.pk, courier_id=other.pk, actor_id=boss.pk,
                    now=now()),
        ])  # fmt: skip

        stop.refresh_from_db()
        assert {type(error) for error in raised(outcomes)} <= {
            errors.NotYourRun, errors.StopClosed, errors.RunOver
        }  # fmt: skip
        assert stop.state == "done" or isinstance(outcomes[0], errors.NotYourRun)
        assert services.check_books() == []


class TestTheLastStops:
    """Two doors closed at once: whoever is second must see that nothing is left to do."""

    @pytest.fixture
    def run(self, boss, courier):
        return planned_run(*packed(2, boss), courier=courier, boss=boss, started=True)

    def close_both(self, run, *people):
        stops = run.stops.order_by("sequence")
        outcomes = together([
            partial(services.fail_stop, stop_id=stop.pk, failure="nobody", actor_id=who.pk,
                    now=now())
            for stop, who in zip(stops, people, strict=True)
        ])  # fmt: skip
        assert raised(outcomes) == []
        run.refresh_from_db()
        return run.state

    @pytest.mark.django_db(transaction=True)
    def test_finish_the_run(self, run, boss, courier):
        assert self.close_both(run, boss, courier) == "finished"

    @pytest.mark.django_db(transaction=True)
    def test_would_not_without_the_runs_lock(self, run, boss, courier, monkeypatch):
        meet = Barrier(2, timeout=10)

        def finish_after_both(run, now):
            meet.wait()
            finish(run, now)

        finish = stops.finish_if_done
        monkeypatch.setattr(stops, "finish_if_done", finish_after_both)
        monkeypatch.setattr(stops, "hold_run", lambda run_id: Run.objects.get(pk=run_id))
        monkeypatch.setattr(courier_presses, "hold_run", stops.hold_run)

        assert self.close_both(run, boss, courier) == "started"


class TestCourierRun:
    def test_is_not_hidden_by_one_that_was_emptied_before_it_began(self, boss, courier):
        emptied = planned_run(packed_order(boss=boss), courier=courier, boss=boss)
        (stop,) = emptied.stops.all()
        services.drop_stop(run_id=emptied.pk, stop_id=stop.pk, actor_id=boss.pk, now=now())
        run = planned_run(packed_order(boss=boss), courier=courier, boss=boss)

        assert selectors.courier_run(courier_id=courier.pk, today=shop_date(now())).id == run.pk

    def test_reads_a_long_run_in_a_handful_of_queries(
        self, courier, boss, django_assert_max_num_queries
    ):
        planned_run(*(OrderFactory(status="packed") for _ in range(12)), courier=courier, boss=boss)

        with django_assert_max_num_queries(3):
            card = selectors.courier_run(courier_id=courier.pk, today=shop_date(now()))

        assert len(card.open_stops) == 12
