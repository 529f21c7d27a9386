"""A recall in the admin: begun at the lot, confirmed by hand, followed on its report."""

import csv
import io

import pytest
from django.urls import reverse

from apps.core.time import now
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Recall, RecallOrder, RecallRefund
from apps.orders import services as orders
from apps.payments import selectors as money
from tests.admin.conftest import desk_of
from tests.factories import StaffFactory
from tests.fulfilment.state import whole_state

PASSWORD = "Sesam-1234-öffne"


@pytest.fixture
def delivered(shop, owner):
    """Three packs of the lot are with their customer."""
    way = (orders.confirm_order, fulfilment.start_picking, fulfilment.pack_order,
           fulfilment.send_out, fulfilment.deliver)  # fmt: skip
    for step in way:
        step(order_id=shop.order.pk, actor_id=owner.pk, now=now())
    shop.order.refresh_from_db()
    return shop.order


@pytest.fixture
def manager_desk(db):
    manager = StaffFactory(role="manager")
    manager.set_password(PASSWORD)
    manager.save()
    return desk_of(manager)


def start_of(lot):
    return f"{reverse('admin:fulfilment_recall_add')}?lot={lot.pk}"


def recall(desk, lot, **fields):
    said = {"reason": "plastic", "confirmation": lot.code} | fields
    return desk.post(start_of(lot), said, follow=True)


def report_of(record):
    return reverse("admin:fulfilment_recall_change", args=(record.pk,))


class TestTheRecall:
    def test_begins_at_the_lot(self, shop, delivered, manager_desk):
        page = manager_desk.get(reverse("admin:inventory_lot_change", args=(shop.lot.pk,)))
        assert start_of(shop.lot) in page.content.decode()

        preview = manager_desk.get(start_of(shop.lot)).content.decode()

        assert delivered.number in preview
        assert delivered.contact_phone in preview

    def test_is_done_once_with_the_code_typed_by_hand(self, shop, delivered, manager_desk):
        answer = recall(manager_desk, shop.lot, confirmation=f" {shop.lot.code.lower()} ")
        again = recall(manager_desk, shop.lot)

        assert Recall.objects.get().reason == "plastic"
        assert answer.redirect_chain[-1][0] == report_of(Recall.objects.get())
        assert again.redirect_chain[-1][0] == report_of(Recall.objects.get())
        assert RecallOrder.objects.count() == 1

    @pytest.mark.parametrize(
        "fields", [{"confirmation": "yes"}, {"confirmation": ""}, {"reason": ""}, {"reason": " "}]
    )
    def test_keeps_the_form_when_it_is_refused_and_changes_nothing(
        self, shop, delivered, manager_desk, fields
    ):
        before = whole_state(delivered)

        answer = recall(manager_desk, shop.lot, **fields)

        assert answer.status_code == 200
        assert answer.context["form"].errors
        assert whole_state(delivered) == before

    @pytest.mark.parametrize("role", ["warehouse", "courier", "support", "marketing"])
    def test_is_for_owner_and_manager_only(self, shop, delivered, desk, role):
        before = whole_state(delivered)

        assert desk(role).get(start_of(shop.lot)).status_code == 403
        assert recall(desk(role), shop.lot).status_code == 403
        assert whole_state(delivered) == before

    def test_hides_its_button_from_the_warehouse(self, shop, desk):
        page = desk("warehouse").get(reverse("admin:inventory_lot_change", args=(shop.lot.pk,)))

        assert start_of(shop.lot) not in page.content.decode()

    @pytest.mark.parametrize("lot", ["", "99999999", "x", "9" * 40])
    def test_shows_a_way_on_without_a_lot(self, db, manager_desk, lot):
        answer = manager_desk.get(reverse("admin:fulfilment_recall_add"), {"lot": lot}, follow=True)

        assert answer.status_code == 200
        assert reverse("admin:inventory_lot_changelist") in answer.content.decode()

    def test_says_so_when_nothing_was_ever_sold(self, shop, manager_desk):
        assert "was ever sold" in manager_desk.get(start_of(shop.lot)).content.decode()

        answer = recall(manager_desk, shop.lot)

        assert "was ever sold" in answer.content.decode()


class TestTheReport:
    @pytest.fixture
    def record(self, shop, delivered, owner):
        return fulfilment.recall_lot(
            lot_id=shop.lot.pk, reason="plastic", confirmation=shop.lot.code, actor_id=owner.pk,
            now=now(),
        )  # fmt: skip

    def deed(self, desk, record, deed, row_id, **kwargs):
        address = reverse("admin:fulfilment_recall_row", args=(record.pk, deed, row_id))
        return desk.post(address, follow=True, **kwargs)

    def settle(self, desk, record, password=PASSWORD, **fields):
        refund = RecallRefund.objects.get()
        address = reverse("admin:fulfilment_recall_settle", args=(record.pk,))
        return desk.post(address, {"refund": refund.pk, "password": password} | fields, follow=True)

    def test_notes_a_call(self, record, manager_desk):
        answer = self.deed(manager_desk, record, "called", RecallOrder.objects.get().pk)

        assert RecallOrder.objects.get().called_at
        assert answer.context["report"].told == 1

    def test_gives_money_back_for_a_password(self, record, delivered, manager_desk):
        wrong = self.settle(manager_desk, record, password="guess")
        assert RecallRefund.objects.get().state == "prepared"
        assert wrong.context["messages"]

        self.settle(manager_desk, record)

        refund = RecallRefund.objects.get()
        assert refund.state == "settled"
        assert money.captured(order_id=delivered.pk) == delivered.total - refund.amount
        again = self.settle(manager_desk, record)
        assert "settled already" in " ".join(str(one) for one in again.context["messages"])

    @pytest.mark.parametrize("chosen", [[], ["x"], ["99999999"], ["9" * 40]])
    def test_gives_nothing_back_that_is_not_there(self, record, delivered, manager_desk, chosen):
        before = whole_state(delivered)

        self.settle(manager_desk, record, refund=chosen)

        assert whole_state(delivered) == before

    def test_notes_that_nothing_is_to_be_given_back(self, record, manager_desk):
        self.deed(manager_desk, record, "waive", RecallRefund.objects.get().pk)

        assert RecallRefund.objects.get().state == "waived"

    @pytest.mark.parametrize("role", ["warehouse"])
    def test_is_to_read_for_the_warehouse(self, record, delivered, desk, role):
        before = whole_state(delivered)
        reader = desk(role)

        page = reader.get(report_of(record)).content.decode()
        for deed in ("called", "waive"):
            self.deed(reader, record, deed, RecallOrder.objects.get().pk)
        self.settle(reader, record)

        assert delivered.number in page
        assert 'data-deed="settle"' not in page
        assert whole_state(delivered) == before

    @pytest.mark.parametrize("role", ["courier", "support", "marketing"])
    def test_is_closed_to_others(self, record, desk, role):
        csv_page = reverse("admin:fulfilment_recall_csv", args=(record.pk,))
        for address in (report_of(record), csv_page):
            assert desk(role).get(address).status_code == 403
        assert self.deed(desk(role), record, "waive", 1).status_code == 403

    def test_knows_no_other_buttons(self, record, manager_desk):
        assert self.deed(manager_desk, record, "explode", 1).status_code == 404
        assert manager_desk.get(
            reverse("admin:fulfilment_recall_row", args=(record.pk, "waive", 1))
        ).status_code == 405  # fmt: skip

    def test_goes_into_a_spreadsheet_without_formulas(self, record, delivered, manager_desk):
        type(delivered).objects.update(contact_name="=HYPERLINK(1)", contact_phone="+79160000000")

        answer = manager_desk.get(reverse("admin:fulfilment_recall_csv", args=(record.pk,)))

        _head, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert row[0] == delivered.number
        assert row[2:5] == ["'=HYPERLINK(1)", "'+79160000000", "3"]
        assert answer["Content-Type"].startswith("text/csv")

    def test_escapes_what_people_wrote(self, record, delivered, manager_desk):
        type(delivered).objects.update(contact_name="<script>alert(1)</script>")

        page = manager_desk.get(report_of(record)).content.decode()

        assert "<script>alert(1)" not in page
