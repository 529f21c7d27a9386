"""Promotions and promo codes over the staff API."""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.catalog.models import Variant
from apps.core.time import now
from apps.promotions.models import PromoCode, Promotion
from tests.factories import (
    CategoryFactory,
    CustomerFactory,
    ProductFactory,
    StaffFactory,
    fill_cart,
    make_code,
    make_promotion,
    stocked_variant,
)

pytestmark = pytest.mark.django_db

PROMOTIONS = "/api/v1/staff/promotions/"
CODES = "/api/v1/staff/promo-codes/"


@pytest.fixture
def pack():
    return stocked_variant(20, product=ProductFactory(category=CategoryFactory()))


@pytest.fixture
def marketing(signed_in):
    return signed_in(StaffFactory(role="marketing"))


def body(pack=None, **fields):
    """Return a promotion of 15 percent on the pack's shelf."""
    values = {
        "name_ru": "Неделя", "name_en": "Dumpling week", "scope": "category", "reward": "percent",
        "value": "15", "starts_at": (now() - timedelta(hours=1)).isoformat(),
    }  # fmt: skip
    if pack is not None:
        values["categories"] = [pack.product.category.slug]
    return values | fields


class TestPromotions:
    def test_are_made_shown_changed_and_stopped(self, marketing, pack):
        made = marketing.post(PROMOTIONS, body(pack))
        address = f"{PROMOTIONS}{made.json()['id']}/"
        assert made.status_code == 201
        assert made.json()["categories"] == [pack.product.category.slug]
        assert (made.json()["state"], made.json()["value"]) == ("running", "15.00")
        assert Variant.objects.get(pk=pack.pk).price_at(now()) == 255

        changed = marketing.patch(address, {"value": "20"})
        assert (changed.status_code, changed.json()["value"]) == (200, "20.00")
        assert Variant.objects.get(pk=pack.pk).price_at(now()) == 240

        stopped = marketing.post(f"{address}stop/")
        assert (stopped.status_code, stopped.json()["state"]) == (200, "stopped")
        assert Variant.objects.get(pk=pack.pk).price_at(now()) == 300
        assert marketing.get(address).json()["is_active"] is False

    def test_name_goods_by_what_outsiders_know_them_by(self, marketing, pack):
        gift = stocked_variant(3)

        made = marketing.post(
            PROMOTIONS,
            body(scope="product", products=[pack.product.slug], reward="gift", gift=gift.sku,
                 value=None),
        )  # fmt: skip

        assert made.status_code == 201
        assert (made.json()["products"], made.json()["gift"]) == ([pack.product.slug], gift.sku)

    @pytest.mark.parametrize(
        ("fields", "status", "code"),
        [
            ({"value": "101"}, 400, "invalid_offer"),
            ({"value": None}, 400, "invalid_offer"),
            ({"categories": []}, 400, "invalid_offer"),
            ({"categories": ["nowhere"]}, 404, "category_not_found"),
            ({"scope": "product", "products": ["nothing"]}, 404, "product_not_found"),
            ({"reward": "gift", "gift": "NOPE-1"}, 404, "variant_not_found"),
            ({"scope": "cart", "reward": "n_for_m", "buy": 3, "pay": 2}, 400, "invalid_offer"),
            ({"ends_at": "2020-01-01T00:00:00Z"}, 400, "invalid_offer"),
            ({"scope": "everything"}, 400, "validation_error"),
            ({"value": "-5"}, 400, "validation_error"),
            ({"value": "NaN"}, 400, "validation_error"),
            ({"value": "1e400"}, 400, "validation_error"),
            ({"starts_at": "yesterday"}, 400, "validation_error"),
            ({"name_ru": "\u0000"}, 400, "parse_error"),
            ({"products": ["x"] * 201}, 400, "validation_error"),
            ({"priority": 10**9}, 400, "validation_error"),
        ],
    )
    def test_refuse_what_does_not_fit_and_keep_nothing(self, marketing, pack, fields, status, code):
        answer = marketing.post(PROMOTIONS, body(pack, **fields))

        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.json()
        assert not Promotion.objects.exists()

    def test_are_listed_by_state_with_the_same_queries_for_many(
        self, marketing, pack, django_assert_max_num_queries
    ):
        for _ in range(8):
            make_promotion(scope="product", products=[pack.product_id])
        make_promotion(is_active=False)
        marketing.get(PROMOTIONS)

        with django_assert_max_num_queries(9):
            answer = marketing.get(PROMOTIONS, {"state": "running"})

        assert answer.json()["count"] == 8

    def test_do_not_let_counters_be_written(self, marketing, pack):
        answer = marketing.post(PROMOTIONS, body(pack, spent="5", state="over"))

        assert (answer.json()["spent"], answer.json()["state"]) == ("0.00", "running")

    @pytest.mark.parametrize("path", ["", "stop/"])
    def test_that_never_were_are_not_found(self, marketing, path):
        address = f"{PROMOTIONS}6b1f7c3e-0d5c-4c43-9a51-6a8f7f6f8f10/{path}"
        answer = marketing.post(address) if path else marketing.patch(address, {"value": "5"})

        assert (answer.status_code, answer.json()["code"]) == (404, "promotion_not_found")


class TestPromoCodes:
    def test_are_made_and_stopped(self, marketing):
        made = marketing.post(
            CODES,
            {"code": "leto10", "scope": "cart", "reward": "percent", "value": "10",
             "starts_at": (now() - timedelta(hours=1)).isoformat(), "uses_limit": 100},
        )  # fmt: skip
        assert made.status_code == 201
        assert (made.json()["code"], made.json()["used"]) == ("LETO10", 0)

        stopped = marketing.post(f"{CODES}{made.json()['id']}/stop/")

        assert stopped.json()["state"] == "stopped"
        assert marketing.get(CODES, {"state": "stopped"}).json()["count"] == 1

    def test_refuse_a_code_that_is_in_use(self, marketing):
        make_code("LETO10")

        answer = marketing.post(
            CODES,
            {"code": "Leto10", "scope": "cart", "reward": "percent", "value": "10",
             "starts_at": now().isoformat()},
        )  # fmt: skip

        assert (answer.status_code, answer.json()["code"]) == (409, "promo_code_taken")
        assert PromoCode.objects.count() == 1


class TestPreview:
    def test_tells_before_and_after_and_saves_nothing(self, marketing, pack):
        fill_cart(CustomerFactory(), {pack: 2})

        answer = marketing.post(f"{PROMOTIONS}preview/", body(pack))

        (trial,) = answer.json()
        (line,) = trial["lines"]
        assert (line["quantity"], line["before"], line["after"]) == (2, "600.00", "510.00")
        assert (trial["before"], trial["after"]) == ("600.00", "510.00")
        assert trial["steps"] == ["“Dumpling week”, −15\u00a0%"]
        assert not Promotion.objects.exists()

    def test_tries_changes_of_an_existing_one(self, marketing, pack):
        row = make_promotion()
        fill_cart(CustomerFactory(), {pack: 2})

        answer = marketing.post(f"{PROMOTIONS}preview/?changes={row.public_id}", {"value": "50"})

        assert (answer.json()[0]["before"], answer.json()[0]["after"]) == ("540.00", "300.00")
        row.refresh_from_db()
        assert row.value == Decimal(10)

    def test_tries_a_code(self, marketing, pack):
        fill_cart(CustomerFactory(), {pack: 2})

        answer = marketing.post(
            f"{CODES}preview/",
            {"code": "TEST", "scope": "cart", "reward": "amount", "value": "100",
             "starts_at": now().isoformat()},
        )  # fmt: skip

        assert answer.json()[0]["after"] == "500.00"
        assert not PromoCode.objects.exists()


class TestRoles:
    @pytest.mark.parametrize(
        ("role", "reads", "writes"),
        [
            ("owner", 200, 201),
            ("manager", 200, 201),
            ("marketing", 200, 201),
            ("support", 200, 403),
            ("warehouse", 403, 403),
            ("courier", 403, 403),
        ],
    )
    def test_read_and_write_their_part_only(self, signed_in, pack, role, reads, writes):
        client = signed_in(StaffFactory(role=role))
        row = make_promotion()

        assert client.get(PROMOTIONS).status_code == reads
        assert client.get(CODES).status_code == reads
        assert client.post(PROMOTIONS, body(pack)).status_code == writes
        stop = client.post(f"{PROMOTIONS}{row.public_id}/stop/")
        assert stop.status_code == (200 if writes == 201 else 403)
        row.refresh_from_db()
        assert row.is_active == (writes == 403)

    def test_shut_customers_and_strangers_out(self, api, customer_api):
        assert api.get(PROMOTIONS).status_code == 401
        assert customer_api.get(PROMOTIONS).status_code == 403
