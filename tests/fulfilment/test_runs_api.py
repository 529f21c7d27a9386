"""The courier's day over HTTP."""

import pytest
from django.urls import reverse

from apps.core.time import now, shop_date
from apps.fulfilment import services
from apps.fulfilment.models import CashShift, Run, Stop
from tests.admin.conftest import desk_of
from tests.factories import OrderFactory, StaffFactory, packed_order, planned_run

pytestmark = pytest.mark.django_db

STAFF = "/api/v1/staff/"


@pytest.fixture
def courier(db):
    return StaffFactory(role="courier")


@pytest.fixture
def office(signed_in, boss):
    return signed_in(boss)


@pytest.fixture
def driver(signed_in, courier):
    return signed_in(courier)


def post(client, path, **body):
    return client.post(f"{STAFF}{path}", body, format="json")


def put(client, path, **body):
    return client.put(f"{STAFF}{path}", body, format="json")


class TestADay:
    def test_is_planned_driven_and_counted(self, office, driver, boss, courier):
        orders = [packed_order(boss=boss), packed_order(boss=boss)]
        assert office.get(f"{STAFF}runs/couriers/").json()[0]["id"] == str(courier.public_id)
        plan = {
            "courier": str(courier.public_id), "day": shop_date(now()).isoformat(),
            "orders": [str(order.public_id) for order in orders],
        }  # fmt: skip

        planned = post(office, "runs/", **plan)
        assert planned.status_code == 201
        run = planned.json()
        first, second = (stop["id"] for stop in run["stops"])
        assert put(office, f"runs/{run['id']}/stops/", stops=[second, first]).status_code == 200
        started = post(driver, f"runs/{run['id']}/start/").json()
        assert (started["refused"], started["run"]["state"]) == ([], "started")

        assert post(driver, f"runs/stops/{second}/arrive/").json()["state"] == "arrived"
        due = started["run"]["stops"][0]["due"]
        short = post(driver, f"runs/stops/{second}/deliver/", temperature="-18", taken="1.00")
        assert (short.status_code, short.json()["code"]) == (409, "wrong_cash_amount")
        done = post(driver, f"runs/stops/{second}/deliver/", temperature="-18", taken=due)
        assert (done.json()["state"], done.json()["temperature"]) == ("done", "-18.0")
        again = post(driver, f"runs/stops/{second}/deliver/", temperature="-18", taken=due)
        assert (again.status_code, again.json()["code"]) == (409, "stop_closed")
        failed = post(driver, f"runs/stops/{first}/fail/", failure="nobody")
        assert failed.json()["state"] == "failed"

        switched = put(office, f"runs/stops/{second}/taken-as/", taken_as="card")
        assert switched.json()["taken_as"] == "card"
        shift = driver.get(f"{STAFF}cash-shifts/").json()["results"][0]
        assert (shift["cash"], shift["card"]) == ("0.00", due)
        accept = f"cash-shifts/{shift['id']}/accept/"
        assert post(driver, accept, counted="0", expected="0").status_code == 403
        over = post(office, accept, counted="5", expected="0.00")
        assert over.json()["code"] == "difference_unexplained"
        closed = post(office, accept, counted="5", expected="0.00", reason="a tip")
        assert (closed.status_code, closed.json()["difference"]) == (200, "5.00")
        assert Run.objects.get().state == "finished"
        assert services.check_books() == []

    def test_is_nobody_elses(self, signed_in, driver, boss, courier):
        run = planned_run(packed_order(boss=boss), courier=courier, boss=boss, started=True)
        stop = run.stops.get()
        other = signed_in(StaffFactory(role="courier"))

        assert other.get(f"{STAFF}runs/").json()["results"] == []
        assert other.get(f"{STAFF}runs/{run.public_id}/").status_code == 404
        for path, body in (
            (f"runs/{run.public_id}/start/", {}),
            (f"runs/stops/{stop.pk}/arrive/", {}),
            (f"runs/stops/{stop.pk}/fail/", {"failure": "nobody"}),
            (f"runs/stops/{stop.pk}/deliver/", {"temperature": "-18", "taken": "1"}),
        ):
            assert post(other, path, **body).json()["code"] == "not_your_run"
        for path in (f"runs/{run.public_id}/suggest/", f"runs/{run.public_id}/stops/"):
            assert post(driver, path).status_code == 403
        assert Stop.objects.get().state == "planned"
        assert not CashShift.objects.exists()

    def test_refuses_strange_ids_and_numbers(self, office, courier):
        order = OrderFactory(status="packed")
        day = shop_date(now()).isoformat()
        who, what = str(courier.public_id), [str(order.public_id)]

        for body, code in (
            ({"courier": str(order.public_id), "orders": what}, "not_a_courier"),
            ({"courier": who, "orders": [who]}, "order_not_found"),
        ):
            assert post(office, "runs/", day=day, **body).json()["code"] == code
        assert post(office, "runs/", day=day, courier=who, orders=[]).status_code == 400
        for temperature in ("NaN", "-61", "1e9"):
            path = "runs/stops/1/deliver/"
            assert post(office, path, temperature=temperature).status_code in (400, 404)
        assert not Run.objects.exists()


class TestRuns:
    def test_are_listed_in_a_handful_of_queries(self, office, boss, django_assert_max_num_queries):
        for _ in range(4):
            planned_run(*(OrderFactory(status="packed") for _ in range(3)), boss=boss)
        office.get(f"{STAFF}runs/")

        with django_assert_max_num_queries(9):
            found = office.get(f"{STAFF}runs/", {"day": shop_date(now()).isoformat()}).json()

        assert [len(run["stops"]) for run in found["results"]] == [3] * 4

    def test_are_taken_away_when_they_are_empty(self, office, boss):
        run = planned_run(packed_order(boss=boss), boss=boss)
        path = f"{STAFF}runs/{run.public_id}/"
        refused = office.delete(path)
        office.delete(f"{path}stops/{run.stops.get().pk}/")
        desk = desk_of(boss)
        page = desk.get(reverse("admin:fulfilment_run_change", args=(run.pk,)))
        button = reverse("admin:fulfilment_run_do", args=(run.pk, "drop"))
        assert button in page.content.decode()

        answer = desk.post(button, {"state": page.context["state"]})

        assert (refused.status_code, refused.json()["code"]) == (409, "run_not_empty")
        assert answer.url == reverse("admin:fulfilment_run_changelist")
        assert not Run.objects.exists()
        empty = planned_run(boss=boss)
        assert office.delete(f"{STAFF}runs/{empty.public_id}/").status_code == 204
        assert office.delete(f"{STAFF}runs/{empty.public_id}/").status_code == 404
