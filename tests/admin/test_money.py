"""Money moves by buttons: a reason, the password once more, and never twice."""

from decimal import Decimal

import pytest
from django.urls import reverse

from apps.payments import selectors
from apps.payments.admin.questions import OddityAdmin
from apps.payments.dto import OddityKind, RefundState
from apps.payments.models import DayComparison, MoneyEntry, Oddity, Payment, ProviderCall, Refund
from tests.admin.conftest import desk_of
from tests.factories import StaffFactory, stocked_variant
from tests.factories.money import paid_online

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password-of-staff"


@pytest.fixture
def payment(gateway):
    return paid_online(gateway, stocked_variant(20))


@pytest.fixture
def boss(db):
    user = StaffFactory(role="manager")
    user.set_password(PASSWORD)
    user.save()
    return user


def press(desk, record, deed, **values):
    name = f"admin:payments_{record._meta.model_name}"
    page = desk.get(reverse(f"{name}_do", args=(record.pk, deed)))
    state = page.context["state"] if page.status_code == 200 else ""
    return desk.post(
        reverse(f"{name}_do", args=(record.pk, deed)), {"state": state, **values}, follow=True
    )


def give_back(desk, payment, **values):
    told = {"amount": "100.00", "reason": "spoiled", "password": PASSWORD}
    return press(desk, payment, "give-back", **(told | values))


class TestGiveBack:
    def test_promises_a_refund_by_whom_and_why(self, payment, boss):
        give_back(desk_of(boss), payment)

        refund = Refund.objects.latest("pk")
        payment.refresh_from_db()
        assert (refund.amount, refund.reason, refund.actor) == (Decimal("100.00"), "spoiled", boss)
        assert payment.refunding == Decimal("110.00")

    @pytest.mark.parametrize(
        "values",
        [{"password": "wrong"}, {"reason": ""}, {"amount": "0"}, {"amount": "-1"},
         {"amount": "1000000"}, {"amount": "NaN"}],
    )  # fmt: skip
    def test_refuses_and_moves_nothing(self, payment, boss, values):
        answer = give_back(desk_of(boss), payment, **values)

        assert answer.status_code == 200
        assert Refund.objects.count() == 1
        assert not MoneyEntry.objects.filter(kind="refund").exists()

    def test_locks_after_five_wrong_passwords(self, payment, boss):
        desk = desk_of(boss)
        for _ in range(5):
            give_back(desk, payment, password="wrong")

        give_back(desk, payment)

        assert Refund.objects.count() == 1

    def test_is_not_pressed_twice(self, payment, boss):
        desk = desk_of(boss)
        url = reverse("admin:payments_payment_do", args=(payment.pk, "give-back"))
        state = desk.get(url).context["state"]
        told = {"state": state, "amount": "100", "reason": "spoiled", "password": PASSWORD}

        for _ in range(2):
            desk.post(url, told)

        assert Refund.objects.count() == 2

    @pytest.mark.parametrize("role", ["support", "warehouse", "courier", "marketing"])
    def test_is_no_button_of_others(self, payment, role):
        answer = give_back(desk_of(StaffFactory(role=role)), payment)

        assert answer.status_code == 403
        assert Refund.objects.count() == 1


class TestQuestions:
    def test_are_settled_with_a_decision(self, payment, boss):
        oddity = Oddity.objects.get()

        press(desk_of(boss), oddity, "settle", reason="The customer paid twice: given back.")

        oddity.refresh_from_db()
        assert oddity.settled_by == boss
        assert oddity.decision.startswith("The customer paid twice")

    def test_book_what_was_given_by_hand(self, payment, boss, gateway):
        refund = Refund.objects.get()
        ProviderCall.objects.update(state="failed")
        oddity = Oddity.objects.get()
        Oddity.objects.update(kind=OddityKind.NO_ACQUIRER)

        press(desk_of(boss), oddity, "given-by-hand", reason="by bank transfer", password=PASSWORD)

        refund.refresh_from_db()
        payment = Payment.objects.get()
        assert refund.state == RefundState.DONE
        assert (payment.refunding, payment.refunded) == (Decimal("0.00"), Decimal("10.00"))
        assert selectors.check_books() == []

    @pytest.mark.parametrize(
        ("details", "shown"),
        [
            ({"amount": "1517.5", "expected": "1517.00"}, ["1,517.50\xa0₽", "1,517\xa0₽"]),
            # Sums of another currency are none of ours; a liar's are no sums.
            ({"amount": "20.00", "currency": "USD"}, ["20.00", "USD"]),
            ({"amount": "NaN", "expected": "None"}, ["NaN", "None"]),
        ],
    )
    def test_name_sums_as_people_read_them(self, payment, boss, details, shown):
        oddity = Oddity.objects.get()
        Oddity.objects.update(details=details)

        page = desk_of(boss).get(reverse("admin:payments_oddity_change", args=(oddity.pk,)))

        told = OddityAdmin.told(page.context["adminform"].model_admin, Oddity.objects.get())
        assert [line.split(": ")[1] for line in told.split("<br>")[:-1]] == shown

    def test_stand_on_the_first_page_while_they_wait(self, payment, boss):
        page = desk_of(boss).get("/admin/").content.decode()

        assert "Questions about money" in page


class TestComparisons:
    def test_say_what_differs_and_are_made_again(self, payment, boss):
        comparison = DayComparison.objects.get()
        DayComparison.objects.update(differences=2, their_payments=3)
        desk = desk_of(boss)
        shown = desk.get(reverse("admin:payments_daycomparison_changelist")).content.decode()

        press(desk, comparison, "compare")

        comparison.refresh_from_db()
        assert "2 differences" in shown
        assert "3 there, 1 here" in shown
        assert comparison.compared_at is None
