"""How visits come to be counted, through which door, and how they are forgotten."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import get_resolver

from apps.analytics import services
from apps.analytics.dto import Door, Stage
from apps.analytics.middleware import STAGES
from apps.analytics.models import FunnelEvent
from apps.core.time import now
from apps.users import services as users
from tests.factories import CustomerFactory, PickupPointFactory, ZoneFactory, stocked_variant

pytestmark = pytest.mark.django_db

MINI_APP = {"HTTP_REFERER": "https://shop.example.com/app/cart"}


def visits():
    return set(FunnelEvent.objects.values_list("visitor", "door", "stage"))


class TestNoteStage:
    def test_counts_a_stage_once_a_day(self):
        moment = now()
        for hours in (0, 0, 24):
            services.note_stage(
                customer_id=7, stage=Stage.CART, door=Door.BOT, now=moment + timedelta(hours=hours)
            )

        assert FunnelEvent.objects.count() == 2
        assert visits() == {(7, "bot", 3)}

    def test_never_fails(self, caplog):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE analytics_funnelevent RENAME TO gone")

        services.note_stage(customer_id=7, stage=Stage.CART, door=Door.BOT, now=now())

        assert "A visit was not counted" in caplog.text


class TestErasure:
    def test_leaves_visits_that_lead_to_nobody(self, customer):
        other = CustomerFactory()
        for visitor in (customer, other):
            for stage in (Stage.STARTED, Stage.CART):
                services.note_stage(customer_id=visitor.pk, stage=stage, door=Door.BOT, now=now())

        users.erase_person(user_id=customer.pk, now=now())

        left = set(FunnelEvent.objects.values_list("visitor", flat=True))
        assert other.pk in left
        assert customer.pk not in left
        (pseudonym,) = left - {other.pk}
        assert pseudonym < 0
        assert FunnelEvent.objects.filter(visitor=pseudonym).count() == 2

    def test_hands_out_a_persons_own(self, customer):
        services.note_stage(customer_id=customer.pk, stage=Stage.CART, door=Door.BOT, now=now())
        services.note_stage(customer_id=-5, stage=Stage.CART, door=Door.BOT, now=now())

        (visit,) = users.export_person(user_id=customer.pk)["visits"]

        assert (visit["door"], visit["stage"]) == ("bot", "cart")


class TestTheApi:
    def test_counts_what_a_customer_did_through_the_mini_app(self, customer, customer_api):
        pack = stocked_variant(10)
        ZoneFactory()

        customer_api.get("/api/v1/cart/", **MINI_APP)
        customer_api.post("/api/v1/cart/items/", {"sku": pack.sku, "quantity": 2}, **MINI_APP)
        answer = customer_api.post("/api/v1/delivery/quote/", {"method": "delivery"}, **MINI_APP)

        assert answer.status_code == 200, answer.json()
        assert visits() == {(customer.pk, "webapp", stage) for stage in (1, 3, 4)}

    def test_counts_an_order_once(self, customer, customer_api):
        pack = stocked_variant(10)
        customer_api.post("/api/v1/cart/items/", {"sku": pack.sku, "quantity": 2})
        body = {
            "method": "pickup", "pickup_point": str(PickupPointFactory().public_id),
            "payment": "cash", "expected_total": "600.00",
        }  # fmt: skip
        for _ in range(2):
            answer = customer_api.post(
                "/api/v1/orders/", body, HTTP_IDEMPOTENCY_KEY="just-one-order-please"
            )

            assert answer.status_code == 201, answer.json()
        assert visits() == {(customer.pk, "api", 3), (customer.pk, "api", 5)}

    def test_counts_nothing_that_failed_and_nobody_who_is_not_signed_in(self, customer_api, api):
        pack = stocked_variant(10)

        customer_api.post("/api/v1/cart/items/", {"sku": "NO-SUCH", "quantity": 2})
        api.get(f"/api/v1/catalog/products/{pack.product.slug}/")
        api.get("/api/v1/cart/")

        assert visits() == set()

    def test_counts_a_product_that_a_signed_in_customer_looks_at(self, customer, customer_api):
        pack = stocked_variant(10)

        customer_api.get(f"/api/v1/catalog/products/{pack.product.slug}/")

        assert visits() == {(customer.pk, "api", 2)}

    def test_answers_though_the_visit_can_not_be_counted(self, customer_api):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE analytics_funnelevent RENAME TO gone")

        assert customer_api.get("/api/v1/cart/").status_code == 200

    def test_knows_its_views_by_names_that_exist(self):
        names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}

        assert {name for _method, name in STAGES} <= names
