"""The page "Analytics": who sees what on it, what it shows, what it hands out."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client

from apps.analytics.admin.picker import pick
from apps.analytics.admin.views import _EXPLAINED
from apps.analytics.dto import Question, Step
from apps.analytics.selectors import reading
from apps.core.time import now, shop_date
from apps.inventory.dto import MovementKind, WasteReason
from tests.analytics.support import at, lot, move, sold, write_off
from tests.analytics.test_api import ALL, MAY
from tests.factories import CustomerFactory, ProductFactory, StaffFactory, VariantFactory

pytestmark = pytest.mark.django_db

ROOT = "/admin/analytics/"
MARCH = "first=2026-03-01&last=2026-03-31"
PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def desk():
    """Return the browser of a member of staff in a role."""

    def of(role, language="en"):
        client = Client(HTTP_ACCEPT_LANGUAGE=language)
        client.force_login(StaffFactory(role=role))
        return client

    return of


@pytest.fixture
def shop():
    """One order of a pack with a nasty name, and some of the pack thrown away."""
    pack = VariantFactory(
        sku="DUMP", product=ProductFactory(name_en="<b>=1+1</b>", name_ru="<b>=1+1</b>")
    )
    found = lot(pack, 20, "2026-02-01 10:00")
    sold("2026-03-01 10:00", delivered="2026-03-02 10:00", total="1300", wanted={pack: 3})
    move(found, MovementKind.PICK, -3, "2026-03-02 09:00")
    write_off(found, 2, WasteReason.DAMAGED, "2026-03-03 10:00")


class TestThePage:
    @pytest.mark.parametrize("role", MAY)
    def test_holds_what_concerns_a_role(self, role, desk):
        answer = desk(role).get(ROOT)

        if not MAY[role]:
            assert answer.status_code == 403
            return
        shown = [section.question.value for section in answer.context["sections"]]
        assert shown == [name for name in ALL if name in MAY[role]]

    def test_wants_a_member_of_staff(self, client):
        client.force_login(CustomerFactory())

        for address in (ROOT, f"{ROOT}sales/", f"{ROOT}sales/csv/"):
            assert client.get(address).url.startswith("/admin/login/")

    @pytest.mark.parametrize("role", ["owner", "marketing", "support"])
    def test_stands_in_the_menu_of_those_it_concerns(self, role, desk):
        menu = desk(role).get("/admin/").context["sidebar_navigation"]

        links = {str(i["link"]) for group in menu for i in group["items"] if i["has_permission"]}
        assert (ROOT in links) == bool(MAY[role])

    def test_costs_few_queries(self, desk, shop, django_assert_max_num_queries):
        client = desk("owner")

        with django_assert_max_num_queries(8):
            client.get(ROOT)

    def test_changes_nothing_by_a_post(self, desk):
        for address in (ROOT, f"{ROOT}sales/", f"{ROOT}sales/csv/"):
            assert desk("owner").post(address).status_code == 405


class TestAQuestion:
    @pytest.mark.parametrize("language", ["en", "ru"])
    @pytest.mark.parametrize("name", ALL)
    def test_is_answered_in_both_languages_full_and_empty(self, name, language, desk, shop):
        client = desk("owner", language)

        for query in (MARCH, "first=2020-01-01&last=2020-12-31&step=month", "days=1"):
            answer = client.get(f"{ROOT}{name}/?{query}", **PART)

            assert answer.status_code == 200
            assert "<html" not in answer.content.decode()

    @pytest.mark.parametrize("role", ["marketing", "warehouse", "courier"])
    def test_is_refused_to_those_it_does_not_concern(self, role, desk):
        client = desk(role)

        for name in set(ALL) - set(MAY[role]):
            assert client.get(f"{ROOT}{name}/", **PART).status_code == 403
            assert client.get(f"{ROOT}{name}/csv/").status_code == 403

    def test_shows_figures_a_chart_and_the_same_numbers_as_a_table(self, desk, shop):
        page = desk("manager").get(f"{ROOT}sales/?{MARCH}&step=month", **PART)

        figures = {figure.label: figure.value for figure in page.context["figures"]}
        assert figures["Revenue"] == "1,300\xa0₽"
        assert figures["Cancelled"] == "0\xa0%"
        chart = json.loads(page.context["chart"])
        assert chart["labels"] == ["Mar 2026"]
        assert chart["series"][0]["values"] == ["1300.00"]
        assert [cell.text for cell in page.context["rows"][0]][1:4] == ["1", "1", "1,300\xa0₽"]

    def test_escapes_what_people_wrote(self, desk, shop):
        page = desk("manager").get(f"{ROOT}products/?{MARCH}", **PART).content.decode()

        assert "&lt;b&gt;=1+1&lt;/b&gt;" in page
        assert "<b>=1+1" not in page

    def test_stands_alone_without_scripts(self, desk, shop):
        page = desk("manager").get(f"{ROOT}waste/?{MARCH}").content.decode()

        assert "<html" in page
        assert "All of analytics" in page
        assert "Damaged" in page or "damaged" in page

    def test_compares_with_the_days_before(self, desk):
        sold("2026-02-20 10:00", delivered="2026-02-20 12:00", total="1000")
        sold("2026-03-20 10:00", delivered="2026-03-20 12:00", total="1250")

        page = desk("manager").get(f"{ROOT}sales/?{MARCH}", **PART)

        revenue = page.context["figures"][0]
        assert (revenue.note, revenue.tone) == ("+25\xa0% to before", "success")

    def test_says_when_it_takes_too_long(self, desk, shop, monkeypatch):
        monkeypatch.setattr(reading, "_SECONDS", 0.05)
        monkeypatch.setattr("apps.analytics.selectors.stock._WASTE", "SELECT pg_sleep(2)::text")
        client = desk("manager")

        part, file = client.get(f"{ROOT}waste/", **PART), client.get(f"{ROOT}waste/csv/")

        assert (part.status_code, file.status_code) == (200, 503)
        for answer in (part, file):
            assert "shorter period" in answer.content.decode()

    def test_is_nothing_but_the_known_ones(self, desk):
        client = desk("owner")

        assert client.get(f"{ROOT}secrets/").status_code == 404
        assert client.get(f"{ROOT}sales/pdf/").status_code == 404


class TestExports:
    @pytest.mark.parametrize("name", ALL)
    def test_hand_out_every_question(self, name, desk, shop):
        client = desk("owner")

        for kind in ("csv", "xlsx"):
            answer = client.get(f"{ROOT}{name}/{kind}/?{MARCH}")

            assert answer.status_code == 200
            assert answer["Content-Disposition"].endswith(f'.{kind}"')

    def test_hold_no_live_formula(self, desk):
        pack = VariantFactory(product=ProductFactory(name_en="=1+1", name_ru="=1+1"))
        sold("2026-03-01 10:00", delivered="2026-03-02 10:00", wanted={pack: 1})

        text = desk("owner").get(f"{ROOT}products/csv/?{MARCH}").content.decode()

        assert "'=1+1" in text


class TestThePicker:
    def query(self, text):
        return pick(QueryDict(text), now=now())

    def test_begins_with_thirty_days_by_day(self):
        picked = self.query("")

        assert (picked.period.days, picked.step, picked.days) == (30, Step.DAY, 30)
        assert picked.period.last == shop_date(now())

    @pytest.mark.parametrize(
        ("text", "days", "step"),
        [("days=1", 1, Step.DAY), ("days=90", 90, Step.WEEK), ("days=7&step=month", 7, Step.MONTH)],
    )
    def test_knows_the_usual_spans(self, text, days, step):
        picked = self.query(text)

        assert (picked.period.days, picked.step) == (days, step)
        assert [choice.is_current for choice in picked.presets()].count(True) == 1

    def test_takes_two_dates_the_last_one_included(self):
        picked = self.query("first=2026-03-01&last=2026-03-31")

        assert picked.period.days == 31
        assert not any(choice.is_current for choice in picked.presets())
        assert not picked.problem

    def test_ends_today_at_the_latest(self):
        picked = self.query(f"first={shop_date(now()) - timedelta(days=1)}&last=9999-12-31")

        assert picked.period.days == 2

    @pytest.mark.parametrize(
        "text",
        [
            "first=2026-03-31&last=2026-03-01", "first=0001-01-01&last=0001-02-01",
            "first=2001-01-01&last=2026-01-01", "first=9999-01-01&last=9999-12-31",
        ],
    )  # fmt: skip
    def test_says_what_can_not_be_and_shows_the_usual(self, text):
        picked = self.query(text)

        assert picked.problem
        assert picked.period.days == 30

    @pytest.mark.parametrize("text", ["first=x&last=y", "step=hour", "days=5000", "days=x"])
    def test_passes_over_what_it_can_not_read(self, text):
        assert self.query(text).period.days == 30


class TestTheFirstPage:
    def test_shows_today_beside_a_week_ago(self, desk):
        client = desk("manager")
        sold("2026-03-05 00:00", delivered="2026-03-05 12:59", total="700")
        sold("2026-03-05 13:00")  # a week ago, but later in the day
        sold("2026-03-11 23:59")  # yesterday
        sold("2026-03-12 00:00")
        sold("2026-03-12 12:59", delivered="2026-03-12 12:59", total="1200")

        with time_machine.travel(at("2026-03-12 13:00"), tick=False):
            client.force_login(StaffFactory(role="manager"))
            page = client.get("/admin/")

        (box,) = [box for box in page.context["panels"] if box.icon == "monitoring"]
        orders, revenue = box.rows
        assert (orders.label, revenue.label) == ("2", "1,200\xa0₽")
        assert orders.note == "Thu 5 mar by this hour: 1"
        assert revenue.note == "Thu 5 mar by this hour: 700\xa0₽"
        assert box.url == ROOT

    @pytest.mark.parametrize("role", ["warehouse", "courier", "marketing", "support"])
    def test_shows_it_to_no_other_role(self, role, desk):
        page = desk(role).get("/admin/")

        assert all(box.icon != "monitoring" for box in page.context["panels"])


def test_every_question_is_explained():
    assert set(_EXPLAINED) == set(Question)
