"""Prices over HTTP: what staff may see and do, and what is refused."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from apps.catalog import services
from apps.catalog.models import PriceBatch, PriceChange, ScheduledPrice, Variant
from apps.core.time import now as present
from tests.factories import StaffFactory

PRICES = "/api/v1/staff/prices/"
SCHEDULES, BATCHES, HISTORY = f"{PRICES}schedules/", f"{PRICES}batches/", f"{PRICES}history/"
DAY = timedelta(days=1)
PERCENT = {"target": "regular", "move": "percent", "amount": "10"}


@pytest.fixture
def pack(make_product):
    return make_product("siberian").variants.get()


@pytest.fixture
def as_role(db, signed_in):
    return lambda role: signed_in(StaffFactory(role=role))


def price(pack):
    return Variant.objects.get(pk=pack.pk).base_price


def key():
    return {"Idempotency-Key": uuid4().hex}


class TestHistory:
    def test_says_who_changed_what_and_why(self, pack, manager, manager_api, make_product):
        make_product()
        services.set_price(
            variant_id=pack.pk, price=Decimal(250), now=present(), actor_id=manager.pk,
            reason="market day",
        )  # fmt: skip

        body = manager_api.get(HISTORY, {"sku": pack.sku.lower()}).json()

        assert body["count"] == 2
        newest, first = body["results"]
        assert (newest["old_price"], newest["new_price"]) == ("300.00", "250.00")
        assert (newest["kind"], newest["reason"], newest["by"]) == (
            "set", "market day", str(manager),
        )  # fmt: skip
        assert (first["old_price"], first["by"]) == (None, None)

    def test_is_paged_with_few_queries(self, pack, manager_api, django_assert_max_num_queries):
        for cents in range(30):
            services.set_price(variant_id=pack.pk, price=Decimal(200 + cents), now=present())

        with django_assert_max_num_queries(6):
            body = manager_api.get(HISTORY).json()

        assert (body["count"], len(body["results"])) == (31, 20)


class TestSchedules:
    def body(self, pack, **fields):
        begins = present() + DAY
        return {"sku": pack.sku, "price": "250.00", "starts_at": begins.isoformat(), **fields}

    def test_are_added_listed_and_withdrawn(self, pack, manager, manager_api):
        made = manager_api.post(SCHEDULES, self.body(pack, reason="market day"))
        assert made.status_code == 201
        assert (made.json()["sku"], made.json()["by"]) == (pack.sku, str(manager))
        listed = manager_api.get(SCHEDULES, {"sku": pack.sku}).json()["results"]
        assert [row["public_id"] for row in listed] == [made.json()["public_id"]]

        gone = manager_api.post(f"{SCHEDULES}{made.json()['public_id']}/withdraw/")

        assert gone.status_code == 200
        assert gone.json()["withdrawn_at"]
        assert manager_api.get(SCHEDULES).json()["count"] == 0
        assert manager_api.get(SCHEDULES, {"done": "true"}).json()["count"] == 1
        again = manager_api.post(f"{SCHEDULES}{made.json()['public_id']}/withdraw/")
        assert (again.status_code, again.json()["code"]) == (409, "schedule_done")
        nobody = manager_api.post(f"{SCHEDULES}{uuid4()}/withdraw/")
        assert (nobody.status_code, nobody.json()["code"]) == (404, "schedule_not_found")

    @pytest.mark.parametrize(
        ("fields", "status", "code"),
        [
            ({"price": "0"}, 400, "validation_error"),
            ({"price": "-1"}, 400, "validation_error"),
            ({"price": "1.234"}, 400, "validation_error"),
            ({"price": "1000000000000"}, 400, "validation_error"),
            ({"price": "NaN"}, 400, "validation_error"),
            ({"starts_at": "2020-01-01T00:00:00Z"}, 400, "schedule_in_past"),
            ({"starts_at": "soon"}, 400, "validation_error"),
            ({"ends_at": "2020-01-01T00:00:00Z"}, 400, "schedule_too_short"),
            ({"price": "301", "ends_at": "2099-01-01T00:00:00Z"}, 400, "invalid_price"),
            ({"sku": "NO-SUCH"}, 404, "variant_not_found"),
        ],
    )
    def test_refuse_what_can_not_be(self, pack, manager_api, fields, status, code):
        answer = manager_api.post(SCHEDULES, self.body(pack, **fields))

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not ScheduledPrice.objects.exists()

    def test_refuse_two_at_a_time(self, pack, manager_api):
        ends = (present() + 3 * DAY).isoformat()
        assert manager_api.post(SCHEDULES, self.body(pack, ends_at=ends)).status_code == 201

        answer = manager_api.post(SCHEDULES, self.body(pack, ends_at=ends))

        assert (answer.status_code, answer.json()["code"]) == (409, "schedule_overlap")
        assert ScheduledPrice.objects.count() == 1

    @pytest.mark.parametrize("wall", ["2027-03-28T02:30:00", "2027-10-31T02:30:00"])
    def test_refuse_hours_that_are_not_or_are_twice(self, pack, manager_api, settings, wall):
        settings.SHOP_TIME_ZONE = "Europe/Berlin"

        answer = manager_api.post(SCHEDULES, self.body(pack, starts_at=wall))

        assert answer.status_code == 400
        assert "clocks are changed" in answer.json()["detail"]
        assert not ScheduledPrice.objects.exists()

    def test_take_a_time_without_offset_as_the_shops(self, pack, manager_api, settings):
        settings.SHOP_TIME_ZONE = "Europe/Moscow"

        made = manager_api.post(SCHEDULES, self.body(pack, starts_at="2027-03-28T02:30:00"))

        row = ScheduledPrice.objects.get(public_id=made.json()["public_id"])
        assert row.starts_at.isoformat() == "2027-03-27T23:30:00+00:00"


class TestBatches:
    def preview(self, client, **fields):
        return client.post(BATCHES, {"operation": PERCENT, **fields})

    def test_are_previewed_looked_at_applied_once_and_undone(self, pack, manager_api):
        made = self.preview(manager_api, chosen={"skus": [pack.sku.lower()]}, reason="autumn")
        assert made.status_code == 201
        assert (made.json()["state"], made.json()["changes"]) == ("draft", 1)
        address = f"{BATCHES}{made.json()['public_id']}/"
        (line,) = manager_api.get(f"{address}lines/").json()["results"]
        assert (line["sku"], line["old_price"], line["new_price"]) == (pack.sku, "300.00", "330.00")
        assert (line["cost"], line["margin_percent"], price(pack)) == (None, None, 300)

        header = key()
        answers = [manager_api.post(f"{address}apply/", headers=header) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json() == answers[1].json() == manager_api.get(address).json()
        assert price(pack) == 330
        other_key = manager_api.post(f"{address}apply/", headers=key())
        assert (other_key.status_code, other_key.json()["code"]) == (409, "batch_closed")
        assert PriceChange.objects.filter(kind="bulk").count() == 1
        undone = manager_api.post(f"{address}undo/", headers=key())
        assert (undone.status_code, undone.json()["undone"], undone.json()["kept"]) == (200, 1, [])
        assert price(pack) == 300

    @pytest.mark.parametrize("deed", ["apply", "undo"])
    def test_want_a_key(self, pack, manager_api, deed):
        made = self.preview(manager_api).json()

        answer = manager_api.post(f"{BATCHES}{made['public_id']}/{deed}/")

        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
        assert price(pack) == 300

    def test_refuse_what_changed_meanwhile(self, pack, manager_api):
        made = self.preview(manager_api).json()
        services.set_price(variant_id=pack.pk, price=Decimal(299), now=present())

        answer = manager_api.post(f"{BATCHES}{made['public_id']}/apply/", headers=key())

        assert (answer.status_code, answer.json()["code"]) == (409, "batch_outdated")
        assert pack.sku in answer.json()["detail"]
        assert price(pack) == 299

    @pytest.mark.parametrize(
        ("fields", "status", "code"),
        [
            ({"operation": {**PERCENT, "amount": "0"}}, 400, "invalid_operation"),
            ({"operation": {**PERCENT, "amount": "1001"}}, 400, "invalid_operation"),
            ({"operation": {**PERCENT, "amount": "0.001"}}, 400, "validation_error"),
            ({"operation": {**PERCENT, "move": "wipe"}}, 400, "validation_error"),
            ({"operation": None}, 400, "validation_error"),
            ({"chosen": {"skus": []}}, 400, "nothing_chosen"),
            ({"chosen": {"skus": ["NO-SUCH"]}}, 400, "sku_unknown"),
            ({"chosen": {"category": "nowhere"}}, 404, "category_not_found"),
            ({"chosen": {"price_min": "5000"}}, 400, "nothing_chosen"),
        ],
    )
    def test_refuse_what_can_not_be(self, pack, manager_api, fields, status, code):
        answer = self.preview(manager_api, **fields)

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not PriceBatch.objects.exists()

    def test_are_404_where_there_is_none(self, manager_api):
        for part in ("", "lines/"):
            answer = manager_api.get(f"{BATCHES}{uuid4()}/{part}")
            assert (answer.status_code, answer.json()["code"]) == (404, "batch_not_found")


class TestWhoMay:
    # role: history, schedules, to schedule, to preview
    MATRIX = {
        "owner": (200, 200, 201, 201),
        "manager": (200, 200, 201, 201),
        "marketing": (200, 200, 403, 403),
        "warehouse": (403, 403, 403, 403),
        "courier": (403, 403, 403, 403),
        "support": (403, 403, 403, 403),
    }

    @pytest.mark.parametrize("role", MATRIX)
    def test_is_a_matter_of_the_role(self, role, pack, as_role):
        client = as_role(role)
        begins = (present() + DAY).isoformat()

        answers = (
            client.get(HISTORY),
            client.get(SCHEDULES),
            client.post(SCHEDULES, {"sku": pack.sku, "price": "250", "starts_at": begins}),
            client.post(BATCHES, {"operation": PERCENT}),
        )

        assert tuple(answer.status_code for answer in answers) == self.MATRIX[role]

    @pytest.mark.parametrize("role", ["marketing", "warehouse", "courier", "support"])
    def test_keeps_others_from_a_preview(self, role, pack, manager_api, as_role):
        made = manager_api.post(BATCHES, {"operation": PERCENT}).json()
        row = services.schedule_price(
            variant_id=pack.pk, price=Decimal(250), starts_at=present() + DAY, now=present()
        )
        client, address = as_role(role), f"{BATCHES}{made['public_id']}/"

        answers = [
            client.get(address), client.get(f"{address}lines/"),
            client.post(f"{address}apply/", headers=key()),
            client.post(f"{address}undo/", headers=key()),
            client.post(f"{SCHEDULES}{row.public_id}/withdraw/"),
        ]  # fmt: skip

        assert {answer.status_code for answer in answers} == {403}
        assert price(pack) == 300
        row.refresh_from_db()
        assert row.withdrawn_at is None

    def test_is_nobody_without_a_session_and_no_customer(self, api, customer_api, db):
        for client, status in ((api, 401), (customer_api, 403)):
            assert client.get(HISTORY).status_code == status
            assert client.post(BATCHES, {"operation": PERCENT}).status_code == status
