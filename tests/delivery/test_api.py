"""Zones and windows over HTTP."""

from datetime import timedelta

import pytest

from apps.core.time import now as present
from apps.core.time import shop_date
from apps.delivery import services
from apps.delivery.models import FeeStep
from tests.factories import AddressFactory, PickupPointFactory, SlotFactory, ZoneFactory

pytestmark = pytest.mark.django_db

ZONES, SLOTS = "/api/v1/delivery/zones/", "/api/v1/delivery/slots/"


@pytest.fixture
def slot(db):
    tomorrow = present() + timedelta(days=1)
    return SlotFactory(
        starts_at=tomorrow, cutoff_at=tomorrow, date=shop_date(tomorrow), zone=ZoneFactory()
    )


class TestZones:
    def test_are_public_in_the_readers_language(self, api):
        FeeStep.objects.create(zone=ZoneFactory(), from_km=10, fee=299)
        ZoneFactory(slug="closed", is_active=False)
        point = PickupPointFactory()

        answer = api.get(ZONES)

        assert answer.json() == {
            "zones": [
                {
                    "slug": "moscow",
                    "name": "Moscow",
                    "fee": "199.00",
                    "free_from": "3000.00",
                    "minimum_total": "500.00",
                    "fee_steps": [{"from_total": "0.00", "from_km": "10.00", "fee": "299.00"}],
                }
            ],
            "pickup_points": [
                {
                    "id": str(point.public_id),
                    "name": "Lesnaya",
                    "address": "5 Lesnaya St",
                    "hours": "daily 10–22",
                    "notice": "",
                    "latitude": "55.780000",
                    "longitude": "37.590000",
                }
            ],
        }

    def test_need_five_queries(self, api, django_assert_num_queries):
        ZoneFactory.create_batch(1)
        PickupPointFactory.create_batch(4)

        with django_assert_num_queries(5):
            api.get(ZONES)


class TestSlots:
    @pytest.mark.parametrize(
        "query",
        [{}, {"zone": "moscow"}, {"latitude": "55.75", "longitude": "37.61"}],
    )
    def test_are_those_of_the_place(self, api, slot, query, django_assert_max_num_queries):
        with django_assert_max_num_queries(4):
            answer = api.get(SLOTS, query)

        body = answer.json()
        assert body["zone"]["slug"] == "moscow"
        assert [found["id"] for found in body["slots"]] == [str(slot.public_id)]
        assert (body["slots"][0]["is_open"], body["slots"][0]["closed_reason"]) == (True, "")

    def test_say_why_they_are_closed(self, api, slot):
        services.close_slot(slot_id=slot.pk)

        (found,) = api.get(SLOTS).json()["slots"]

        assert (found["is_open"], found["closed_reason"]) == (False, "closed_by_staff")

    def test_follow_the_callers_own_address(self, customer, customer_api, slot):
        address = AddressFactory(customer=customer)

        found = customer_api.get(SLOTS, {"address": str(address.public_id)})

        assert len(found.json()["slots"]) == 1

    def test_keep_other_peoples_addresses_to_themselves(self, api, customer_api, slot):
        address = AddressFactory()

        assert customer_api.get(SLOTS, {"address": str(address.public_id)}).status_code == 404
        assert api.get(SLOTS, {"address": str(address.public_id)}).status_code == 401

    @pytest.mark.parametrize(("days", "count"), [(0, 0), (1, 1), (2, 0), (40, 0), (-3, 0)])
    def test_can_be_those_of_one_day(self, api, slot, days, count):
        day = shop_date(present()) + timedelta(days=days)

        assert len(api.get(SLOTS, {"date": day.isoformat()}).json()["slots"]) == count

    @pytest.mark.parametrize(
        ("query", "status", "code"),
        [
            ({"zone": "moon"}, 404, "zone_not_found"),
            ({"latitude": "55.7"}, 400, "validation_error"),
            ({"latitude": "55.7", "longitude": "190"}, 400, "validation_error"),
            ({"latitude": "NaN", "longitude": "1"}, 400, "validation_error"),
            ({"zone": "moscow", "latitude": "1", "longitude": "1"}, 400, "validation_error"),
            ({"latitude": "1", "longitude": "1"}, 409, "outside_zones"),
            ({"date": "tomorrow"}, 400, "validation_error"),
            ({"address": "1"}, 400, "validation_error"),
        ],
    )
    def test_refuse_what_they_can_not_answer(self, api, slot, query, status, code):
        answer = api.get(SLOTS, query)

        assert (answer.status_code, answer.json()["code"]) == (status, code)
