"""Markdowns for staff, alerts for customers, over HTTP."""

import pytest

from apps.core.time import now as present
from apps.inventory.models import StockLevel
from apps.marketing.dto import MarkdownState
from apps.marketing.models import BackInStockAlert, BuyersNotice, MarkdownProposal
from apps.users import services as users
from tests.factories import OrderFactory, OrderLineFactory, StaffFactory, stocked_variant
from tests.factories.marketing import accepted, leaving_lot, proposed, waiting

pytestmark = pytest.mark.django_db

MARKDOWNS, ALERTS = "/api/v1/staff/markdowns/", "/api/v1/users/me/alerts/"


def alert_path(variant):
    return f"/api/v1/catalog/variants/{variant.sku}/alert/"


class TestMarkdowns:
    def test_are_listed_the_most_urgent_first(self, manager_api):
        later, sooner = proposed(leaving_lot(days=7)), proposed(leaving_lot(days=2))
        accepted(leaving_lot(days=1))

        answer = manager_api.get(MARKDOWNS, {"state": "open"}).json()

        assert [row["id"] for row in answer["results"]] == [sooner.pk, later.pk]
        row = answer["results"][0]
        assert (row["units"], row["old_price"], row["new_price"], row["given_up"]) == (
            10, "300.00", "240.00", "600.00",
        )  # fmt: skip
        assert manager_api.get(MARKDOWNS).json()["count"] == 3

    def test_ask_the_same_number_of_questions_for_any_length(
        self, owner, api, django_assert_max_num_queries
    ):
        for days in range(6):
            proposed(leaving_lot(days=days))
        api.force_authenticate(owner)

        with django_assert_max_num_queries(7):
            assert api.get(MARKDOWNS).json()["count"] == 6

    def test_are_proposed_by_marketing_and_decided_by_a_manager(self, signed_in, manager_api):
        marketer = signed_in(StaffFactory(role="marketing"))
        lot = leaving_lot(10)

        made = marketer.post(MARKDOWNS, {"lot_id": lot.pk, "percent": 30})
        assert made.status_code == 201
        path = f"{MARKDOWNS}{made.json()['id']}/accept/"
        assert marketer.post(path).status_code == 403
        done = manager_api.post(path, {"percent": 50, "seen_price": "300.00"})

        assert done.status_code == 200
        assert (done.json()["state"], done.json()["new_price"]) == ("accepted", "150.00")
        assert StockLevel.objects.get(variant__clearance_of=lot.variant).available == 10

    def test_are_declined_and_taken_back(self, manager_api):
        one, two = proposed(), accepted()

        declined = manager_api.post(f"{MARKDOWNS}{one.pk}/decline/", {"reason": "sells well"})
        undone = manager_api.post(f"{MARKDOWNS}{two.pk}/take-back/")

        assert declined.json()["state"] == "declined"
        assert undone.json()["state"] == "undone"

    def test_refuse_with_a_code_and_change_nothing(self, manager_api):
        done, open_one = accepted(), proposed()

        again = manager_api.post(f"{MARKDOWNS}{done.pk}/accept/")
        moved = manager_api.post(f"{MARKDOWNS}{open_one.pk}/accept/", {"seen_price": "1.00"})
        absurd = manager_api.post(f"{MARKDOWNS}{open_one.pk}/accept/", {"percent": 91})
        silent = manager_api.post(f"{MARKDOWNS}{open_one.pk}/decline/", {"reason": " "})
        missing = manager_api.post(f"{MARKDOWNS}0/accept/")

        codes = [(a.status_code, a.json()["code"]) for a in (again, moved, absurd, silent, missing)]
        assert codes == [
            (409, "markdown_decided"), (409, "markdown_price_moved"), (400, "validation_error"),
            (400, "validation_error"), (404, "markdown_not_found"),
        ]  # fmt: skip
        open_one.refresh_from_db()
        assert open_one.state == MarkdownState.OPEN

    def test_are_told_to_buyers_by_marketing(self, signed_in):
        markdown = accepted()
        OrderLineFactory(order=OrderFactory(lines=0), variant=markdown.lot.variant)
        marketer = signed_in(StaffFactory(role="marketing"))
        path = f"{MARKDOWNS}{markdown.pk}/tell-buyers/"

        first, second = marketer.post(path), marketer.post(path)

        assert (first.status_code, first.json()) == (202, {"recipients": 1})
        assert (second.status_code, second.json()["code"]) == (409, "buyers_told_before")
        assert BuyersNotice.objects.count() == 1

    @pytest.mark.parametrize(
        ("role", "may_read", "may_propose", "may_decide", "may_tell"),
        [("manager", 1, 1, 1, 1), ("marketing", 1, 1, 0, 1), ("warehouse", 1, 0, 0, 0),
         ("courier", 0, 0, 0, 0), ("support", 0, 0, 0, 0)],
    )  # fmt: skip
    def test_are_the_matter_of_some_roles(
        self, signed_in, role, may_read, may_propose, may_decide, may_tell
    ):
        staff, path = signed_in(StaffFactory(role=role)), f"{MARKDOWNS}0/"

        answers = [staff.get(MARKDOWNS), staff.post(MARKDOWNS, {}),
                   *(staff.post(f"{path}{deed}/", {})
                     for deed in ("accept", "decline", "take-back", "tell-buyers"))]  # fmt: skip

        allowed = [answer.status_code != 403 for answer in answers]
        assert allowed == [bool(may) for may in (
            may_read, may_propose, may_decide, may_decide, may_decide, may_tell,
        )]  # fmt: skip
        assert not MarkdownProposal.objects.exists()

    def test_tell_losses_at_cost_to_those_who_may_know_costs(self, signed_in):
        proposed()
        staff = [signed_in(StaffFactory(role=role)) for role in ("warehouse", "marketing")]

        told = [who.get(MARKDOWNS).json()["results"][0]["loss"] is not None for who in staff]

        assert told == [True, False]

    def test_are_no_matter_of_customers(self, api, customer_api):
        assert api.get(MARKDOWNS).status_code == 401
        assert customer_api.get(MARKDOWNS).status_code == 403


class TestAlerts:
    def test_are_asked_for_listed_and_taken_back(self, customer, customer_api):
        variant = stocked_variant(0, availability="none")

        for _ in range(2):
            assert customer_api.post(alert_path(variant)).status_code == 201
        waiting(variant)
        (row,) = customer_api.get(ALERTS).json()["results"]
        assert (row["sku"], row["product_slug"]) == (variant.sku, variant.product.slug)
        for _ in range(2):
            assert customer_api.delete(alert_path(variant)).status_code == 204

        assert customer_api.get(ALERTS).json()["count"] == 0
        assert BackInStockAlert.objects.count() == 1

    def test_refuse_what_is_in_stock_and_what_never_was(self, customer_api):
        variant = stocked_variant(5)

        there = customer_api.post(alert_path(variant))
        never = customer_api.post("/api/v1/catalog/variants/NOPE-1/alert/")
        wild = customer_api.post("/api/v1/catalog/variants/%00%27/alert/")

        assert (there.status_code, there.json()["code"]) == (409, "still_in_stock")
        assert (never.status_code, never.json()["code"]) == (404, "variant_not_found")
        assert wild.status_code in {400, 404}
        assert not BackInStockAlert.objects.exists()

    def test_refuse_whom_nobody_can_tell(self, customer, customer_api):
        users.mark_unreachable(user_id=customer.pk, now=present())

        answer = customer_api.post(alert_path(stocked_variant(0, availability="none")))

        assert (answer.status_code, answer.json()["code"]) == (409, "chat_closed")

    def test_ask_the_same_number_of_questions_for_any_length(
        self, customer, api, django_assert_max_num_queries
    ):
        for _ in range(5):
            waiting(stocked_variant(0, availability="none"), customer)
        api.force_authenticate(customer)

        with django_assert_max_num_queries(3):
            assert api.get(ALERTS).json()["count"] == 5

    def test_are_for_people_who_signed_in(self, api):
        assert api.get(ALERTS).status_code == 401
        assert api.post(alert_path(stocked_variant(0))).status_code == 401


class TestConsents:
    PATH = "/api/v1/users/me/consents/"

    def test_are_given_until_taken_back(self, customer_api):
        assert customer_api.get(self.PATH).json() == {"offers": True}

        assert customer_api.put(self.PATH, {"offers": False}).json() == {"offers": False}

        assert customer_api.get(self.PATH).json() == {"offers": False}

    @pytest.mark.parametrize("body", [{}, {"offers": "perhaps"}, []])
    def test_refuse_what_is_no_answer(self, customer_api, body):
        assert customer_api.put(self.PATH, body).status_code == 400

        assert customer_api.get(self.PATH).json() == {"offers": True}

    def test_are_ones_own(self, api):
        assert api.get(self.PATH).status_code == 401
