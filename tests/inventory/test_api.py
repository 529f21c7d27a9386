"""The warehouse over HTTP."""

import pytest

from apps.inventory import services
from apps.inventory.models import Lot, StockLevel
from tests.factories import StaffFactory, VariantFactory, stocked_variant
from tests.factories.inventory import receive, snapshot

pytestmark = pytest.mark.django_db

STOCK, LOTS = "/api/v1/staff/stock/", "/api/v1/staff/stock/lots/"


@pytest.fixture
def keeper(signed_in):
    return signed_in(StaffFactory(role="warehouse"))


class TestStock:
    def test_lists_levels_by_sku(self, keeper):
        second, first = stocked_variant(30, sku="B-1"), stocked_variant(3, sku="A-1")

        everything = keeper.get(STOCK).json()["results"]
        low = keeper.get(STOCK, {"low": "true"}).json()["results"]
        some = keeper.get(STOCK, {"sku": "b-"}).json()["results"]

        assert [row["sku"] for row in everything] == [first.sku, second.sku]
        assert [row["sku"] for row in low] == [first.sku]
        assert some == [
            {
                "sku": "B-1",
                "name": second.product.name_en,
                "on_hand": 30,
                "blocked": 0,
                "reserved": 0,
                "available": 30,
                "low_threshold": 10,
            }
        ]

    @pytest.mark.parametrize("path", [STOCK, LOTS])
    def test_asks_the_same_number_of_questions_for_any_length(
        self, owner, api, path, django_assert_max_num_queries
    ):
        for _ in range(5):
            stocked_variant(3)
        api.force_authenticate(owner)

        with django_assert_max_num_queries(2):
            answer = api.get(path)

        assert answer.json()["count"] == 5

    def test_names_suppliers_to_those_who_read_delivery_notes(self, keeper, signed_in):
        receive(VariantFactory(), 3, supplier="Zavod")
        marketer = signed_in(StaffFactory(role="marketing"))

        named = [who.get(LOTS).json()["results"][0]["supplier"] for who in (keeper, marketer)]

        assert named == ["Zavod", None]

    @pytest.mark.parametrize("path", [STOCK, LOTS])
    def test_is_staffs_matter(self, api, customer_api, signed_in, path):
        assert api.get(path).status_code == 401
        assert customer_api.get(path).status_code == 403
        assert signed_in(StaffFactory(role="courier")).get(path).status_code == 403


class TestReceive:
    BODY = {
        "sku": "DUMP-1",
        "code": "L-7",
        "made_on": "2026-01-01",
        "expires_on": "2099-01-01",
        "quantity": 24,
        "supplier": "Zavod",
        "cost": "120.50",
    }

    def test_puts_a_lot_on_the_shelf(self, keeper):
        variant = VariantFactory(sku="DUMP-1")

        answer = keeper.post(LOTS, self.BODY)

        assert answer.status_code == 201, answer.json()
        assert answer.json()["remaining"] == 24
        assert StockLevel.objects.get(variant=variant).available == 24
        assert Lot.objects.get().movements.get().actor is not None

    @pytest.mark.parametrize(
        ("changes", "status", "code"),
        [
            ({"quantity": 0}, 400, "validation_error"),
            ({"quantity": -1}, 400, "validation_error"),
            ({"quantity": 1.5}, 400, "validation_error"),
            ({"quantity": 2**63}, 400, "validation_error"),
            ({"cost": "NaN"}, 400, "validation_error"),
            ({"made_on": "soon"}, 400, "validation_error"),
            ({"expires_on": "2020-01-01"}, 400, "invalid_lot"),
            ({"sku": "NONE-1"}, 404, "variant_not_found"),
        ],
    )
    def test_refuses_what_can_not_be(self, keeper, changes, status, code):
        VariantFactory(sku="DUMP-1")

        answer = keeper.post(LOTS, self.BODY | changes)

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not Lot.objects.exists()

    def test_refuses_the_same_lot_twice(self, keeper):
        variant = VariantFactory(sku="DUMP-1")
        keeper.post(LOTS, self.BODY)
        before = snapshot(variant)

        answer = keeper.post(LOTS, self.BODY)

        assert (answer.status_code, answer.json()["code"]) == (409, "lot_code_taken")
        assert snapshot(variant) == before

    def test_is_not_supports_matter(self, signed_in):
        VariantFactory(sku="DUMP-1")

        answer = signed_in(StaffFactory(role="support")).post(LOTS, self.BODY)

        assert answer.status_code == 403
        assert not Lot.objects.exists()


class TestLotDeeds:
    @pytest.mark.parametrize(
        ("deed", "body", "on_hand", "available"),
        [
            ("adjust", {"counted": 7, "reason": "stocktake"}, 7, 7),
            ("write-off", {"quantity": 4, "reason": "thawed"}, 6, 6),
            ("write-off", {"quantity": 4, "reason_code": "thawed"}, 6, 6),
            ("move", {"shelf": "а 1"}, 10, 10),
            ("quarantine", {"reason": "smell"}, 10, 0),
        ],
    )
    def test_change_stock(self, keeper, deed, body, on_hand, available):
        lot = receive(VariantFactory(), 10)

        answer = keeper.post(f"{LOTS}{lot.pk}/{deed}/", body)

        assert answer.status_code == 200, answer.json()
        level = StockLevel.objects.get()
        assert (level.on_hand, level.available) == (on_hand, available)
        assert services.check_books() == []

    def test_keep_the_cause_of_a_loss(self, keeper):
        lot = receive(VariantFactory(), 10)

        keeper.post(f"{LOTS}{lot.pk}/write-off/", {"quantity": 1, "reason_code": "sample"})

        movement = lot.movements.latest("pk")
        assert (movement.reason_code, movement.reason) == ("sample", "")

    def test_put_a_lot_on_another_shelf(self, keeper):
        lot = receive(VariantFactory(), 10)

        answer = keeper.post(f"{LOTS}{lot.pk}/move/", {"shelf": "а 1"})
        found = keeper.get(LOTS, {"shelf": "a-1"}).json()["results"]

        assert answer.json()["shelf"] == "A-1"
        assert [row["id"] for row in found] == [lot.pk]
        assert lot.history.first().history_user is not None

    def test_let_a_lot_back(self, keeper):
        lot = receive(VariantFactory(), 10)
        keeper.post(f"{LOTS}{lot.pk}/quarantine/", {"reason": "smell"})

        answer = keeper.post(f"{LOTS}{lot.pk}/release/", {"reason": "fine"})

        assert answer.json()["is_blocked"] is False
        assert StockLevel.objects.get().available == 10

    @pytest.mark.parametrize(
        ("deed", "body", "status", "code"),
        [
            ("adjust", {"counted": -1, "reason": "x"}, 400, "validation_error"),
            ("adjust", {"counted": 1}, 400, "validation_error"),
            ("write-off", {"quantity": 11, "reason": "x"}, 400, "invalid_stock_quantity"),
            ("write-off", {"quantity": 1, "reason_code": "bored"}, 400, "validation_error"),
            ("write-off", {"quantity": 1, "reason_code": "other"}, 400, "stock_reason_missing"),
            ("move", {"shelf": "=1"}, 400, "invalid_shelf"),
            ("release", {"reason": "x"}, 409, "lot_state_wrong"),
        ],
    )
    def test_refuse_and_change_nothing(self, keeper, deed, body, status, code):
        variant = VariantFactory()
        lot = receive(variant, 10)
        before = snapshot(variant)

        answer = keeper.post(f"{LOTS}{lot.pk}/{deed}/", body)

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert snapshot(variant) == before

    @pytest.mark.parametrize("lot_id", [10**9, 2**63, 10**30])
    def test_know_no_other_lots(self, keeper, lot_id):
        answer = keeper.post(f"{LOTS}{lot_id}/adjust/", {"counted": 1, "reason": "x"})

        assert (answer.status_code, answer.json()["code"]) == (404, "lot_not_found")

    def test_are_not_the_couriers_matter(self, signed_in):
        lot = receive(VariantFactory(), 10)

        answer = signed_in(StaffFactory(role="courier")).post(
            f"{LOTS}{lot.pk}/adjust/", {"counted": 1, "reason": "x"}
        )

        assert answer.status_code == 403
        assert StockLevel.objects.get().on_hand == 10
