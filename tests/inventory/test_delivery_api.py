"""Delivery notes over HTTP."""

from datetime import timedelta

import pytest

from apps.core.time import now as present
from apps.core.time import shop_date
from apps.inventory.models import DeliveryNote, Lot, StockLevel
from tests.factories import StaffFactory, VariantFactory
from tests.factories.inventory import draft, line_on, warehouse_rows

pytestmark = pytest.mark.django_db

PATH = "/api/v1/staff/stock/deliveries/"
EAN = "4600000000015"
TODAY = shop_date(present())


@pytest.fixture
def keeper(signed_in):
    return signed_in(StaffFactory(role="warehouse"))


@pytest.fixture
def variant():
    return VariantFactory(sku="PEL-800", barcode=EAN)


def head(**changes):
    usual = {
        "number": "17",
        "supplier": "Морозко",
        "arrived_at": (present() - timedelta(hours=1)).isoformat(),
        "temperature": "-18.5",
    }
    return usual | changes


def line(**changes):
    usual = {
        "sku": "pel-800",
        "code": "L-1",
        "quantity": 24,
        "made_on": (TODAY - timedelta(days=5)).isoformat(),
        "expires_on": (TODAY + timedelta(days=170)).isoformat(),
        "cost": "99.50",
    }
    return usual | changes


class TestADelivery:
    def test_comes_in_from_the_first_line_to_the_shelves(self, keeper, variant):
        note = keeper.post(PATH, head()).json()
        here = f"{PATH}{note['id']}/"

        added = keeper.post(f"{here}lines/", line())
        booked = keeper.post(f"{here}book/", {"revision": added.json()["revision"]})

        assert (note["state"], note["lines"]) == ("draft", [])
        assert added.status_code == 201, added.json()
        assert added.json()["lines"][0]["outcome"] == "received"
        assert booked.status_code == 200, booked.json()
        assert (booked.json()["state"], booked.json()["units"]) == ("booked", 24)
        assert booked.json()["lines"][0]["lot_id"] == Lot.objects.get().pk
        assert StockLevel.objects.get().available == 24

    def test_is_written_by_a_scanner(self, keeper, variant):
        here = f"{PATH}{draft().pk}/"
        label = f"]C1010460000000001517{TODAY + timedelta(days=90):%y%m%d}10L-7"

        answer = keeper.post(f"{here}lines/", {"scanned": label, "quantity": 6})

        (row,) = answer.json()["lines"]
        assert (row["code"], row["quantity"], row["sku"]) == ("L-7", 6, "PEL-800")

    def test_is_corrected_line_by_line(self, keeper, variant):
        note = draft()
        row = line_on(note, variant)
        here = f"{PATH}{note.pk}/"

        keeper.patch(here, {"temperature": "-12.0"})
        changed = keeper.patch(f"{here}lines/{row.pk}/", {"quantity": 9}).json()["lines"][0]
        back = keeper.post(f"{here}lines/{row.pk}/refusal/", {"reason": "torn"}).json()["lines"][0]
        kept = keeper.delete(f"{here}lines/{row.pk}/refusal/").json()["lines"][0]
        struck = keeper.delete(f"{here}lines/{row.pk}/").json()

        assert (changed["quantity"], changed["outcome"]) == (9, "quarantined")
        assert (back["outcome"], kept["outcome"]) == ("returned", "quarantined")
        assert struck["lines"] == []

    def test_tells_what_stands_in_its_way(self, keeper, variant):
        note = draft(temperature=None)
        row = line_on(note, variant, code="")
        before = warehouse_rows()

        seen = keeper.get(f"{PATH}{note.pk}/").json()["lines"][0]
        answer = keeper.post(f"{PATH}{note.pk}/book/", {})

        assert seen["outcome"] is None
        codes = ["line_incomplete", "temperature_missing"]
        assert [problem["code"] for problem in seen["problems"]] == codes
        assert (answer.status_code, answer.json()["code"]) == (409, "delivery_not_ready")
        problems = answer.json()["facts"]["problems"]
        assert [(problem["line_id"], problem["code"]) for problem in problems] == [
            (row.pk, code) for code in codes
        ]
        assert warehouse_rows() == before

    def test_is_refused_or_discarded(self, keeper, variant):
        first, second = draft(), draft()

        refused = keeper.post(f"{PATH}{first.pk}/refuse/", {"reason": "−5 °C"}).json()
        gone = keeper.delete(f"{PATH}{second.pk}/")

        assert (refused["state"], refused["refusal"]) == ("refused", "−5 °C")
        assert gone.status_code == 204
        assert DeliveryNote.objects.get() == first

    @pytest.mark.parametrize(
        ("changes", "status", "code"),
        [
            ({"temperature": "900"}, 400, "validation_error"),
            ({"temperature": "-18.55"}, 400, "validation_error"),
            ({"temperature": "NaN"}, 400, "validation_error"),
            ({"number": " "}, 400, "validation_error"),
            ({"arrived_at": "2999-01-01T00:00:00Z"}, 400, "invalid_delivery"),
            ({"supplier": None}, 400, "validation_error"),
        ],
    )
    def test_refuses_a_head_that_can_not_be(self, keeper, changes, status, code):
        answer = keeper.post(PATH, head(**changes))

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not DeliveryNote.objects.exists()

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            (line(quantity=-1), 400, "validation_error"),
            (line(quantity=10**9), 400, "validation_error"),
            (line(quantity=1.5), 400, "validation_error"),
            (line(expires_on="2020-01-01"), 400, "invalid_lot"),
            (line(made_on=(TODAY + timedelta(days=1)).isoformat()), 400, "invalid_lot"),
            (line(expires_on="2206-01-01"), 400, "expiry_too_far"),
            (line(temperature="900"), 400, "validation_error"),
            (line(shelf="=1"), 400, "invalid_shelf"),
            (line(sku="NONE"), 404, "variant_not_found"),
            ({"scanned": "4600000000016"}, 400, "barcode_mistyped"),
            ({"scanned": "2000001001073"}, 404, "barcode_unknown"),
            ({"scanned": "pelmeni"}, 404, "nothing_found"),
            ({"scanned": "010460000000001517991399"}, 400, "label_unreadable"),
            ({"scanned": EAN, "quantity": 5, "cost": "-1"}, 400, "validation_error"),
            ({"quantity": 5}, 400, "validation_error"),
            (line(scanned=EAN), 400, "validation_error"),
            (line(code="L-0"), 409, "line_known"),
        ],
    )
    def test_refuses_a_line_that_can_not_be(self, keeper, variant, body, status, code):
        note = draft()
        line_on(note, variant, code="L-0")
        before = warehouse_rows()

        answer = keeper.post(f"{PATH}{note.pk}/lines/", body)

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert warehouse_rows() == before

    def test_forgets_a_scanned_line_whose_values_were_refused(self, keeper, variant):
        note = draft()
        before = warehouse_rows()
        body = {"scanned": EAN, "made_on": "2020-01-02", "expires_on": "2020-01-01"}

        answer = keeper.post(f"{PATH}{note.pk}/lines/", body)

        assert answer.json()["code"] == "invalid_lot"
        assert warehouse_rows() == before

    @pytest.mark.parametrize("note_id", [10**9, 2**63, 10**30])
    def test_is_no_other_one(self, keeper, note_id):
        for answer in (keeper.get(f"{PATH}{note_id}/"), keeper.post(f"{PATH}{note_id}/book/", {})):
            assert (answer.status_code, answer.json()["code"]) == (404, "delivery_not_found")

    def test_was_changed_since_it_was_looked_at(self, keeper, variant):
        note = draft()
        line_on(note, variant)

        answer = keeper.post(f"{PATH}{note.pk}/book/", {"revision": 0})

        assert (answer.status_code, answer.json()["code"]) == (409, "delivery_changed")
        assert not Lot.objects.exists()


class TestImport:
    def test_is_looked_at_and_then_taken_over(self, keeper, variant):
        note = draft()
        rows = [{"sku": "PEL-800", "code": "L-1", "quantity": "24", "made_on": "2026-01-01"}]
        here = f"{PATH}{note.pk}/import/"

        looked = keeper.post(here, {"rows": rows}).json()
        assert not note.lines.exists()
        done = keeper.post(here, {"rows": rows, "dry_run": False}).json()
        again = keeper.post(here, {"rows": rows, "dry_run": False}).json()

        assert [answer["rows"][0]["state"] for answer in (looked, done, again)] == [
            "new", "new", "known",
        ]  # fmt: skip
        assert note.lines.count() == 1

    def test_refuses_everything_for_the_sake_of_one_row(self, keeper, variant):
        note = draft()
        rows = [
            {"sku": "PEL-800", "code": "L-1", "quantity": "24"},
            {"sku": "NONE", "code": "L-2", "quantity": "24"},
        ]

        answer = keeper.post(f"{PATH}{note.pk}/import/", {"rows": rows, "dry_run": False})

        assert (answer.status_code, answer.json()["code"]) == (400, "import_refused")
        assert answer.json()["facts"]["problems"][0]["row"] == 2
        assert not note.lines.exists()


class TestList:
    def test_is_filtered_by_state_and_supplier(self, keeper):
        first, second = draft(supplier="Север"), draft(supplier="Морозко")
        keeper.post(f"{PATH}{second.pk}/refuse/", {"reason": "warm"})

        def listed(**query):
            return [row["id"] for row in keeper.get(PATH, query).json()["results"]]

        assert sorted(listed()) == [first.pk, second.pk]
        assert listed(state="refused") == [second.pk]
        assert listed(supplier="сев") == [first.pk]

    def test_asks_the_same_number_of_questions_for_any_length(
        self, owner, api, django_assert_max_num_queries
    ):
        for _ in range(5):
            line_on(draft(), VariantFactory())
        api.force_authenticate(owner)

        with django_assert_max_num_queries(2):
            answer = api.get(PATH)

        assert [row["line_count"] for row in answer.json()["results"]] == [1] * 5

    def test_is_the_warehouses_matter(self, api, customer_api, signed_in):
        assert api.get(PATH).status_code == 401
        assert customer_api.get(PATH).status_code == 403
        for role, seen, begun in (
            ("manager", 200, 201), ("warehouse", 200, 201), ("owner", 200, 201),
            ("courier", 403, 403), ("marketing", 403, 403), ("support", 403, 403),
        ):  # fmt: skip
            client = signed_in(StaffFactory(role=role))
            assert client.get(PATH).status_code == seen, role
            assert client.post(PATH, head(number=role)).status_code == begun, role
