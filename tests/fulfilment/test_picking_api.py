"""The open box and recalls over HTTP."""

from uuid import uuid4

import pytest

from apps.fulfilment import services
from apps.fulfilment.models import LineShortage, Pick, Recall, RecallOrder, RecallRefund
from apps.inventory.models import StockLevel
from tests.factories import StaffFactory, VariantFactory
from tests.factories.inventory import receive
from tests.fulfilment.state import whole_state

pytestmark = pytest.mark.django_db

STAFF = "/api/v1/staff/"
PASSWORD = "Sesam-1234-öffne"


@pytest.fixture
def picker(signed_in):
    return signed_in(StaffFactory(role="warehouse"))


@pytest.fixture
def order(order_at):
    return order_at("picking")


@pytest.fixture
def lot(order):
    return order.lines.get().variant.lots.get()


def url(order, rest):
    return f"{STAFF}orders/{order.public_id}/{rest}"


def scan(client, order, code, *, key=None, **fields):
    return client.post(
        url(order, "picks/"), {"code": code, **fields}, format="json",
        HTTP_IDEMPOTENCY_KEY=key or uuid4().hex,
    )  # fmt: skip


class TestPicks:
    def test_are_made_corrected_and_undone(self, picker, order, lot):
        line = order.lines.get()
        first = scan(picker, order, lot.code).json()
        assert [(row["code"], row["quantity"]) for row in first["lines"][0]["in_box"]] == [
            (lot.code, 1)
        ]
        assert (first["lines"][0]["left"], first["is_done"]) == (2, False)

        body = {"order_line_id": line.pk, "lot_id": lot.pk, "quantity": 3}
        second = picker.put(url(order, "picks/"), body, format="json").json()
        assert second["is_done"]

        third = picker.delete(url(order, f"picks/{Pick.objects.get().pk}/"))
        assert (third.status_code, third.json()["lines"][0]["left"]) == (200, 3)
        assert services.check_books() == []

    def test_are_counted_once_for_one_key(self, picker, order, lot):
        answers = [scan(picker, order, lot.code, key="one-and-the-same") for _ in range(3)]
        other = scan(picker, order, "something-else", key="one-and-the-same")

        assert [answer.status_code for answer in answers] == [200] * 3
        assert answers[0].json() == answers[2].json()
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
        assert Pick.objects.get().quantity == 1

    def test_want_a_key(self, picker, order, lot):
        answer = picker.post(url(order, "picks/"), {"code": lot.code}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
        assert not Pick.objects.exists()

    def test_take_another_lot_with_a_reason(self, picker, order, lot):
        later = receive(lot.variant, 5, days=300)

        refused = scan(picker, order, later.code)
        taken = scan(picker, order, later.code, reason="frozen in")

        assert (refused.status_code, refused.json()["code"]) == (409, "earlier_lot_first")
        assert taken.json()["lines"][0]["in_box"][0]["reason"] == "frozen in"

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({}, 400, "validation_error"),
            ({"code": ""}, 400, "validation_error"),
            ({"code": "x" * 201}, 400, "validation_error"),
            ({"code": "no-such"}, 404, "scan_unknown"),
            ({"code": "4601234567890"}, 400, None),
            ({"code": "STRANGER"}, 409, "wrong_product"),
            ({"code": "LOT", "quantity": 4}, 409, "more_than_ordered"),
            ({"code": "LOT", "quantity": 0}, 400, "validation_error"),
            ({"code": "LOT", "quantity": 1.5}, 400, "validation_error"),
            ({"code": "LOT", "quantity": 2**63}, 400, "validation_error"),
            ({"code": "a\0b"}, 400, None),
        ],
    )
    def test_refuse_a_bad_scan_and_change_nothing(self, picker, order, lot, body, status, code):
        receive(VariantFactory(), 1, code="STRANGER")
        named = body | ({"code": lot.code} if body.get("code") == "LOT" else {})
        before = whole_state(order)

        answer = picker.post(
            url(order, "picks/"), named, format="json", HTTP_IDEMPOTENCY_KEY=uuid4().hex
        )

        assert answer.status_code == status, answer.json()
        assert code is None or answer.json()["code"] == code
        assert whole_state(order) == before

    def test_belong_to_their_order(self, picker, order, lot, order_at):
        scan(picker, order, lot.code)
        other = order_at("picking")

        answer = picker.delete(url(other, f"picks/{Pick.objects.get().pk}/"))

        assert (answer.status_code, answer.json()["code"]) == (404, "pick_not_found")
        assert Pick.objects.get().quantity == 1


class TestShortLines:
    def test_are_marked_and_taken_back(self, picker, order):
        line = order.lines.get()
        address = url(order, f"short-lines/{line.pk}/")

        marked = picker.put(address, {"cause": "damaged"}, format="json")
        assert marked.json()["lines"][0]["short"] == "damaged"

        assert picker.delete(address).json()["lines"][0]["short"] == ""
        assert not LineShortage.objects.exists()

    def test_know_no_other_causes_and_lines(self, picker, order):
        line = order.lines.get()

        bad = picker.put(url(order, f"short-lines/{line.pk}/"), {"cause": "eaten"}, format="json")
        stray = picker.put(url(order, "short-lines/99999999/"), {"cause": "damaged"}, format="json")

        assert (bad.status_code, stray.status_code) == (400, 404)
        assert not LineShortage.objects.exists()


class TestToPick:
    def test_lists_and_begins(self, picker, order_at):
        waiting = order_at("confirmed")

        (row,) = picker.get(f"{STAFF}orders/to-pick/").json()
        begun = picker.post(f"{STAFF}orders/to-pick/next/")
        empty = picker.post(f"{STAFF}orders/to-pick/next/")

        assert (row["id"], row["units"], row["in_box"]) == (str(waiting.public_id), 3, 0)
        assert (begun.json()["number"], begun.json()["status"]) == (waiting.number, "picking")
        assert (empty.status_code, empty.json()["code"]) == (409, "nothing_to_pick")


class TestTheFloor:
    @pytest.mark.parametrize("role", ["courier", "support", "marketing", None])
    def test_is_closed_to_who_does_not_pack(self, signed_in, order, lot, role):
        stranger = signed_in(StaffFactory(role=role))
        before = whole_state(order)

        answers = [
            scan(stranger, order, lot.code),
            stranger.put(url(order, "picks/"), {}, format="json"),
            stranger.delete(url(order, "picks/1/")),
            stranger.put(url(order, "short-lines/1/"), {"cause": "damaged"}, format="json"),
            stranger.delete(url(order, "short-lines/1/")),
            stranger.get(url(order, "pick-list/")),
            stranger.get(f"{STAFF}orders/to-pick/"),
            stranger.post(f"{STAFF}orders/to-pick/next/"),
        ]

        assert {answer.status_code for answer in answers} == {403}
        assert whole_state(order) == before

    def test_is_closed_to_customers_and_strangers(self, api, customer_api, order, lot):
        assert scan(api, order, lot.code).status_code == 401
        assert scan(customer_api, order, lot.code).status_code == 403


class TestReturns:
    def test_say_what_became_of_each_unit(self, manager_api, order_at):
        order = order_at("delivery_failed")
        pick = Pick.objects.get()
        fate = {"order_line_id": pick.order_line_id, "lot_id": pick.lot_id, "back": 1}
        body = {"target": "returned", "reason": "van broke down"}
        before = whole_state(order)

        short = manager_api.post(
            url(order, "transitions/"), body | {"returns": [fate | {"waste": 1}]}, format="json"
        )
        assert (short.status_code, short.json()["code"]) == (400, "units_unaccounted")
        assert whole_state(order) == before

        whole = [fate | {"waste": 2, "cause": "thawed"}]
        done = manager_api.post(
            url(order, "transitions/"), body | {"returns": whole}, format="json"
        )
        assert done.json()["status"] == "returned"
        assert StockLevel.objects.get().on_hand == 18
        assert services.check_books() == []


class TestRecall:
    @pytest.fixture
    def keeper(self):
        manager = StaffFactory(role="manager")
        manager.set_password(PASSWORD)
        manager.save()
        return manager

    @pytest.fixture
    def sold(self, order_at):
        return order_at("delivered")

    @pytest.fixture
    def bad_lot(self, sold):
        return sold.lines.get().variant.lots.get()

    def recall(self, client, lot, **fields):
        body = {"reason": "plastic", "confirmation": lot.code} | fields
        return client.post(f"{STAFF}stock/lots/{lot.pk}/recall/", body, format="json")

    def test_previews_recalls_and_settles(self, signed_in, keeper, sold, bad_lot):
        client = signed_in(keeper)
        preview = client.get(f"{STAFF}stock/lots/{bad_lot.pk}/recall/").json()
        assert [row["number"] for row in preview["holders"]] == [sold.number]
        assert not Recall.objects.exists()

        report = self.recall(client, bad_lot)
        assert report.status_code == 201
        address = f"{STAFF}recalls/{report.json()['id']}/"
        entry, refund = RecallOrder.objects.get(), RecallRefund.objects.get()

        called = client.post(f"{address}orders/{entry.pk}/called/").json()
        settled = client.post(
            f"{address}refunds/{refund.pk}/settle/", {"password": PASSWORD}, format="json"
        ).json()

        assert called["told"] == 1
        assert (settled["to_settle"], settled["rows"][0]["refunds"][0]["state"]) == (0, "settled")
        again = client.post(f"{address}refunds/{refund.pk}/waive/")
        assert (again.status_code, again.json()["code"]) == (409, "refund_closed")
        assert client.get(address).json()["id"] == report.json()["id"]

    def test_happens_once(self, signed_in, keeper, bad_lot):
        client = signed_in(keeper)

        first, second = (self.recall(client, bad_lot).json()["id"] for _ in range(2))

        assert first == second
        assert RecallOrder.objects.count() == 1

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"confirmation": "yes"}, "recall_unconfirmed"),
            ({"confirmation": ""}, "validation_error"),
            ({"reason": ""}, "validation_error"),
        ],
    )
    def test_refuses_and_changes_nothing(self, signed_in, keeper, sold, bad_lot, fields, code):
        before = whole_state(sold)

        answer = self.recall(signed_in(keeper), bad_lot, **fields)

        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert whole_state(sold) == before

    def test_wants_the_password_before_money_moves(self, signed_in, keeper, sold, bad_lot):
        client = signed_in(keeper)
        report = self.recall(client, bad_lot).json()
        refund = RecallRefund.objects.get()
        before = whole_state(sold)
        address = f"{STAFF}recalls/{report['id']}/refunds/{refund.pk}/settle/"

        for body in ({}, {"password": "guess"}):
            assert client.post(address, body, format="json").status_code in {400, 401}

        assert whole_state(sold) == before

    @pytest.mark.parametrize("role", ["warehouse", "courier", "support", "marketing", None])
    def test_is_for_owner_and_manager_only(self, signed_in, sold, bad_lot, role):
        before = whole_state(sold)

        answer = self.recall(signed_in(StaffFactory(role=role)), bad_lot)

        assert answer.status_code == 403
        assert whole_state(sold) == before

    def test_knows_no_other_lots_and_recalls(self, manager_api):
        assert manager_api.get(f"{STAFF}stock/lots/99999999/recall/").status_code == 404
        assert manager_api.get(f"{STAFF}recalls/99999999/").status_code == 404
