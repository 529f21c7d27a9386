"""Stocktakes over HTTP."""

from decimal import Decimal

import pytest

from apps.core.time import now as present
from apps.inventory import services
from apps.inventory.models import Lot, StockLevel, Stocktake
from tests.factories import CategoryFactory, StaffFactory, VariantFactory
from tests.factories.inventory import receive, warehouse_rows

pytestmark = pytest.mark.django_db

PATH = "/api/v1/staff/stock/stocktakes/"


@pytest.fixture
def keeper(signed_in):
    return signed_in(StaffFactory(role="warehouse", first_name="Мария"))


@pytest.fixture
def other(signed_in):
    return signed_in(StaffFactory(role="manager"))


@pytest.fixture
def lot():
    return receive(VariantFactory(), 10, shelf="A-1", cost=Decimal("50.00"))


def start(client, **body):
    return client.post(PATH, {"shelf": "A-1"} | body).json()


class TestAStocktake:
    def test_goes_from_the_shelf_to_the_books(self, keeper, lot):
        begun = start(keeper)
        here = f"{PATH}{begun['id']}/"

        counted = keeper.post(f"{here}counts/", {"lot_id": lot.pk, "counted": 8})
        confirmed = keeper.post(f"{here}confirm/", {})

        assert (begun["state"], begun["in_charge"]) == ("counting", "Мария")
        assert counted.status_code == 200, counted.json()
        (row,) = confirmed.json()["lots"]
        assert (row["counted"], row["expected"], row["difference"]) == (8, 10, -2)
        assert row["value"] == "-100.00"
        assert StockLevel.objects.get().on_hand == 8

    def test_hides_the_books_while_it_is_blind(self, keeper, lot):
        here = f"{PATH}{start(keeper)['id']}/"

        (row,) = keeper.post(f"{here}counts/", {"lot_id": lot.pk, "counted": 8}).json()["lots"]

        assert row["counted"] == 8
        assert {row[name] for name in ("expected", "difference", "value", "moved")} == {None}

    def test_shows_them_when_it_is_not(self, keeper, lot):
        here = f"{PATH}{start(keeper, is_blind=False)['id']}/"

        (row,) = keeper.post(f"{here}counts/", {"lot_id": lot.pk, "counted": 8}).json()["lots"]

        assert (row["expected"], row["difference"]) == (10, -2)

    def test_is_of_a_category(self, keeper):
        category = CategoryFactory(slug="dumplings")
        receive(VariantFactory(product__category=category), 3)

        answer = keeper.post(PATH, {"category": "dumplings"})

        assert (answer.status_code, answer.json()["category"]) == (201, "dumplings")

    def test_is_joined_or_taken_over_by_the_second_person(self, keeper, other, lot):
        begun = start(keeper)
        here = f"{PATH}{begun['id']}/"

        second = other.post(PATH, {"shelf": "A-1"})
        joined = other.post(f"{here}counts/", {"lot_id": lot.pk, "counted": 9})
        early = other.post(f"{here}confirm/", {})
        other.post(f"{here}take-over/")
        confirmed = other.post(f"{here}confirm/", {})

        assert (second.status_code, second.json()["code"]) == (409, "stocktake_running")
        assert second.json()["facts"]["stocktake_id"] == begun["id"]
        assert "Мария" in second.json()["detail"]
        assert joined.status_code == 200
        assert (early.status_code, early.json()["code"]) == (409, "not_in_charge")
        assert confirmed.json()["state"] == "confirmed"

    def test_does_not_let_one_overwrite_what_another_has_counted_unseen(self, keeper, other, lot):
        here = f"{PATH}{start(keeper)['id']}/counts/"
        keeper.post(here, {"lot_id": lot.pk, "counted": 8})

        blind = other.post(here, {"lot_id": lot.pk, "counted": 7})
        seeing = other.post(here, {"lot_id": lot.pk, "counted": 7, "seen": 8})

        assert (blind.status_code, blind.json()["code"]) == (409, "count_changed")
        assert seeing.json()["lots"][0]["counted"] == 7

    def test_counts_uncounted_lots_as_gone_when_told(self, keeper, lot):
        missing = receive(lot.variant, 4, shelf="A-1")
        here = f"{PATH}{start(keeper)['id']}/"
        keeper.post(f"{here}counts/", {"lot_id": lot.pk, "counted": 10})

        keeper.post(f"{here}confirm/", {"uncounted": "gone"})

        assert Lot.objects.get(pk=missing.pk).remaining == 0

    def test_leaves_a_lot_out(self, keeper, lot):
        stray = receive(lot.variant, 4, shelf="B-1")
        here = f"{PATH}{start(keeper)['id']}/counts/"
        keeper.post(here, {"lot_id": stray.pk, "counted": 0})

        answer = keeper.delete(f"{here}?lot_id={stray.pk}")

        assert [row["lot_id"] for row in answer.json()["lots"]] == [lot.pk]

    def test_is_called_off(self, keeper, lot):
        answer = keeper.post(f"{PATH}{start(keeper)['id']}/cancel/")

        assert answer.json()["state"] == "cancelled"
        assert StockLevel.objects.get().on_hand == 10

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({}, 400, "invalid_scope"),
            ({"shelf": "A-1", "category": "dumplings"}, 400, "invalid_scope"),
            ({"shelf": "<"}, 400, "invalid_shelf"),
            ({"shelf": "Z-9"}, 409, "nothing_to_count"),
            ({"category": "none"}, 404, "category_not_found"),
        ],
    )
    def test_refuses_what_is_no_place(self, keeper, lot, body, status, code):
        CategoryFactory(slug="dumplings")
        before = warehouse_rows()

        answer = keeper.post(PATH, body)

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert warehouse_rows() == before

    @pytest.mark.parametrize(
        ("changes", "status", "code"),
        [
            ({"counted": -1}, 400, "validation_error"),
            ({"counted": 10**9}, 400, "validation_error"),
            ({"counted": 1.5}, 400, "validation_error"),
            ({"counted": None}, 400, "validation_error"),
            ({"lot_id": 10**9}, 404, "lot_not_found"),
            ({"lot_id": 10**30}, 404, "lot_not_found"),
            ({"seen": 3}, 409, "count_changed"),
        ],
    )
    def test_refuses_a_count_that_can_not_be(self, keeper, lot, changes, status, code):
        here = f"{PATH}{start(keeper)['id']}/counts/"
        before = warehouse_rows()

        answer = keeper.post(here, {"lot_id": lot.pk, "counted": 8} | changes)

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert warehouse_rows() == before

    @pytest.mark.parametrize("stocktake_id", [10**9, 2**63, 10**30])
    def test_is_no_other_one(self, keeper, stocktake_id):
        answer = keeper.get(f"{PATH}{stocktake_id}/")

        assert (answer.status_code, answer.json()["code"]) == (404, "stocktake_not_found")


class TestList:
    def test_is_filtered_by_state(self, keeper, lot):
        first = start(keeper)["id"]
        keeper.post(f"{PATH}{first}/cancel/")
        second = start(keeper)["id"]

        listed = keeper.get(PATH, {"state": "counting"}).json()["results"]

        assert [row["id"] for row in listed] == [second]

    def test_asks_the_same_number_of_questions_for_any_length(
        self, owner, api, django_assert_max_num_queries
    ):
        for number in range(5):
            receive(VariantFactory(), 3, shelf=f"A-{number}")
            services.start_stocktake(shelf=f"A-{number}", actor_id=owner.pk, now=present())
        api.force_authenticate(owner)

        with django_assert_max_num_queries(2):
            answer = api.get(PATH)

        assert answer.json()["count"] == 5

    def test_is_the_warehouses_matter(self, api, customer_api, signed_in, lot):
        assert api.get(PATH).status_code == 401
        assert customer_api.get(PATH).status_code == 403
        for role in ("courier", "marketing", "support"):
            client = signed_in(StaffFactory(role=role))
            assert client.get(PATH).status_code == 403, role
            assert client.post(PATH, {"shelf": "A-1"}).status_code == 403, role
        assert not Stocktake.objects.exists()
