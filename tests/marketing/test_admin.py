"""Markdowns in the admin: seen on the first page, decided by buttons, by those who may."""

from decimal import Decimal

import pytest
from django.urls import reverse

from apps.catalog import services as catalog
from apps.core.time import now as present
from apps.inventory.models import StockLevel
from apps.marketing import services
from apps.marketing.dto import MarkdownState
from apps.marketing.models import BackInStockAlert, BuyersNotice, MarkdownProposal, MarkdownRule
from tests.admin.conftest import desk_of
from tests.factories import OrderFactory, OrderLineFactory, StaffFactory, stocked_variant
from tests.factories.marketing import accepted, leaving_lot, proposed, set_rules, waiting

pytestmark = pytest.mark.django_db

LIST, ADD = (reverse(f"admin:marketing_markdownproposal_{page}") for page in ("changelist", "add"))


@pytest.fixture
def desk():
    return lambda role: desk_of(StaffFactory(role=role))


def do(desk, proposal, deed, **fields):
    address = reverse("admin:marketing_markdownproposal_do", args=(proposal.pk, deed))
    state = desk.get(page_of(proposal)).context["state"]
    return desk.post(address, {"state": state, **fields}, follow=True)


def page_of(proposal):
    return reverse("admin:marketing_markdownproposal_change", args=(proposal.pk,))


def buttons(desk, proposal):
    return [deed.name for deed, _url in desk.get(page_of(proposal)).context["deeds"]]


def said(answer):
    return " ".join(str(message) for message in answer.context["messages"])


class TestTheFirstPage:
    def test_shows_what_waits_the_most_urgent_first(self, desk):
        later, sooner = proposed(leaving_lot(days=7)), proposed(leaving_lot(days=0))
        accepted()

        page = desk("manager").get("/admin/")

        (box,) = [box for box in page.context["panels"] if box.icon == "sell"]
        assert [row.url for row in box.rows] == [page_of(sooner), page_of(later)]
        assert [row.label for row in box.rows] == ["last day", "7 days left"]
        assert "240" in box.rows[0].note
        assert "10 packs" in box.rows[0].note

    def test_shows_what_people_wait_for(self, desk):
        variant = stocked_variant(0, availability="none")
        for _ in range(3):
            waiting(variant)

        page = desk("warehouse").get("/admin/")

        (box,) = [box for box in page.context["panels"] if box.icon == "notifications_active"]
        assert [(row.note, row.label) for row in box.rows] == [(variant.sku, "3 people")]

    def test_is_none_of_a_couriers_matter(self, desk):
        proposed()

        icons = {box.icon for box in desk("courier").get("/admin/").context["panels"]}

        assert not icons & {"sell", "notifications_active"}


class TestTheList:
    def test_asks_the_same_number_of_questions_for_any_length(
        self, owner_desk, django_assert_max_num_queries
    ):
        for days in range(5):
            proposed(leaving_lot(days=days))

        with django_assert_max_num_queries(16):
            page = owner_desk.get(LIST)

        assert len(page.context["cl"].result_list) == 5

    @pytest.fixture
    def owner_desk(self, owner):
        return desk_of(owner)

    def test_marks_down_the_selected_and_says_which_not(self, desk):
        one, two, gone = proposed(), proposed(), accepted()

        answer = desk("manager").post(
            LIST,
            {"action": "accept_selected", "_selected_action": [one.pk, two.pk, gone.pk]},
            follow=True,
        )

        assert "Done: 2." in said(answer)
        assert "decided before" in said(answer)
        assert not MarkdownProposal.objects.open().exists()


class TestAMarkdown:
    def test_is_accepted_at_another_percentage(self, desk):
        proposal = proposed(leaving_lot(10), percent=20)
        manager = desk("manager")
        question = manager.get(
            reverse("admin:marketing_markdownproposal_do", args=(proposal.pk, "accept"))
        )
        assert "10 packs" in str(question.context["deed"].question)

        answer = do(manager, proposal, "accept", percent="50")

        assert "150" in said(answer)
        proposal.refresh_from_db()
        assert (proposal.state, proposal.percent) == (MarkdownState.ACCEPTED, 50)

    def test_is_not_accepted_at_a_price_that_moved_meanwhile(self, desk):
        proposal, manager = proposed(), desk("manager")
        state = manager.get(page_of(proposal)).context["state"]
        catalog.set_price(
            variant_id=proposal.lot.variant_id,
            regular_price=Decimal(500),
            price=Decimal(500),
            now=present(),
        )

        address = reverse("admin:marketing_markdownproposal_do", args=(proposal.pk, "accept"))
        answer = manager.post(address, {"state": state, "percent": "20"}, follow=True)

        assert "changed it meanwhile" in said(answer)
        proposal.refresh_from_db()
        assert proposal.state == MarkdownState.OPEN

    def test_is_declined_with_a_reason(self, desk):
        proposal, manager = proposed(), desk("manager")

        assert do(manager, proposal, "decline", reason="").status_code == 200
        do(manager, proposal, "decline", reason="sells well")

        proposal.refresh_from_db()
        assert (proposal.state, proposal.reason) == (MarkdownState.DECLINED, "sells well")

    def test_is_taken_back(self, desk):
        proposal = accepted(leaving_lot(10))

        do(desk("manager"), proposal, "take-back")

        assert StockLevel.objects.get(variant=proposal.lot.variant).available == 10

    def test_is_told_to_buyers_once_with_their_number_shown_before(self, desk):
        proposal, marketer = accepted(), desk("marketing")
        assert buttons(marketer, proposal) == []
        for _ in range(2):
            OrderLineFactory(order=OrderFactory(lines=0), variant=proposal.lot.variant)
        assert buttons(marketer, proposal) == ["tell"]
        address = reverse("admin:marketing_markdownproposal_do", args=(proposal.pk, "tell"))
        assert "2 people" in str(marketer.get(address).context["deed"].question)

        do(marketer, proposal, "tell")

        assert BuyersNotice.objects.get().recipients == 2
        assert buttons(marketer, proposal) == []

    @pytest.mark.parametrize(
        ("role", "shown"),
        [("manager", ["accept", "decline"]), ("marketing", []), ("warehouse", [])],
    )
    def test_is_decided_by_those_who_may(self, desk, role, shown):
        proposal = proposed()
        member = desk(role)

        assert buttons(member, proposal) == shown
        do(member, proposal, "accept", percent="20")

        proposal.refresh_from_db()
        assert (proposal.state == MarkdownState.ACCEPTED) == bool(shown)

    def test_is_proposed_by_marketing(self, desk):
        lot, marketer = leaving_lot(), desk("marketing")

        answer = marketer.post(ADD, {"lot": lot.pk, "percent": "25"})

        assert answer.status_code == 302
        assert MarkdownProposal.objects.get().percent == 25
        again = marketer.post(ADD, {"lot": lot.pk, "percent": "25"})
        assert "waits for a decision already" in again.content.decode()
        assert MarkdownProposal.objects.count() == 1


class TestRules:
    def test_are_changed_by_marketing_with_history(self, desk):
        set_rules(d14=20)
        rule, marketer = MarkdownRule.objects.get(), desk("marketing")
        address = reverse("admin:marketing_markdownrule_change", args=(rule.pk,))

        assert marketer.post(address, {"days": "14", "percent": "25"}).status_code == 302
        assert marketer.post(address, {"days": "14", "percent": "95"}).status_code == 200

        rule.refresh_from_db()
        assert rule.percent == 25
        assert rule.history.first().history_user.groups.get().name == "marketing"

    def test_are_removed_by_a_manager(self, desk):
        set_rules(d14=20)
        rule = MarkdownRule.objects.get()
        address = reverse("admin:marketing_markdownrule_delete", args=(rule.pk,))

        desk("manager").post(address, {"post": "yes"})

        assert not MarkdownRule.objects.exists()

    def test_are_only_read_in_the_warehouse(self, desk):
        address = reverse("admin:marketing_markdownrule_add")

        assert desk("warehouse").get(address).status_code == 403


class TestAlerts:
    def test_hide_names_from_who_has_no_part_in_customers(self, desk):
        alert = waiting(stocked_variant(0, availability="none"), first_name="Аграфена")
        listing = reverse("admin:marketing_backinstockalert_changelist")
        address = reverse("admin:marketing_backinstockalert_change", args=(alert.pk,))

        for page in (listing, address):
            assert "Аграфена" in desk("manager").get(page).content.decode()
            assert "Аграфена" not in desk("marketing").get(page).content.decode()

    def test_are_told_apart(self, desk):
        variant = stocked_variant(0, availability="none")
        waiting(variant)
        told = waiting(variant)
        BackInStockAlert.objects.filter(pk=told.pk).update(told_at=told.asked_at)
        listing = reverse("admin:marketing_backinstockalert_changelist")

        found = [
            list(desk("manager").get(listing, {"told": told}).context["cl"].result_list)
            for told in ("no", "yes")
        ]

        assert [len(rows) for rows in found] == [1, 1]
        assert found[1] == [told]


class TestTheJobs:
    def test_call_the_services(self, rules, monkeypatch):
        from apps.marketing import tasks

        called = []
        for name in ("propose_markdowns", "spread_notices", "tell_low_stock",
                     "tell_back_in_stock"):  # fmt: skip
            monkeypatch.setattr(services, name, lambda now, name=name: called.append(name))
        for task in (tasks.propose_markdowns, tasks.spread_notices, tasks.watch_stock):
            task()

        assert called == ["propose_markdowns", "spread_notices", "tell_low_stock",
                          "tell_back_in_stock"]  # fmt: skip
