"""At the door, and at the desk where couriers hand their money over."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from apps.catalog.errors import BadPicture
from apps.core.errors import NotAllowed
from apps.core.housekeeping import tidy
from apps.core.storage import private
from apps.core.time import now
from apps.fulfilment import errors, services
from apps.fulfilment.dto import DoorMoney
from apps.fulfilment.models import CashShift, ShiftEntry, Stop
from apps.fulfilment.services import shifts
from apps.orders.errors import OrderMoveRefused, ReasonMissing
from apps.payments.errors import PaymentNotExpected, WrongCashAmount
from apps.payments.models import MoneyEntry, Payment
from tests.factories import StaffFactory, packed_order, planned_run
from tests.fulfilment.state import whole_state
from tests.races import raised, together

pytestmark = pytest.mark.django_db


@pytest.fixture
def courier(db):
    return StaffFactory(role="courier")


@pytest.fixture
def stop(boss, courier) -> Stop:
    """A stop whose order, in cash, is on the road."""
    run = planned_run(packed_order(boss=boss), courier=courier, boss=boss, started=True)
    return run.stops.select_related("order").get()


def at_door(stop, courier, degrees="-18"):
    services.note_temperature(
        stop_id=stop.pk, degrees=Decimal(degrees), actor_id=courier.pk, now=now()
    )


def deliver(stop, by, *, provider="cash", amount=None):
    taken = DoorMoney(provider, amount or stop.order.total)
    return services.deliver_stop(stop_id=stop.pk, taken=taken, actor_id=by.pk, now=now())


def accept(shift, by, counted, **more):
    return services.accept_shift(
        shift_id=shift.pk, counted=Decimal(counted), actor_id=by.pk, now=now(),
        **{"expected": shift.cash, **more},
    )  # fmt: skip


def road_state(stop):
    return (
        whole_state(stop.order),
        Stop.objects.values().get(pk=stop.pk),
        list(CashShift.objects.values()),
        ShiftEntry.objects.count(),
    )


class TestDeliverStop:
    def test_books_order_money_and_purse_in_one_go(self, stop, courier):
        at_door(stop, courier, "-18.26")

        deliver(stop, courier)

        stop.refresh_from_db()
        assert (stop.state, stop.taken, stop.taken_as) == ("done", stop.order.total, "cash")
        assert stop.temperature == Decimal("-18.3")
        assert stop.arrived_at is not None
        shift = CashShift.objects.get()
        assert (shift.courier_id, shift.cash, shift.card) == (courier.pk, stop.order.total, 0)
        stop.run.refresh_from_db()
        assert stop.run.state == "finished"
        assert services.check_books() == []

    def test_takes_a_card_instead_of_cash_and_says_so(self, stop, courier):
        at_door(stop, courier)

        deliver(stop, courier, provider="card")

        shift = CashShift.objects.get()
        assert (shift.cash, shift.card) == (0, stop.order.total)
        assert Payment.objects.get().provider == "card"
        assert stop.order.events.latest("pk").reason
        assert services.check_books() == []

    @pytest.mark.parametrize(
        ("degrees", "money", "role", "refusal"),
        [
            ("", {}, "", errors.TemperatureMissing),
            ("-61", {}, "", errors.TemperatureImpossible),
            ("NaN", {}, "", errors.TemperatureImpossible),
            ("-18", {"amount": Decimal(1)}, "", WrongCashAmount),
            ("-18", {"provider": "yookassa"}, "", PaymentNotExpected),
            ("-18", {}, "courier", errors.NotYourRun),
            ("-18", {}, "warehouse", errors.NotYourRun),
        ],
    )
    def test_refuses_and_moves_neither_order_nor_money(
        self, stop, courier, degrees, money, role, refusal
    ):
        by = StaffFactory(role=role) if role else courier

        def press():
            if degrees:
                at_door(stop, courier, degrees)
            deliver(stop, by, **money)

        with pytest.raises(refusal):
            press()

        stop.order.refresh_from_db()
        assert stop.order.status == "out_for_delivery"
        assert not MoneyEntry.objects.exists()
        assert not CashShift.objects.exists()

    def test_gives_nothing_away_that_is_not_paid(self, stop, courier):
        at_door(stop, courier)
        before = road_state(stop)

        with pytest.raises(WrongCashAmount):
            services.deliver_stop(stop_id=stop.pk, taken=None, actor_id=courier.pk, now=now())

        assert road_state(stop) == before

    def test_refuses_another_couriers_press_through_any_door(self, stop, step):
        before = road_state(stop)

        for target, details in (("delivered", {}), ("delivery_failed", {"reason": "no"})):
            with pytest.raises(errors.NotYourRun):
                step(stop.order, target, by=StaffFactory(role="courier"), **details)

        assert road_state(stop) == before

    def test_counts_the_money_to_the_courier_when_the_office_presses(self, stop, courier, step):
        step(stop.order, "delivered")

        stop.refresh_from_db()
        assert (stop.state, stop.taken_as) == ("done", "cash")
        assert CashShift.objects.get().courier_id == courier.pk

    def test_happens_once_for_two_presses(self, stop, courier):
        at_door(stop, courier)
        deliver(stop, courier)
        before = road_state(stop)

        with pytest.raises(errors.StopClosed):
            deliver(stop, courier)
        with pytest.raises(OrderMoveRefused):
            services.deliver(order_id=stop.order_id, actor_id=courier.pk, now=now())

        assert road_state(stop) == before

    def test_asks_for_a_look_at_what_had_begun_to_thaw(self, stop, courier):
        at_door(stop, courier, "-9")

        deliver(stop, courier)

        stop.order.refresh_from_db()
        assert "9" in stop.order.attention


class TestKeepProof:
    def picture(self) -> bytes:
        buffer = BytesIO()
        Image.new("RGB", (60, 40), "navy").save(buffer, "JPEG")
        return buffer.getvalue()

    def test_keeps_the_newest_picture_until_its_customer_is_forgotten(
        self, stop, courier, django_capture_on_commit_callbacks
    ):
        keep = partial(services.keep_proof, stop_id=stop.pk, actor_id=courier.pk, now=now())
        with django_capture_on_commit_callbacks(execute=True):
            first = keep(content=self.picture()).photo
            second = keep(content=self.picture()).photo
        assert not private().exists(first)
        assert private().open(second).read(4) == b"RIFF"
        at_door(stop, courier)
        deliver(stop, courier)

        with django_capture_on_commit_callbacks(execute=True):
            services.erase_own(stop.order.customer_id, now())

        stop.refresh_from_db()
        assert stop.photo == ""
        assert not private().exists(second)

    def test_keeps_it_for_so_many_days(
        self, stop, courier, settings, django_capture_on_commit_callbacks
    ):
        settings.DOOR_PICTURE_DAYS = 5
        with django_capture_on_commit_callbacks(execute=True):
            name = services.keep_proof(
                stop_id=stop.pk, content=self.picture(), actor_id=courier.pk, now=now()
            ).photo
        at_door(stop, courier)
        deliver(stop, courier)
        stop.refresh_from_db()
        over = stop.closed_at + timedelta(days=5)

        assert services.forget_proofs(over) == 0
        assert private().exists(name)
        with django_capture_on_commit_callbacks(execute=True):
            swept = tidy(now=over + timedelta(seconds=1))

        stop.refresh_from_db()
        assert swept["door-pictures"] == 1
        assert stop.photo == ""
        assert not private().exists(name)

    def test_refuses_strangers_and_what_is_no_picture(self, stop, courier):
        for by, content, refusal in (
            (courier, b"<svg/>", BadPicture),
            (StaffFactory(role="courier"), self.picture(), errors.NotYourRun),
        ):
            with pytest.raises(refusal):
                services.keep_proof(stop_id=stop.pk, content=content, actor_id=by.pk, now=now())

        stop.refresh_from_db()
        assert stop.photo == ""


class TestFailStop:
    def test_leaves_goods_and_money_and_names_the_reason(self, stop, courier):
        services.fail_stop(stop_id=stop.pk, failure="nobody", actor_id=courier.pk, now=now())

        stop.refresh_from_db()
        stop.order.refresh_from_db()
        assert (stop.state, stop.failure) == ("failed", "nobody")
        assert stop.order.status == "delivery_failed"
        assert not CashShift.objects.exists()

    def test_wants_a_reason_that_we_know(self, stop, courier):
        before = road_state(stop)

        with pytest.raises(ReasonMissing):
            services.fail_stop(stop_id=stop.pk, failure="rain", actor_id=courier.pk, now=now())

        assert road_state(stop) == before

    def test_is_final_for_the_database_too(self, stop, courier):
        services.fail_stop(stop_id=stop.pk, failure="nobody", actor_id=courier.pk, now=now())

        for change in ({"state": "done", "failure": ""}, {"taken": 5, "taken_as": "cash"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Stop.objects.filter(pk=stop.pk).update(**change)


class TestMoneyGivenBack:
    def test_leaves_the_purse_until_it_was_handed_over(self, stop, courier, step):
        at_door(stop, courier)
        deliver(stop, courier)

        step(stop.order, "returned", reason="thawed", put_back=False)

        assert CashShift.objects.get().cash == 0
        assert services.check_books() == []

    def test_comes_from_the_till_afterwards(self, stop, boss, courier, step):
        at_door(stop, courier)
        deliver(stop, courier)
        accept(CashShift.objects.get(), boss, stop.order.total)

        step(stop.order, "returned", reason="thawed", put_back=False)

        assert CashShift.objects.get().cash == stop.order.total
        assert services.check_books() == []


class TestCorrectTaken:
    def test_moves_the_sum_between_the_columns_until_the_hand_over(self, stop, boss, courier):
        at_door(stop, courier)
        deliver(stop, courier)

        services.correct_taken(stop_id=stop.pk, provider="card", actor_id=boss.pk)

        shift = CashShift.objects.get()
        assert (shift.cash, shift.card) == (0, stop.order.total)
        assert Payment.objects.get().provider == "card"
        assert services.check_books() == []

        accept(shift, boss, 0)
        with pytest.raises(errors.ShiftClosed):
            services.correct_taken(stop_id=stop.pk, provider="cash", actor_id=boss.pk)
        assert Payment.objects.get().provider == "card"

    def test_is_not_for_couriers_and_not_for_nothing(self, stop, boss, courier):
        at_door(stop, courier)
        deliver(stop, courier)
        before = road_state(stop)

        with pytest.raises(NotAllowed):
            services.correct_taken(stop_id=stop.pk, provider="card", actor_id=courier.pk)
        with pytest.raises(PaymentNotExpected):
            services.correct_taken(stop_id=stop.pk, provider="cash", actor_id=boss.pk)

        assert road_state(stop) == before


class TestAcceptShift:
    @pytest.fixture
    def shift(self, stop, courier) -> CashShift:
        at_door(stop, courier)
        deliver(stop, courier)
        return CashShift.objects.get()

    def test_closes_what_was_counted_with_its_difference(self, shift, boss):
        accept(shift, boss, shift.cash - 10, reason="  a torn note ")

        shift.refresh_from_db()
        assert (shift.difference, shift.reason) == (-10, "a torn note")
        assert shift.accepted_by_id == boss.pk
        with pytest.raises(errors.ShiftClosed):
            accept(shift, boss, shift.cash)
        with pytest.raises(IntegrityError), transaction.atomic():
            CashShift.objects.filter(pk=shift.pk).update(handed_over=0)

    def test_refuses_what_does_not_add_up_and_changes_nothing(self, shift, boss, courier):
        before = CashShift.objects.values().get()

        for by, counted, more, refusal in (
            (courier, shift.cash, {}, NotAllowed),
            (boss, shift.cash - 1, {}, errors.DifferenceUnexplained),
            (boss, shift.cash, {"expected": shift.cash - 1}, errors.ShiftChanged),
        ):
            with pytest.raises(refusal):
                accept(shift, by, counted, **more)

        assert CashShift.objects.values().get() == before

    def test_takes_no_money_from_oneself(self, shift, boss, courier):
        courier.groups.set(boss.groups.all())
        with pytest.raises(errors.OwnShift):
            accept(shift, courier, shift.cash)

        shift.refresh_from_db()
        assert shift.closed_at is None

    @pytest.mark.django_db(transaction=True)
    def test_against_more_money_counts_each_once(self, boss, courier):
        run = planned_run(
            packed_order(boss=boss), packed_order(boss=boss), courier=courier, boss=boss,
            started=True,
        )  # fmt: skip
        first, second = run.stops.select_related("order").order_by("sequence")
        for stop in (first, second):
            at_door(stop, courier)
        deliver(first, courier)
        shift = CashShift.objects.get()

        outcomes = together([
            partial(deliver, second, courier),
            *[partial(accept, shift, boss, shift.cash)] * 2,
        ])  # fmt: skip

        assert {type(e) for e in raised(outcomes)} <= {errors.ShiftClosed, errors.ShiftChanged}
        assert sum(s.cash for s in CashShift.objects.all()) == sum(
            entry.amount for entry in MoneyEntry.objects.all()
        )
        assert CashShift.objects.filter(closed_at__isnull=False).count() <= 1
        assert services.check_books() == []

    @pytest.mark.django_db(transaction=True)
    def test_needs_its_lock(self, boss, courier, monkeypatch):
        """Without the row's lock two people accept the same money: the guard must notice."""
        run = planned_run(packed_order(boss=boss), courier=courier, boss=boss, started=True)
        stop = run.stops.select_related("order").get()
        at_door(stop, courier)
        deliver(stop, courier)
        shift = CashShift.objects.get()
        monkeypatch.setattr(
            type(CashShift.objects.all()), "select_for_update", lambda self, **_: self
        )

        outcomes = together([partial(accept, shift, boss, shift.cash)] * 2)

        # The trigger stands behind the lock: whoever comes second is refused by PostgreSQL.
        assert len(raised(outcomes)) == 1
        assert shifts.CashShift.objects.filter(closed_at__isnull=False).count() == 1


class TestCheckBooks:
    def test_notices_a_purse_that_disagrees_and_money_nobody_carries(self, stop, courier):
        at_door(stop, courier)
        deliver(stop, courier)
        CashShift.objects.update(cash=1)

        assert "cash" in [wrong.counter for wrong in services.check_books()]
