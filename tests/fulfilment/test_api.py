"""Orders' way over HTTP."""

from uuid import uuid4

import pytest

from apps.core.time import now as present
from apps.fulfilment import services
from apps.orders.dto import Method
from apps.orders.services import flag_attention
from apps.payments import selectors as money
from tests.factories import SlotFactory, StaffFactory, placed_order
from tests.fulfilment.state import whole_state

pytestmark = pytest.mark.django_db

ORDERS = "/api/v1/staff/orders/"


def go(client, order, target, **details):
    body = {"target": target, **details}
    return client.post(f"{ORDERS}{order.public_id}/transitions/", body, format="json")


class TestTransitions:
    def test_bring_an_order_from_the_shop_to_the_door(self, manager_api):
        order = placed_order()

        for target in ("confirmed", "picking", "packed", "out_for_delivery", "delivered"):
            answer = go(manager_api, order, target)
            assert answer.status_code == 200, answer.json()
            assert answer.json()["status"] == target

        assert answer.json()["next"] == ["returned"]
        assert money.captured(order_id=order.pk) == order.total
        assert services.check_books() == []

    def test_take_what_a_step_needs(self, manager_api, order_at):
        order = order_at("picking")
        line = order.lines.get()
        picks = [{"order_line_id": line.pk, "lot_id": line.variant.lots.get().pk, "quantity": 2}]

        packed = go(manager_api, order, "packed", picks=picks).json()
        go(manager_api, order, "out_for_delivery")
        go(manager_api, order, "delivery_failed", reason="nobody home")
        again = go(manager_api, order, "packed", slot=str(SlotFactory().public_id))

        assert packed["lines"][0]["picked_quantity"] == 2
        assert again.json()["status"] == "packed"
        assert services.check_books() == []

    def test_check_the_pickup_code(self, manager_api, order_at):
        order = order_at("ready_for_pickup", method=Method.PICKUP)

        wrong = go(manager_api, order, "delivered", code="x")
        right = go(manager_api, order, "delivered", code=order.pickup_code)

        assert (wrong.status_code, wrong.json()["code"]) == (409, "wrong_pickup_code")
        assert right.status_code == 200

    @pytest.mark.parametrize(
        ("role", "status"), [("courier", 403), ("marketing", 403), (None, 403), ("warehouse", 200)]
    )
    def test_are_the_roles_matter(self, signed_in, order_at, role, status):
        order = order_at("confirmed")
        before = whole_state(order)

        answer = go(signed_in(StaffFactory(role=role)), order, "picking")

        assert answer.status_code == status
        if status == 403:
            assert answer.json()["code"] == "permission_denied"
            assert whole_state(order) == before

    def test_are_closed_to_customers_and_strangers(self, api, customer_api, order_at):
        order = order_at("confirmed")

        assert go(api, order, "picking").status_code == 401
        assert go(customer_api, order, "picking").status_code == 403

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({}, 400, "validation_error"),
            ({"target": "eaten"}, 400, "validation_error"),
            ({"target": "delivered"}, 409, "order_transition_forbidden"),
            ({"target": "packed", "picks": [{"lot_id": 1}]}, 400, "validation_error"),
            ({"target": "packed", "picks": "all"}, 400, "validation_error"),
            (
                {
                    "target": "packed",
                    "picks": [{"order_line_id": 1, "lot_id": 2**63, "quantity": 1}],
                },
                400,
                "validation_error",
            ),
            ({"target": "cancelled"}, 400, "reason_missing"),
            ({"target": "packed", "slot": str(uuid4())}, 404, "slot_not_found"),
            ({"target": "cancelled", "reason": "a\0b"}, 400, None),
        ],
    )
    def test_refuse_a_bad_step_and_change_nothing(self, manager_api, order_at, body, status, code):
        order = order_at("picking")
        before = whole_state(order)

        answer = manager_api.post(f"{ORDERS}{order.public_id}/transitions/", body, format="json")

        assert answer.status_code == status
        assert code is None or answer.json()["code"] == code
        assert whole_state(order) == before

    def test_know_no_other_orders(self, manager_api):
        answer = manager_api.post(
            f"{ORDERS}{uuid4()}/transitions/", {"target": "picking"}, format="json"
        )

        assert (answer.status_code, answer.json()["code"]) == (404, "order_not_found")


class TestStaffOrders:
    def test_lists_newest_first_and_by_status(self, manager_api, order_at):
        confirmed, placed = order_at("confirmed"), placed_order()

        everything = manager_api.get(ORDERS).json()
        some = manager_api.get(ORDERS, {"status": "confirmed"}).json()

        assert [row["number"] for row in everything["results"]] == [
            placed.number,
            confirmed.number,
        ]
        assert [row["id"] for row in some["results"]] == [str(confirmed.public_id)]

    def test_finds_what_asks_for_a_person(self, manager_api, order_at):
        order_at("confirmed")
        odd = placed_order()
        flag_attention(order_ids=[odd.pk], reason="look", now=present())

        found = manager_api.get(ORDERS, {"attention": "true"}).json()

        assert [row["attention"] for row in found["results"]] == ["look"]

    def test_asks_three_questions_for_any_length(
        self, manager, order_at, api, django_assert_max_num_queries
    ):
        for _ in range(4):
            placed_order()
        api.force_authenticate(manager)

        with django_assert_max_num_queries(3):
            answer = api.get(ORDERS)

        assert answer.json()["count"] == 4

    @pytest.mark.parametrize("query", [{"status": "eaten"}, {"attention": "perhaps"}])
    def test_refuses_what_it_does_not_know(self, manager_api, query):
        assert manager_api.get(ORDERS, query).status_code == 400

    def test_is_closed_to_customers(self, customer_api):
        assert customer_api.get(ORDERS).status_code == 403


class TestPickList:
    def test_says_what_to_take(self, signed_in, order_at):
        order = order_at("picking")
        picker = signed_in(StaffFactory(role="warehouse"))

        found = picker.get(f"{ORDERS}{order.public_id}/pick-list/").json()

        (line,) = found["lines"]
        assert (line["quantity"], line["missing"]) == (3, 0)
        assert [lot["quantity"] for lot in line["lots"]] == [3]
        assert found["picked"] == []

    def test_says_what_is_in_the_box(self, manager_api, order_at):
        order = order_at("packed")

        found = manager_api.get(f"{ORDERS}{order.public_id}/pick-list/").json()

        assert [pick["quantity"] for pick in found["picked"]] == [3]

    def test_is_closed_to_customers(self, customer_api, order_at):
        order = order_at("picking")

        answer = customer_api.get(f"{ORDERS}{order.public_id}/pick-list/")

        assert answer.status_code == 403
