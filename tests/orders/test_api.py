import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.cart.models import CartItem
from apps.core.models import IdempotencyRecord
from apps.inventory.models import StockLevel
from apps.orders.models import Order
from apps.payments import services as payments
from apps.users.models import Address
from tests.factories import (
    AddressFactory,
    OrderFactory,
    PickupPointFactory,
    SlotFactory,
    fill_cart,
    placed_order,
    stocked_variant,
)

pytestmark = pytest.mark.django_db

ORDERS = "/api/v1/orders/"


@pytest.fixture
def body(customer):
    """What a caller with two packs in the cart would send."""
    fill_cart(customer, {stocked_variant(10): 2})
    return {
        "method": "delivery",
        "address": str(AddressFactory(customer=customer).public_id),
        "slot": str(SlotFactory().public_id),
        "payment": "cash",
        "expected_total": "799.00",
        "comment": "У подъезда злая собака",
    }


def order(client, body, key="a-good-key-1", **kwargs):
    headers = {"Idempotency-Key": key} if key is not None else {}
    return client.post(ORDERS, body, headers=headers, **kwargs)


def assert_nothing_happened():
    assert not Order.objects.exists()
    assert not IdempotencyRecord.objects.exists()
    assert CartItem.objects.count() == 1
    assert StockLevel.objects.get().reserved == 0


class TestCheckout:
    def test_wants_a_signed_in_caller(self, api):
        assert order(api, {}).status_code == 401

    def test_answers_with_the_order(self, customer_api, body):
        answer = order(customer_api, body)

        made = answer.json()
        assert answer.status_code == 201
        assert made["status"] == "placed"
        assert (made["items_total"], made["delivery_fee"], made["total"]) == (
            "600.00", "199.00", "799.00",
        )  # fmt: skip
        assert made["lines"][0]["quantity"] == 2
        assert [event["status"] for event in made["events"]] == ["placed"]
        assert made["can_cancel"] is True
        assert customer_api.get(f"{ORDERS}{made['id']}/").json() == made
        assert Order.objects.get().source == "api"

    def test_answers_the_same_to_the_same_request(self, customer_api, body):
        first = order(customer_api, body)

        second = order(customer_api, dict(reversed(body.items())))

        assert (second.status_code, second.json()) == (201, first.json())
        assert Order.objects.count() == 1

    def test_refuses_the_key_with_another_body(self, customer_api, body):
        order(customer_api, body)

        answer = order(customer_api, body | {"comment": "another"})

        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
        assert Order.objects.count() == 1

    @pytest.mark.parametrize("key", [None, "", "short", "x" * 101, "with space in"])
    def test_refuses_a_request_without_a_key(self, customer_api, body, key):
        answer = order(customer_api, body, key=key)

        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
        assert_nothing_happened()

    def test_lets_a_refused_request_be_sent_again(self, customer_api, body):
        refused = order(customer_api, body | {"expected_total": "700.00"})
        assert refused.json()["facts"] == {"expected": "700.00", "total": "799.00"}
        assert_nothing_happened()

        assert order(customer_api, body).status_code == 201

    def test_takes_a_new_address(self, customer_api, body):
        del body["address"]

        answer = order(
            customer_api,
            body | {"street": "Тверская, 1", "flat": "7", "address_comment": "домофон 7"},
        )

        assert "Тверская, 1" in answer.json()["address"]
        assert "домофон 7" in answer.json()["address_details"]
        assert Address.objects.filter(street="Тверская, 1").exists()

    def test_takes_a_pickup(self, customer_api, body):
        point = PickupPointFactory()

        answer = order(
            customer_api,
            {
                "method": "pickup",
                "pickup_point": str(point.public_id),
                "payment": "cash",
                "expected_total": "600.00",
                "source": "webapp",
            },
        )

        assert answer.status_code == 201
        assert answer.json()["address"] == "Lesnaya, 5 Lesnaya St"
        assert len(answer.json()["pickup_code"]) == 4
        assert Order.objects.get().source == "webapp"

    @pytest.mark.parametrize(
        ("changes", "status", "code"),
        [
            ({"expected_total": "798.00"}, 409, "price_changed"),
            ({"expected_total": "NaN"}, 400, "validation_error"),
            ({"expected_total": "-1"}, 400, "validation_error"),
            ({"expected_total": "1e30"}, 400, "validation_error"),
            ({"expected_total": 10**40}, 400, "validation_error"),
            ({"expected_total": "799.001"}, 400, "validation_error"),
            ({"payment": "bitcoin"}, 409, "payment_not_available"),
            ({"method": "drone"}, 400, "validation_error"),
            ({"method": "pickup"}, 400, "pickup_point_missing"),
            ({"address": str(uuid4())}, 404, "address_not_found"),
            ({"address": "1"}, 400, "validation_error"),
            ({"slot": str(uuid4())}, 404, "slot_not_found"),
            ({"contact_phone": "123"}, 400, "invalid_phone"),
            ({"contact_name": "A\0B"}, 400, "parse_error"),
            ({"comment": "\ud800"}, 400, "parse_error"),
            ({"comment": "x" * 501}, 400, "validation_error"),
            ({"latitude": "55.7"}, 400, "validation_error"),
            ({"source": "staff"}, 400, "validation_error"),
        ],
    )
    def test_refuses_with_a_stable_code_and_changes_nothing(
        self, customer_api, body, changes, status, code
    ):
        raw = json.dumps(body | changes)
        answer = order(customer_api, raw, content_type="application/json")

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer["Content-Type"] == "application/problem+json"
        assert_nothing_happened()

    def test_takes_no_price_of_the_callers(self, customer_api, body):
        answer = order(customer_api, body | {"total": "1.00", "items_total": "1.00", "lines": []})

        assert answer.json()["total"] == "799.00"

    def test_refuses_an_empty_cart(self, customer_api):
        answer = order(
            customer_api,
            {"method": "pickup", "payment": "cash", "expected_total": "0.00"},
        )

        assert (answer.status_code, answer.json()["code"]) == (409, "cart_empty")

    def test_refuses_a_strangers_address(self, customer_api, body):
        foreign = str(AddressFactory().public_id)

        answer = order(customer_api, body | {"address": foreign})

        assert (answer.status_code, answer.json()["code"]) == (404, "address_not_found")
        assert_nothing_happened()

    @pytest.mark.parametrize("raw", [b"[]", b"null", b"{", b'"x"', b"1"])
    def test_refuses_a_body_that_is_no_checkout(self, customer_api, raw):
        answer = order(customer_api, raw, content_type="application/json")

        assert answer.status_code == 400

    def test_refuses_a_body_of_10_megabytes(self, customer_api):
        answer = order(
            customer_api,
            b'{"comment": "' + b"x" * 10_000_000 + b'"}',
            content_type="application/json",
        )

        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


class TestOrders:
    def test_lists_the_callers_own_newest_first(self, customer, customer_api):
        orders = OrderFactory.create_batch(3, customer=customer)
        OrderFactory()

        page = customer_api.get(ORDERS, {"page_size": 2}).json()

        assert page["count"] == 3
        assert [row["number"] for row in page["results"]] == [orders[2].number, orders[1].number]

    def test_takes_as_many_queries_for_many_as_for_few(self, customer, customer_api):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                assert customer_api.get(ORDERS).status_code == 200
            return [q for q in captured if "orders_" in q["sql"]]

        OrderFactory(customer=customer)
        few = queries()
        OrderFactory.create_batch(9, customer=customer, lines=3)
        many = queries()

        # How many, the orders, their lines, and the offers that made them cheaper.
        assert len(few) == len(many) <= 4

    def test_tells_whether_it_is_paid(self, customer, customer_api):
        mine = placed_order(customer=customer)
        assert customer_api.get(ORDERS).json()["results"][0]["is_paid"] is False

        payments.record_cash(order_id=mine.pk, amount=mine.total, actor_id=None)

        assert customer_api.get(ORDERS).json()["results"][0]["is_paid"] is True

    @pytest.mark.parametrize("tail", ["", "cancel/", "repeat/"])
    def test_does_not_know_a_strangers_order(self, customer_api, tail):
        foreign = OrderFactory()
        path = f"{ORDERS}{foreign.public_id}/{tail}"

        answer = customer_api.post(path, {}) if tail else customer_api.get(path)

        foreign.refresh_from_db()
        assert (answer.status_code, answer.json()["code"]) == (404, "order_not_found")
        assert foreign.status == "placed"

    def test_cancels_once(self, customer, customer_api):
        mine = placed_order(customer=customer)
        path = f"{ORDERS}{mine.public_id}/cancel/"

        answer = customer_api.post(path, {"reason": "передумал"})
        again = customer_api.post(path, {})

        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
        assert answer.json()["events"][-1]["reason"] == "передумал"
        assert (again.status_code, again.json()["code"]) == (409, "cancelled_already")

    def test_puts_the_goods_into_the_cart_again(self, customer, customer_api):
        mine = placed_order(customer=customer)

        answer = customer_api.post(f"{ORDERS}{mine.public_id}/repeat/")

        assert answer.status_code == 200
        assert answer.json()["cart"]["count"] == 3
        assert answer.json()["changes"] == []
        assert CartItem.objects.count() == 1
