"""Delivery windows over HTTP, as staff work with them."""

import pytest

from apps.delivery.models import DeliverySlot
from tests.factories import SlotFactory, placed_order

pytestmark = pytest.mark.django_db

SLOTS = "/api/v1/staff/slots/"


@pytest.fixture
def slot(db):
    return SlotFactory()


@pytest.fixture
def address(slot):
    return f"{SLOTS}{slot.public_id}/"


class TestWindows:
    def test_of_a_day_are_listed_with_how_full_they_are(
        self, manager_api, slot, django_assert_max_num_queries
    ):
        placed_order(slot_id=slot.pk)
        SlotFactory(date=slot.date, starts_at=slot.starts_at.replace(minute=17))

        with django_assert_max_num_queries(8):
            found = manager_api.get(SLOTS, {"date": slot.date.isoformat()}).json()

        assert [(one["zone"], one["booked_orders"]) for one in found] == [
            ("moscow", 1),
            ("moscow", 0),
        ]
        assert manager_api.get(SLOTS, {"date": "2020-01-01"}).json() == []
        assert manager_api.get(SLOTS).status_code == 200

    def test_grow_and_shrink_to_what_is_booked(self, manager_api, slot, address):
        placed_order(slot_id=slot.pk)

        grown = manager_api.patch(address, {"capacity_orders": 12})
        refused = manager_api.patch(address, {"capacity_orders": 0})

        assert (grown.status_code, grown.json()["capacity_orders"]) == (200, 12)
        assert (refused.status_code, refused.json()["code"]) == (409, "slot_booked")
        assert manager_api.patch(address, {"capacity_orders": -1}).status_code == 400
        slot.refresh_from_db()
        assert (slot.capacity_orders, slot.capacity_ml) == (12, 400_000)
        assert slot.history.count() == 2

    def test_close_and_open(self, manager_api, address):
        closed = manager_api.post(f"{address}close/", {"reason": "holiday"})

        assert closed.json()["closed_reason"] == "holiday"
        assert manager_api.post(f"{address}reopen/").json()["closed_reason"] == ""
        assert manager_api.post(f"{address}close/", {"reason": "full"}).status_code == 400

    def test_give_their_orders_to_another(self, manager_api, slot, address):
        order = placed_order(slot_id=slot.pk)
        other = SlotFactory()

        moved = manager_api.post(f"{address}move/", {"target": str(other.public_id)})
        again = manager_api.post(f"{address}move/", {"target": str(other.public_id)})

        assert (moved.json()["moved"], moved.json()["slot"]["booked_orders"]) == (1, 1)
        assert (again.status_code, again.json()["code"]) == (409, "nothing_to_move")
        order.refresh_from_db()
        assert order.slot_id == other.pk
        assert DeliverySlot.objects.get(pk=slot.pk).booked_orders == 0
