"""Zones, weekly windows, pickup points and holidays, written by staff's programs."""

from datetime import date, timedelta

import pytest
from rest_framework.test import APIClient

from apps.core.time import now, shop_date
from apps.delivery.models import DeliverySlot, Holiday, PickupPoint, SlotTemplate, Zone
from tests.factories import PickupPointFactory, SlotFactory, StaffFactory, ZoneFactory
from tests.races import together

pytestmark = pytest.mark.django_db

STAFF = "/api/v1/staff/delivery/"
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[37.5, 55.7], [37.7, 55.7], [37.7, 55.8], [37.5, 55.8], [37.5, 55.7]]],
}


def zone(**more):
    return {
        "slug": "north", "name_ru": "Север", "name_en": "North", "latitude": "55.75",
        "longitude": "37.6", "radius_km": "5.00", "fee": "250.00",
    } | more  # fmt: skip


def send(client, method, path, **body):
    return getattr(client, method)(f"{STAFF}{path}", body, format="json")


class TestZones:
    def test_are_opened_changed_and_listed(self, manager_api, manager):
        steps = [{"from_total": "2000.00", "fee": "99.00"}]
        made = send(manager_api, "post", "zones/", **zone(fee_steps=steps))
        assert made.status_code == 201, made.content
        assert made.json()["fee_steps"][0]["fee"] == "99.00"

        changed = send(manager_api, "patch", "zones/north/", area=SQUARE, fee="199.00")

        row = Zone.objects.get(slug="north")
        assert changed.status_code == 200, changed.content
        assert (row.radius_km, row.area["type"], str(row.fee)) == (None, "Polygon", "199.00")
        assert row.fee_steps.count() == 1
        assert {version.history_user for version in row.history.all()} == {manager}
        cleared = send(manager_api, "patch", "zones/north/", fee_steps=[], radius_km="3.00")
        assert (cleared.json()["area"], cleared.json()["fee_steps"]) == (None, [])
        listed = manager_api.get(f"{STAFF}zones/").json()["results"]
        assert [found["slug"] for found in listed] == ["north"]
        assert manager_api.get(f"{STAFF}zones/north/").json() == listed[0]

    def test_refuse_what_can_not_be_meant_and_change_nothing(self, manager_api):
        ZoneFactory()
        send(manager_api, "post", "zones/", **zone())
        before = list(Zone.objects.order_by("pk").values())
        for path, body, status, code in (
            ("zones/", zone(), 409, "values_clash"),
            ("zones/", zone(slug="x", is_default=True), 409, "values_clash"),
            ("zones/", zone(slug="x", radius_km=None), 400, "zone_shape_missing"),
            ("zones/", zone(slug="x", area=SQUARE), 400, "zone_shape_missing"),
            ("zones/", zone(slug="x", radius_km="0"), 400, "validation_error"),
            ("zones/", zone(slug="x", area={"type": "Point"}), 400, "area_unreadable"),
            ("zones/", zone(slug="x", fee="-1"), 400, "validation_error"),
            ("zones/", zone(slug="x", fee_steps=[{"fee": "1.00"}]), 400, "validation_error"),
            ("zones/", zone(slug="x", fee_steps=[{"from_km": "1", "fee": "1"}] * 2), 400,
             "validation_error"),
            ("zones/", zone(slug="x", fee_steps=[{"from_total": "9", "fee": "999"}]), 400,
             "fees_contradict"),
        ):  # fmt: skip
            answer = send(manager_api, "post", path, **body)
            assert (answer.status_code, answer.json()["code"]) == (status, code), body
        gone = send(manager_api, "patch", "zones/nowhere/", fee="1.00")

        assert gone.json()["code"] == "zone_not_found"
        assert list(Zone.objects.order_by("pk").values()) == before

    def test_are_listed_in_a_handful_of_queries(self, manager_api, django_assert_max_num_queries):
        for number in range(5):
            ZoneFactory(slug=f"zone-{number}")

        with django_assert_max_num_queries(8):
            assert manager_api.get(f"{STAFF}zones/").json()["count"] == 5


class TestWindows:
    def body(self, **more):
        return {"zone": "moscow", "weekday": 2, "starts": "10:00", "ends": "12:00"} | more

    def test_are_added_changed_and_listed(self, manager_api, manager):
        ZoneFactory()
        made = send(manager_api, "post", "windows/", **self.body(capacity_orders=4)).json()

        changed = send(manager_api, "patch", f"windows/{made['id']}/", is_active=False)

        assert (made["zone"], made["capacity_orders"]) == ("moscow", 4)
        assert changed.json() == made | {"is_active": False}
        row = SlotTemplate.objects.get()
        assert {version.history_user for version in row.history.all()} == {manager}
        listed = manager_api.get(f"{STAFF}windows/", {"zone": "moscow"}).json()["results"]
        assert [found["id"] for found in listed] == [made["id"]]

    def test_refuse_what_can_not_be_and_change_nothing(self, manager_api):
        ZoneFactory()
        send(manager_api, "post", "windows/", **self.body())
        for body, status, code in (
            (self.body(), 409, "values_clash"),
            (self.body(weekday=3, ends="09:00"), 409, "values_clash"),
            (self.body(weekday=7), 400, "validation_error"),
            (self.body(zone="nowhere"), 404, "zone_not_found"),
        ):
            answer = send(manager_api, "post", "windows/", **body)
            assert (answer.status_code, answer.json()["code"]) == (status, code), body
        assert send(manager_api, "patch", "windows/0/", weekday=1).status_code == 404
        assert SlotTemplate.objects.count() == 1


class TestPickupPoints:
    BODY = {
        "name_ru": "На Лесной", "name_en": "Lesnaya", "address_ru": "Лесная, 5",
        "address_en": "5 Lesnaya", "latitude": "55.78", "longitude": "37.59",
    }  # fmt: skip

    def test_are_opened_changed_and_listed(self, manager_api, manager):
        week = [{"weekday": 0, "opens": "10:00:00", "closes": "20:00:00"}]
        made = send(manager_api, "post", "pickup-points/", **self.BODY, weekly=week).json()

        changed = send(manager_api, "patch", f"pickup-points/{made['id']}/", is_active=False)

        assert made["weekly"] == week
        assert changed.json() == made | {"is_active": False}
        row = PickupPoint.objects.get()
        assert {version.history_user for version in row.history.all()} == {manager}
        listed = manager_api.get(f"{STAFF}pickup-points/").json()["results"]
        assert listed == [changed.json()]

    def test_refuse_what_can_not_be_and_change_nothing(self, manager_api):
        point = PickupPointFactory()
        path = f"pickup-points/{point.public_id}/"
        day = {"weekday": 0, "opens": "10:00", "closes": "20:00"}
        for weekly in ([day, day], [day | {"closes": "09:00"}], [day | {"weekday": 9}]):
            assert send(manager_api, "patch", path, weekly=weekly).status_code == 400
        assert send(manager_api, "patch", path, latitude="91").status_code == 400
        assert not point.weekly.exists()


class TestHolidays:
    def body(self, day, **more):
        return {"date": day.isoformat(), "name_ru": "Учёт", "name_en": "Stocktake"} | more

    @pytest.fixture
    def day(self) -> date:
        return shop_date(now()) + timedelta(days=3)

    def test_close_windows_and_open_them_again(self, manager_api, manager, day):
        slot = SlotFactory(date=day, booked_orders=2)
        made = send(manager_api, "post", "holidays/", **self.body(day)).json()

        assert made["booked"] == 2
        assert DeliverySlot.objects.get(pk=slot.pk).closed_reason == "holiday"
        path = f"holidays/{made['holiday']['id']}/"
        moved = send(manager_api, "patch", path, date=str(day + timedelta(days=1))).json()
        assert moved["booked"] == 0
        assert DeliverySlot.objects.get(pk=slot.pk).closed_reason == ""
        listed = manager_api.get(f"{STAFF}holidays/").json()["results"]
        assert listed == [moved["holiday"]]
        assert send(manager_api, "delete", path).status_code == 204
        assert send(manager_api, "delete", path).status_code == 404
        assert {version.history_user for version in Holiday.history.all()} == {manager}

    def test_refuse_what_can_not_be_and_change_nothing(self, manager_api, day):
        ZoneFactory()
        point = str(PickupPointFactory().public_id)
        send(manager_api, "post", "holidays/", **self.body(day))
        for body, status, code in (
            (self.body(day), 409, "values_clash"),
            (self.body(day, zone="moscow", pickup_point=point), 409, "values_clash"),
            (self.body(day, zone="moscow", opens="10:00"), 409, "values_clash"),
            (self.body(day, zone="nowhere"), 404, "zone_not_found"),
            (self.body(day, pickup_point=str(StaffFactory().public_id)), 404,
             "pickup_point_not_found"),
        ):  # fmt: skip
            answer = send(manager_api, "post", "holidays/", **body)
            assert (answer.status_code, answer.json()["code"]) == (status, code), body
        assert Holiday.objects.count() == 1
        own = send(manager_api, "post", "holidays/", **self.body(day, zone="moscow"))
        assert own.json()["holiday"]["zone"] == "moscow"


@pytest.mark.django_db(transaction=True)
class TestRaces:
    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("zones/", zone()),
            ("windows/", {"zone": "here", "weekday": 1, "starts": "10:00", "ends": "12:00"}),
        ],
    )
    def test_let_one_of_many_write_what_only_one_can(self, manager, path, body):
        ZoneFactory(slug="here")

        def write():
            client = APIClient(raise_request_exception=False)
            client.force_authenticate(manager)
            return send(client, "post", path, **body).status_code

        assert sorted(together([write] * 5)) == [201, 409, 409, 409, 409]
