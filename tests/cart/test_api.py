from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from apps.cart.models import CartItem
from apps.core.time import now as present
from apps.core.time import shop_date
from apps.delivery.models import FeeStep
from tests.factories import (
    AddressFactory,
    CustomerFactory,
    SlotFactory,
    StaffFactory,
    ZoneFactory,
    add_stock,
    fill_cart,
    stocked_variant,
)

pytestmark = pytest.mark.django_db

CART = "/api/v1/cart/"
ITEMS = "/api/v1/cart/items/"
QUOTE = "/api/v1/delivery/quote/"


class TestCart:
    def test_wants_a_signed_in_caller(self, api):
        answer = api.get(CART)

        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")

    def test_goes_from_empty_to_full_to_empty(self, customer_api):
        variant = stocked_variant(5)

        assert customer_api.get(CART).json()["version"] == 0
        added = customer_api.post(ITEMS, {"sku": variant.sku, "quantity": 2})
        (line,) = added.json()["lines"]
        assert (added.status_code, line["total"], line["unit_price"]) == (201, "600.00", "300.00")
        changed = customer_api.patch(f"{ITEMS}{line['id']}/", {"quantity": 3})
        assert (changed.status_code, changed.json()["items_total"]) == (200, "900.00")
        assert customer_api.delete(f"{ITEMS}{line['id']}/").json()["lines"] == []
        assert customer_api.delete(CART).status_code == 204

    def test_says_what_goods_by_weight_cost_at_most(self, customer_api):
        variant = stocked_variant(
            9, sold_by="weight", pack_weight_g=600, regular_price=Decimal("749.99")
        )

        (line,) = customer_api.post(ITEMS, {"sku": variant.sku, "quantity": 2}).json()["lines"]
        quote = customer_api.post(QUOTE, {"method": "pickup"}).json()

        assert (line["sold_by"], line["kilogram_price"]) == ("weight", "1249.98")
        assert (quote["is_estimate"], quote["total"]) == (True, "1499.98")

    def test_is_its_customers_alone(self, customer, customer_api, manager_api):
        fill_cart(customer, {stocked_variant(5): 1})
        (line,) = customer_api.get(CART).json()["lines"]

        assert manager_api.get(CART).json()["lines"] == []
        answer = manager_api.delete(f"{ITEMS}{line['id']}/")
        assert (answer.status_code, answer.json()["code"]) == (404, "cart_item_not_found")
        assert CartItem.objects.count() == 1

    def test_refuses_a_stale_version(self, customer_api):
        variant = stocked_variant(5)
        customer_api.post(ITEMS, {"sku": variant.sku})

        answer = customer_api.post(ITEMS, {"sku": variant.sku, "version": 0})

        assert (answer.status_code, answer.json()["code"]) == (409, "cart_changed")

    def test_refuses_whoever_saw_another_cart_and_shows_the_present_one(self, customer_api):
        variant = stocked_variant(9)
        stale = customer_api.get(CART)["ETag"]
        (line,) = customer_api.post(ITEMS, {"sku": variant.sku}).json()["lines"]
        item = f"{ITEMS}{line['id']}/"
        changes = [
            lambda how: customer_api.post(ITEMS, {"sku": variant.sku}, **how),
            lambda how: customer_api.patch(item, {"quantity": 5}, **how),
            lambda how: customer_api.delete(item, **how),
            lambda how: customer_api.post(f"{CART}accept-changes/", {}, **how),
            lambda how: customer_api.delete(f"{CART}promo-code/", **how),
            lambda how: customer_api.delete(CART, **how),
        ]

        for change in changes:
            for tag in (stale, f"W/{stale}", '"nonsense"', "nonsense", '"99999999999-x"', '""'):
                answer = change({"HTTP_IF_MATCH": tag})

                assert (answer.status_code, answer.json()["code"]) == (409, "cart_changed"), tag
                shown = answer.json()["facts"]["cart"]
                assert (shown["version"], shown["count"]) == (1, 1)
        assert CartItem.objects.get().quantity == 1

    @pytest.mark.parametrize("form", ["{}", "W/{}", '"0-x", {}', "*"])
    def test_heeds_whoever_saw_this_cart(self, customer_api, form):
        variant = stocked_variant(9)
        customer_api.post(ITEMS, {"sku": variant.sku})
        etag = customer_api.get(CART)["ETag"]

        answer = customer_api.post(ITEMS, {"sku": variant.sku}, HTTP_IF_MATCH=form.format(etag))

        assert (answer.status_code, answer.json()["count"]) == (201, 2)
        # What comes back names the next version: no need to read in between.
        again = customer_api.post(ITEMS, {"sku": variant.sku}, HTTP_IF_MATCH=answer["ETag"])
        assert (again.status_code, again.json()["count"]) == (201, 3)

    def test_has_another_etag_when_only_the_stock_changed(self, customer, customer_api):
        variant = stocked_variant(9)
        fill_cart(customer, {variant: 1})
        before = customer_api.get(CART)["ETag"]
        add_stock(variant, 4)

        after = customer_api.get(CART)["ETag"]

        assert before != after
        assert before.partition("-")[0] == after.partition("-")[0]

    def test_accepts_changes(self, customer_api):
        answer = customer_api.post("/api/v1/cart/accept-changes/", {})

        assert answer.status_code == 200

    @pytest.mark.parametrize(
        "quantity", [-1, 0, 2**63, 1.5, "NaN", "1e3", "1_0", True, None, "", [], {}, 10**400]
    )
    def test_refuses_a_quantity_that_is_none(self, customer_api, quantity):
        variant = stocked_variant(5)

        answer = customer_api.post(ITEMS, {"sku": variant.sku, "quantity": quantity})

        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        assert not CartItem.objects.exists()

    @pytest.mark.parametrize(
        "body",
        [
            b'{"sku": "A\\u0000B"}', b'{"sku": "\\ud800"}', b'{"sku": NaN}', b'{"sku":',
            b'["sku"]', b'"sku"', b"null", b"\xff\xfe", b'{"quantity": 1e999, "sku": "X"}',
            b"[" * 100_000,
        ],
    )  # fmt: skip
    def test_refuses_a_broken_body(self, customer_api, body):
        answer = customer_api.post(ITEMS, body, content_type="application/json")

        assert answer.status_code == 400
        assert answer.json()["code"] in {"parse_error", "validation_error"}

    def test_refuses_a_body_of_10_megabytes(self, customer_api):
        body = b'{"sku": "' + b"A" * 10_000_000 + b'"}'

        answer = customer_api.post(ITEMS, body, content_type="application/json")

        assert answer.status_code == 413
        assert answer.json()["code"] == "body_too_large"

    def test_says_so_when_nothing_carries_the_sku(self, customer_api):
        answer = customer_api.post(ITEMS, {"sku": "NOPE-1"})

        assert (answer.status_code, answer.json()["code"]) == (404, "variant_not_found")

    @pytest.mark.parametrize(("quantity", "code"), [(6, "not_enough_stock"), (5000, "too_many")])
    def test_refuses_more_than_can_be_had(self, customer_api, quantity, code):
        variant = stocked_variant(5)

        answer = customer_api.post(ITEMS, {"sku": variant.sku, "quantity": quantity})

        assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert not CartItem.objects.exists()


class TestQuote:
    def test_quotes_a_delivery_and_a_pickup(self, customer, customer_api):
        ZoneFactory()
        fill_cart(customer, {stocked_variant(9): 1})

        delivery = customer_api.post(QUOTE, {"method": "delivery"}).json()
        pickup = customer_api.post(QUOTE, {"method": "pickup"}).json()

        assert (delivery["delivery_fee"], delivery["total"]) == ("199.00", "499.00")
        assert delivery["missing_for_minimum"] == "200.00"
        assert delivery["missing_for_free"] == "2700.00"
        assert delivery["can_check_out"] is False
        assert delivery["zone"] == {"slug": "moscow", "name": "Moscow"}
        assert (pickup["zone"], pickup["total"]) == (None, "300.00")

    def test_of_goods_that_lie_in_no_cart(self, customer, customer_api):
        ZoneFactory()
        fill_cart(customer, {stocked_variant(9): 1})
        pack, last = stocked_variant(20), stocked_variant(1)
        body = {"lines": [{"sku": pack.sku, "quantity": 10}, {"sku": last.sku}]}

        quote = customer_api.post(QUOTE, body).json()
        short = customer_api.post(QUOTE, {"lines": [{"sku": last.sku, "quantity": 9}]}).json()

        assert (quote["items_total"], quote["delivery_fee"]) == ("3300.00", "0.00")
        assert (quote["warnings"], quote["can_check_out"], quote["cart_version"]) == ([], True, 0)
        assert [row["code"] for row in short["warnings"]] == ["less_stock"]
        assert short["can_check_out"] is False
        assert customer_api.get("/api/v1/cart/").json()["items_total"] == "300.00"

    def test_of_goods_is_bounded(self, customer_api, django_assert_max_num_queries):
        ZoneFactory()
        packs = [stocked_variant(20) for _ in range(6)]
        lines = [{"sku": pack.sku} for pack in packs]
        for wrong in (
            [], [*lines, lines[0]], [{"sku": packs[0].sku, "quantity": 0}],
            [{"sku": f"S{n}"} for n in range(51)],
        ):  # fmt: skip
            assert customer_api.post(QUOTE, {"lines": wrong}, format="json").status_code == 400
        gone = customer_api.post(QUOTE, {"lines": [{"sku": "nothing"}]}, format="json")
        assert gone.status_code == 404

        with django_assert_max_num_queries(12):
            customer_api.post(QUOTE, {"lines": lines}, format="json")

    def test_of_somebody_elses_address_is_for_staff(self, customer, customer_api, signed_in):
        ZoneFactory()
        address = str(AddressFactory(customer=customer).public_id)
        body = {"lines": [{"sku": stocked_variant(20).sku}], "address": address}

        def status(caller):
            return caller.post(QUOTE, body, format="json").status_code

        assert status(customer_api) == 200
        assert status(signed_in(CustomerFactory())) == 404
        assert status(signed_in(StaffFactory(role="support"))) == 200
        assert status(signed_in(StaffFactory(role="courier"))) == 404

    def test_is_free_from_the_zones_sum_on(self, customer, customer_api):
        ZoneFactory()
        fill_cart(customer, {stocked_variant(20): 10})

        quote = customer_api.post(QUOTE, {"zone": "moscow"}).json()
        assert quote["is_estimate"] is False

        assert (quote["delivery_fee"], quote["missing_for_free"]) == ("0.00", None)
        assert quote["can_check_out"] is True

    def test_says_what_the_fee_is_made_of_and_when_one_comes(self, customer, customer_api):
        zone = ZoneFactory()
        FeeStep.objects.create(zone=zone, from_km=5, fee=299)
        FeeStep.objects.create(zone=zone, from_km=5, from_total=2000, fee=249)
        soon = [present() + timedelta(hours=hours) for hours in (9, 3, 7, 5)]
        for moment in soon:
            SlotFactory(starts_at=moment, cutoff_at=moment, date=shop_date(moment))
        fill_cart(customer, {stocked_variant(9): 3})

        quote = customer_api.post(QUOTE, {"latitude": "55.68", "longitude": "37.62"}).json()

        assert (quote["delivery_fee"], quote["fee_reason"]) == ("299.00", "by_distance")
        assert quote["fee_text"] == "The fee depends on the distance: 8.4 km."
        assert (quote["missing_for_less"], quote["less_fee"]) == ("1100.00", "249.00")
        assert quote["missing_for_free"] == "2100.00"
        begins = [datetime.fromisoformat(slot["starts_at"]) for slot in quote["next_slots"]]
        assert begins == sorted(soon)[:3]

    def test_takes_the_zone_of_an_own_address(self, customer, customer_api):
        ZoneFactory()
        ZoneFactory(slug="far", latitude="59.9", longitude="30.3", fee="500.00")
        address = AddressFactory(customer=customer, latitude="59.9", longitude="30.3")

        quote = customer_api.post(QUOTE, {"address": str(address.public_id)}).json()

        assert quote["zone"]["slug"] == "far"

    @pytest.mark.parametrize(
        ("place", "status", "code"),
        [
            ({"address": str(uuid4())}, 404, "address_not_found"),
            ({"zone": "nowhere"}, 404, "zone_not_found"),
            ({"latitude": "0.0", "longitude": "0.0"}, 409, "outside_zones"),
            ({"latitude": "10.0"}, 400, "validation_error"),
            ({"latitude": "95", "longitude": "1"}, 400, "validation_error"),
            ({"method": "drone"}, 400, "validation_error"),
        ],
    )
    def test_refuses_a_place_that_is_none(self, customer_api, place, status, code):
        ZoneFactory()

        answer = customer_api.post(QUOTE, place)

        assert (answer.status_code, answer.json()["code"]) == (status, code)

    def test_does_not_know_a_strangers_address(self, customer_api):
        ZoneFactory()
        address = AddressFactory()

        answer = customer_api.post(QUOTE, {"address": str(address.public_id)})

        assert answer.json()["code"] == "address_not_found"
