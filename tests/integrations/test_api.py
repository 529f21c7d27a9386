"""What programs do over HTTP; nothing of one key is there for another."""

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.core.time import now
from apps.integrations import services
from apps.integrations.dto import Scope
from apps.integrations.models import Delivery, Endpoint
from apps.integrations.services.endpoints import MOST_ENDPOINTS
from apps.orders.models import Order
from tests.factories import OrderFactory, placed_order, stocked_variant
from tests.factories.integrations import api_key, endpoint, pinged
from tests.integrations.conftest import program

pytestmark = pytest.mark.django_db
BASE = "/api/v1/integrations"
HOOKS = f"{BASE}/webhooks/"


@pytest.fixture
def key():
    return api_key()


@pytest.fixture
def caller(key):
    return program(key.secret)


class TestOrders:
    def test_are_read_without_their_customers(self, caller):
        order = placed_order(comment="ring twice")

        listed = caller.get(f"{BASE}/orders/").json()["results"]
        shown = caller.get(f"{BASE}/orders/{order.public_id}/").json()

        assert listed == [shown]
        assert shown["id"] == str(order.public_id)
        assert shown["total"] == str(order.total)
        assert [line["quantity"] for line in shown["lines"]] == [3]
        for personal in (order.contact_name, order.contact_phone, order.address, "ring twice"):
            assert str(personal)
            assert str(personal) not in str(shown)

    def test_come_page_by_page_though_others_change_meanwhile(self, caller):
        first = [OrderFactory() for _ in range(5)]
        page = caller.get(f"{BASE}/orders/", {"page_size": 2}).json()
        seen = [row["id"] for row in page["results"]]
        Order.objects.filter(pk=first[0].pk).update(updated_at=now())
        while page["next"]:
            page = caller.get(page["next"]).json()
            seen += [row["id"] for row in page["results"]]

        assert set(seen) == {str(order.public_id) for order in first}
        assert seen[0] == seen[-1] == str(first[0].public_id)

    def test_are_those_changed_since(self, caller):
        old, new = OrderFactory(), OrderFactory()
        Order.objects.filter(pk=old.pk).update(updated_at=now() - timedelta(days=1))
        since = (now() - timedelta(hours=1)).isoformat()

        found = caller.get(f"{BASE}/orders/", {"updated_since": since}).json()["results"]

        assert [row["id"] for row in found] == [str(new.public_id)]

    @pytest.mark.parametrize("query", [{"updated_since": "yesterday"}, {"status": "lost"}])
    def test_refuse_what_is_no_question(self, caller, query):
        assert caller.get(f"{BASE}/orders/", query).status_code == 400

    @pytest.mark.parametrize("path", ["orders", "stock", "webhooks", "deliveries"])
    @pytest.mark.parametrize(
        "cursor", ["", "x", "cD1ub3doZXJl", "bz0xMDAwMDAwMDAwMA==", "cj1hYmM=", "cD0lMDA=", "%ff",
                   "cD0yMDI2LTAxLTAx", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5"],
    )  # fmt: skip
    def test_refuse_a_cursor_that_nobody_gave(self, caller, path, cursor):
        assert caller.get(f"{BASE}/{path}/", {"cursor": cursor}).status_code in (200, 404)

    def test_ask_no_more_for_many_than_for_one(self, caller, django_assert_max_num_queries):
        for _ in range(4):
            placed_order()
        caller.get(f"{BASE}/orders/")

        with django_assert_max_num_queries(6):
            assert len(caller.get(f"{BASE}/orders/").json()["results"]) == 4


class TestStock:
    def test_is_what_may_be_promised(self, caller, django_assert_max_num_queries):
        few = stocked_variant(5, availability="few")
        stocked_variant(30)
        caller.get(f"{BASE}/stock/")

        with django_assert_max_num_queries(4):
            every = caller.get(f"{BASE}/stock/", {"page_size": 1}).json()
        low = caller.get(f"{BASE}/stock/", {"low": True}).json()["results"]
        rest = caller.get(every["next"]).json()

        assert [row["sku"] for row in low] == [few.sku]
        assert low[0] == {
            "sku": few.sku, "barcode": few.barcode, "available": 5, "low_threshold": 10,
            "availability": "few",
        }  # fmt: skip
        assert len(every["results"]) == len(rest["results"]) == 1
        assert every["results"] != rest["results"]


class TestWebhooks:
    def make(self, caller, **fields):
        body = {"url": "https://example.com/hooks", "events": ["order.placed"]} | fields
        return caller.post(HOOKS, body)

    def test_are_made_changed_and_removed_and_their_secret_is_seen_once(self, caller):
        made = self.make(caller)
        body = made.json()
        assert (made.status_code, made["Cache-Control"]) == (201, "no-store")
        assert body["secret"].startswith("whsec_")
        path = f"{HOOKS}{body['id']}/"

        changed = caller.patch(path, {"events": ["stock.low"], "is_active": False}).json()
        assert (changed["events"], changed["is_active"]) == (["stock.low"], False)
        assert changed["inactive_reason"] == "switched_off"
        assert "secret" not in changed
        assert "secret" not in caller.get(path).json()
        rotated = caller.post(f"{path}rotate-secret/").json()
        assert rotated["secret"] not in ("", body["secret"])
        assert caller.delete(path).status_code == 204
        assert not Endpoint.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"url": "http://example.com/"}, "invalid_endpoint_url"),
            ({"url": "https://169.254.169.254/"}, "invalid_endpoint_url"),
            ({"events": []}, "validation_error"), ({"events": ["ping"]}, "validation_error"),
            ({"events": "all"}, "validation_error"), ({"url": "x" * 600}, "validation_error"),
        ],
    )  # fmt: skip
    def test_are_refused_and_nothing_is_made(self, caller, fields, code):
        answer = self.make(caller, **fields)

        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert not Endpoint.objects.exists()

    def test_stand_once_under_a_key_and_not_without_end(self, caller):
        assert self.make(caller).status_code == 201
        assert self.make(caller).json()["code"] == "endpoint_exists"
        for number in range(MOST_ENDPOINTS - 1):
            assert self.make(caller, url=f"https://example.com/{number}").status_code == 201
        assert self.make(caller, url="https://example.com/more").json()["code"] == (
            "too_many_endpoints"
        )
        assert Endpoint.objects.count() == MOST_ENDPOINTS

    def test_of_another_key_are_not_there(self, caller, key):
        other = endpoint(key_id=api_key().id)
        own, shops = endpoint(key_id=key.id), endpoint()
        theirs = pinged(other)
        before = list(Endpoint.objects.order_by("pk").values())

        for row in (other, shops):
            path = f"{HOOKS}{row.public_id}/"
            answers = [
                caller.get(path), caller.patch(path, {"is_active": False}), caller.delete(path),
                caller.post(f"{path}rotate-secret/"), caller.post(f"{path}test/"),
            ]  # fmt: skip
            assert [answer.status_code for answer in answers] == [404] * 5
        log = f"{BASE}/deliveries/{theirs.public_id}/"
        assert caller.get(log).status_code == 404
        assert caller.post(f"{log}send-again/").status_code == 404
        assert [row["id"] for row in caller.get(HOOKS).json()["results"]] == [str(own.public_id)]
        assert caller.get(f"{BASE}/deliveries/").json()["results"] == []
        query = {"endpoint": str(other.public_id)}
        assert caller.get(f"{BASE}/deliveries/", query).json()["results"] == []
        assert list(Endpoint.objects.order_by("pk").values()) == before

    def test_take_nothing_but_what_is_theirs_to_say(self, caller, key):
        other = api_key()

        body = self.make(
            caller, key=other.id, key_id=other.id, seed="x", is_active=False, id=str(uuid4()),
            failures=7, secret="whsec_x",
        ).json()  # fmt: skip

        row = Endpoint.objects.get()
        assert (row.key_id, row.disabled_at, row.failures) == (key.id, None, 0)
        assert body["id"] == str(row.public_id)
        assert row.seed != "x"


class TestDeliveries:
    def test_are_a_log_with_what_came_back(self, caller, key, receiver):
        receiver.status, receiver.body = 500, b"broken"
        row = endpoint(key_id=key.id, url=receiver.url)
        made = caller.post(f"{HOOKS}{row.public_id}/test/")
        assert made.status_code == 202

        services.send_webhooks(now=now())

        (shown,) = caller.get(f"{BASE}/deliveries/", {"state": "waiting"}).json()["results"]
        assert shown["id"] == made.json()["id"]
        assert (shown["event_type"], shown["data"]) == ("ping", {})
        assert (shown["response_status"], shown["response_body"]) == (500, "broken")
        assert shown["attempts"] == 1
        assert shown["next_attempt_at"] is not None
        receiver.status = 204
        again = caller.post(f"{BASE}/deliveries/{shown['id']}/send-again/")
        assert again.status_code == 202
        services.send_webhooks(now=now())
        assert caller.get(f"{BASE}/deliveries/{shown['id']}/").json()["state"] == "done"
        assert receiver.got[0][0]["Webhook-Id"] == receiver.got[1][0]["Webhook-Id"]

    def test_ask_no_more_for_many_than_for_one(self, caller, key, django_assert_max_num_queries):
        row = endpoint(key_id=key.id)
        for _ in range(5):
            pinged(row)
        caller.get(f"{BASE}/deliveries/")

        with django_assert_max_num_queries(3):
            assert len(caller.get(f"{BASE}/deliveries/").json()["results"]) == 5
        assert Delivery.objects.count() == 5


class TestScopes:
    def test_are_named_in_the_refusal(self):
        answer = program(api_key(Scope.READ_STOCK).secret).get(f"{BASE}/orders/")

        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
        assert answer.json()["facts"] == {"scope": "orders:read"}
