"""The dispatcher's pages: runs and couriers' money."""

from decimal import Decimal

import pytest
from django.urls import reverse

from apps.core.time import now, shop_date
from apps.fulfilment import services
from apps.fulfilment.dto import DoorMoney
from apps.fulfilment.models import CashShift, Run
from tests.admin.conftest import desk_of
from tests.factories import OrderFactory, StaffFactory, packed_order, planned_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(db):
    return StaffFactory(role="manager")


@pytest.fixture
def courier(db):
    return StaffFactory(role="courier", first_name="Игорь")


@pytest.fixture
def run(boss, courier) -> Run:
    orders = [OrderFactory(status="packed") for _ in range(3)]
    return planned_run(*orders, courier=courier, boss=boss)


def page(name: str, *args) -> str:
    return reverse(f"admin:fulfilment_{name}", args=args)


def order_of(run) -> list[int]:
    return list(run.stops.order_by("sequence").values_list("pk", flat=True))


class TestPlanning:
    def test_makes_a_run_of_what_was_ticked(self, boss, courier):
        order, left = OrderFactory(status="packed"), OrderFactory(status="packed")
        desk, url = desk_of(boss), page("run_add")
        assert left.number in desk.get(url).content.decode()

        body = {"courier_id": courier.pk, "day": shop_date(now()).isoformat(), "vehicle": "Largus"}
        refused = desk.post(url, body)
        answer = desk.post(url, {**body, "order": order.pk})

        assert "Choose at least one order." in refused.content.decode()
        run = Run.objects.get()
        assert answer.url == page("run_change", run.pk)
        assert [stop.order_id for stop in run.stops.all()] == [order.pk]
        shown = desk.get(answer.url).content.decode()
        assert order.number in shown
        assert left.number in shown

    def test_is_closed_to_the_courier(self, courier):
        assert desk_of(courier).get(page("run_add")).status_code == 403


class TestStopButtons:
    def test_move_and_take_off(self, boss, run):
        desk = desk_of(boss)
        first, second, third = order_of(run)

        desk.post(page("run_stop", run.pk, third, "up"))
        desk.post(page("run_stop", run.pk, first, "off"))

        assert order_of(run) == [third, second]

    def test_do_nothing_for_the_courier(self, courier, run):
        before = order_of(run)

        answer = desk_of(courier).post(page("run_stop", run.pk, before[0], "off"))

        assert answer.status_code == 403
        assert order_of(run) == before


class TestRunPage:
    def test_is_the_own_couriers_and_no_others(self, courier, run):
        assert desk_of(courier).get(page("run_change", run.pk)).status_code == 200
        assert desk_of(courier).get(page("run_sheet", run.pk)).content[:5] == b"%PDF-"
        other = desk_of(StaffFactory(role="courier"))
        assert other.get(page("run_sheet", run.pk)).status_code == 404
        assert other.get(page("run_change", run.pk)).status_code == 302

    def test_lets_the_own_courier_take_the_boxes_along(self, boss, courier):
        run = planned_run(packed_order(boss=boss), courier=courier, boss=boss)
        desk, url = desk_of(courier), page("run_do", run.pk, "start")
        assert url in desk.get(page("run_change", run.pk)).content.decode()

        desk_of(StaffFactory(role="courier")).post(url)
        assert Run.objects.get().state == "planned"
        desk.post(url)

        assert Run.objects.get().state == "started"

    def test_reads_many_stops_in_a_few_queries(self, boss, courier, django_assert_max_num_queries):
        orders = [OrderFactory(status="packed") for _ in range(15)]
        run = planned_run(*orders, courier=courier, boss=boss)
        desk = desk_of(boss)
        desk.get(page("run_change", run.pk))

        with django_assert_max_num_queries(20):
            desk.get(page("run_change", run.pk))


class TestHandOver:
    @pytest.fixture
    def shift(self, boss, courier) -> CashShift:
        run = planned_run(packed_order(boss=boss), courier=courier, boss=boss, started=True)
        stop = run.stops.select_related("order").get()
        services.note_temperature(
            stop_id=stop.pk, degrees=Decimal(-18), actor_id=courier.pk, now=now()
        )
        taken = DoorMoney("cash", stop.order.total)
        services.deliver_stop(stop_id=stop.pk, taken=taken, actor_id=courier.pk, now=now())
        return CashShift.objects.get()

    def test_counts_with_a_reason_for_what_is_missing(self, boss, shift):
        desk, url = desk_of(boss), page("cashshift_do", shift.pk, "accept")
        body = {"expected": shift.cash, "counted": shift.cash - 5, "reason": ""}

        refused = desk.post(url, body)
        assert "say why" in refused.content.decode()
        desk.post(url, {**body, "reason": "a torn note"})

        shift.refresh_from_db()
        assert (shift.difference, shift.accepted_by_id) == (-5, boss.pk)
        assert "a torn note" in desk.get(page("cashshift_change", shift.pk)).content.decode()

    def test_shows_couriers_their_own_and_offers_no_button(self, courier, shift):
        desk = desk_of(courier)
        assert (
            "Count and accept" not in desk.get(page("cashshift_change", shift.pk)).content.decode()
        )
        other = desk_of(StaffFactory(role="courier"))
        assert other.get(page("cashshift_change", shift.pk)).status_code == 302
        desk.post(page("cashshift_do", shift.pk, "accept"), {"counted": 0, "reason": "x"})

        shift.refresh_from_db()
        assert shift.closed_at is None
