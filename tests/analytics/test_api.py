"""Analytics over HTTP: who may ask, what is refused, what comes back."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from openpyxl import load_workbook

from apps.analytics import errors, selectors
from apps.analytics.dto import Question, Step
from apps.analytics.models import DaySales
from apps.analytics.periods import last_days
from apps.analytics.questions import Asked, answer
from apps.analytics.selectors import reading
from apps.core.time import now, shop_date
from apps.inventory.dto import MovementKind, WasteReason
from apps.orders.models import OrderEvent
from tests.analytics.support import lot, move, sold, write_off
from tests.factories import CustomerFactory, ProductFactory, StaffFactory, VariantFactory

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/staff/analytics/"
ALL = [question.value for question in Question]
MAY = {
    "owner": ALL,
    "manager": ALL,
    "marketing": ["funnel", "products", "promotions", "customers", "cohorts"],
    "warehouse": ["idle", "stock", "waste"],
    "courier": [],
    "support": [],
}


@pytest.fixture
def staff(signed_in):
    """Return a caller in a role."""
    return lambda role: signed_in(StaffFactory(role=role))


@pytest.fixture
def shop():
    """One order delivered on 2 March 2026, its goods picked, some thrown away."""
    pack = VariantFactory(sku="DUMP", product=ProductFactory(name_en="=cmd"))
    found = lot(pack, 20, "2026-02-01 10:00")
    sold("2026-03-01 10:00", delivered="2026-03-02 10:00", total="300", wanted={pack: 3})
    move(found, MovementKind.PICK, -3, "2026-03-02 09:00")
    write_off(found, 2, WasteReason.DAMAGED, "2026-03-03 10:00")


class TestWhoMayAsk:
    @pytest.mark.parametrize("role", MAY)
    def test_is_a_matter_of_roles(self, role, staff):
        caller = staff(role)

        answers = {name: caller.get(f"{ROOT}{name}/").status_code for name in ALL}

        assert answers == {name: 200 if name in MAY[role] else 403 for name in ALL}

    def test_is_no_customer_and_nobody(self, customer_api, api):
        assert customer_api.get(f"{ROOT}sales/").status_code == 403
        assert api.get(f"{ROOT}sales/").status_code == 401


class TestAnswers:
    def test_have_sums_as_texts_and_the_days_that_were_counted(self, staff, shop):
        answer = staff("manager").get(f"{ROOT}sales/?from=2026-03-01&to=2026-03-03&step=day").json()

        assert answer["period"] == {"from": "2026-03-01", "to": "2026-03-03", "days": 2}
        assert [row["start"] for row in answer["rows"]] == ["2026-03-01", "2026-03-02"]
        assert answer["total"] == {
            "orders": 1, "delivered": 1, "revenue": "300.00", "average_order": "300.00",
            "units": 3, "returned": 0, "cancelled": 0, "cancelled_percent": "0.0",
        }  # fmt: skip
        assert answer["previous"]["average_order"] is None

    @pytest.mark.parametrize("name", ALL)
    def test_exist_in_a_full_shop_and_in_an_empty_one(self, name, staff, shop):
        caller, query = staff("owner"), "?from=2026-03-01&to=2026-03-08"

        full = caller.get(f"{ROOT}{name}/{query}" if name != "idle" else f"{ROOT}idle/")
        empty = caller.get(f"{ROOT}{name}/?from=2020-01-01&to=2020-02-01" if name != "idle"
                           else f"{ROOT}idle/?days=365")  # fmt: skip

        assert (full.status_code, empty.status_code) == (200, 200)
        if name != "promotions":  # there was none
            assert full.json()["rows" if name != "funnel" else "doors"] != []

    def test_go_up_to_now_by_themselves(self, staff):
        today = shop_date(now())

        period = staff("manager").get(f"{ROOT}sales/").json()["period"]

        assert period["to"] == (today + timedelta(days=1)).isoformat()
        assert period["days"] == 30


class TestRefusals:
    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("from=2026-03-02&to=2026-03-02", "period_impossible"),
            ("from=2026-03-02&to=2026-03-01", "period_impossible"),
            ("from=0001-01-01&to=0001-01-02", "period_impossible"),
            ("from=1999-12-31&to=2000-02-01", "period_impossible"),
            ("from=9999-12-30&to=9999-12-31", "period_impossible"),
            ("to=0001-01-15", "period_impossible"),
            ("from=2019-02-28&to=2024-02-29", "period_too_long"),
            ("from=2000-01-01&to=9999-12-31", "period_too_long"),
            ("from=yesterday", "validation_error"),
            ("from=2026-02-30", "validation_error"),
            ("step=hour", "validation_error"),
            ("step=day&download=pdf", "validation_error"),
        ],
    )
    def test_have_a_code(self, query, code, staff):
        answer = staff("manager").get(f"{ROOT}sales/?{query}")

        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert answer.json()["detail"]

    @pytest.mark.parametrize("query", ["days=0", "days=366", "limit=0", "limit=501", "limit=x"])
    def test_bound_lists(self, query, staff):
        assert staff("manager").get(f"{ROOT}idle/?{query}").status_code == 400

    def test_five_years_are_not_too_long(self, staff):
        query = "from=2020-02-29&to=2025-03-01&step=month"

        assert staff("manager").get(f"{ROOT}sales/?{query}").status_code == 200

    def test_say_so_when_it_takes_too_long(self, monkeypatch):
        monkeypatch.setattr(reading, "_SECONDS", 0.001)

        with pytest.raises(errors.QuestionTooHeavy):
            reading.ask("SELECT pg_sleep(1)::text AS day", {})

        # The transaction around it goes on.
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")


class TestDownloads:
    def test_are_tables_without_live_formulas(self, staff, shop):
        caller = staff("manager")
        query = f"{ROOT}products/?from=2026-03-01&to=2026-04-01&download="

        text = caller.get(f"{query}csv")
        book = caller.get(f"{query}xlsx")

        assert text["Content-Disposition"] == (
            'attachment; filename="products-2026-03-01-2026-03-31.csv"'
        )
        heading, row = csv.reader(io.StringIO(text.content.decode("utf-8-sig")))
        assert heading == ["SKU", "Product", "Units", "Orders", "Revenue", "Share, %"]
        assert row == ["DUMP", "'=cmd, 800 g", "3", "1", "300.00", "100.0"]
        sheet = load_workbook(io.BytesIO(book.content)).active
        assert [cell.data_type for cell in sheet[2]] == ["s", "s", "n", "n", "n", "n"]
        assert sheet["B2"].value == "'=cmd, 800 g"

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    @pytest.mark.parametrize("name", ALL)
    def test_exist_for_every_question(self, name, kind, staff, shop):
        answer = staff("owner").get(f"{ROOT}{name}/?download={kind}")

        assert answer.status_code == 200
        assert f"{name}-" in answer["Content-Disposition"]
        assert len(answer.content) > 10

    def test_have_all_rows(self, staff):
        for _ in range(3):
            lot(VariantFactory(), 5, "2026-02-01 10:00")
        caller = staff("owner")

        short = caller.get(f"{ROOT}stock/?limit=2").json()
        text = caller.get(f"{ROOT}stock/?limit=2&download=csv").content.decode()

        assert (len(short["rows"]), short["packs"], short["total"]["on_hand"]) == (2, 3, 15)
        assert len(text.strip().splitlines()) == 4


class TestQueries:
    """One statement with its savepoint, limit and release, and where daily sums end."""

    CEILINGS = {
        "sales": 5, "funnel": 5, "products": 5, "idle": 4, "promotions": 5, "customers": 5,
        "cohorts": 5, "stock": 4, "waste": 4,
    }  # fmt: skip

    @pytest.mark.parametrize(("name", "queries"), CEILINGS.items())
    def test_do_not_grow_with_the_shop(self, name, queries, shop, django_assert_num_queries):
        for _ in range(3):
            pack = VariantFactory()
            move(lot(pack, 9, "2026-02-01 10:00"), MovementKind.PICK, -1, "2026-03-02 10:00")
            sold("2026-03-01 10:00", delivered="2026-03-02 10:00", wanted={pack: 1},
                 customer=CustomerFactory())  # fmt: skip
        asked = Asked(period=last_days(1000, now=now()), now=now(), step=Step.MONTH)

        with django_assert_num_queries(queries):
            answer(Question(name), asked)


class TestReading:
    def test_agrees_with_the_orders_themselves(self, shop):
        """What the products brought is what the orders cost, their delivery aside."""
        asked = last_days(400, now=now())

        revenue = selectors.top_products(asked=asked).revenue

        assert revenue == selectors.sales(asked=asked, step=Step.DAY).total.revenue
        assert revenue == Decimal("300.00")

    def test_writes_nothing(self, shop):
        before = OrderEvent.objects.count()

        selectors.sales(asked=last_days(30, now=now()), step=Step.DAY)

        assert OrderEvent.objects.count() == before
        assert not DaySales.objects.exists()
