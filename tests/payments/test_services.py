"""Cash: expected, taken once, given back at most as much."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core.time import now
from apps.payments import errors, selectors, services
from apps.payments.dto import EntryKind, PaymentState, Provider
from apps.payments.models import MoneyEntry, Payment
from tests.factories import OrderFactory, StaffFactory
from tests.races import raised, together

pytestmark = pytest.mark.django_db

SUM = Decimal("799.00")


def money():
    """Return everything that is known of money, to compare before and after."""
    fields = ("id", "state", "amount", "captured", "refunded")
    return (
        list(Payment.objects.order_by("pk").values_list(*fields)),
        list(MoneyEntry.objects.order_by("pk").values_list("payment", "kind", "amount")),
    )


@pytest.fixture
def order(db):
    return OrderFactory()


@pytest.fixture
def expected(order):
    return services.open_payment(order_id=order.pk, provider=Provider.CASH, amount=SUM)


@pytest.fixture
def taken(order, expected):
    return services.record_cash(order_id=order.pk, amount=SUM, actor_id=None)


class TestOpenPayment:
    def test_expects_a_sum(self, expected):
        assert (expected.state, expected.amount) == (PaymentState.PENDING, SUM)
        assert selectors.captured(order_id=expected.order_id) == 0

    def test_refuses_a_second_one_and_changes_nothing(self, order, expected):
        before = money()

        with pytest.raises(errors.PaymentAlreadyOpen):
            services.open_payment(order_id=order.pk, provider=Provider.CASH, amount=SUM)

        assert money() == before

    def test_refuses_a_negative_sum(self, order):
        with pytest.raises(errors.InvalidAmount):
            services.open_payment(order_id=order.pk, provider=Provider.CASH, amount=Decimal(-1))

        assert money() == ([], [])


class TestChangeAmount:
    def test_expects_another_sum(self, order, expected):
        services.change_amount(order_id=order.pk, amount=Decimal("500.00"), now=now())

        expected.refresh_from_db()
        assert expected.amount == Decimal("500.00")

    def test_refuses_after_the_cash_was_taken_and_changes_nothing(self, order, taken):
        before = money()

        with pytest.raises(errors.PaymentNotExpected):
            services.change_amount(order_id=order.pk, amount=Decimal("500.00"), now=now())

        assert money() == before

    def test_refuses_a_negative_sum_and_changes_nothing(self, order, expected):
        before = money()

        with pytest.raises(errors.InvalidAmount):
            services.change_amount(order_id=order.pk, amount=Decimal("-0.01"), now=now())

        assert money() == before


class TestRecordCash:
    def test_captures_the_payment_and_writes_the_ledger(self, order, expected):
        courier = StaffFactory(role="courier")

        payment = services.record_cash(order_id=order.pk, amount=SUM, actor_id=courier.pk)

        assert (payment.state, payment.captured) == (PaymentState.CAPTURED, SUM)
        entry = MoneyEntry.objects.get()
        assert (entry.kind, entry.amount, entry.actor_id) == (EntryKind.CAPTURE, SUM, courier.pk)
        assert selectors.captured(order_id=order.pk) == SUM
        assert selectors.check_books() == []

    def test_leaves_no_entry_for_a_free_order(self, order):
        services.open_payment(order_id=order.pk, provider=Provider.CASH, amount=Decimal(0))

        services.record_cash(order_id=order.pk, amount=Decimal(0), actor_id=None)

        assert Payment.objects.get().state == PaymentState.CAPTURED
        assert not MoneyEntry.objects.exists()
        assert selectors.check_books() == []

    def test_refuses_a_second_time_and_changes_nothing(self, order, taken):
        before = money()

        with pytest.raises(errors.CashAlreadyTaken):
            services.record_cash(order_id=order.pk, amount=SUM, actor_id=None)

        assert money() == before

    @pytest.mark.parametrize("amount", ["798.99", "799.01", "0.00"])
    def test_refuses_another_sum_and_changes_nothing(self, order, expected, amount):
        before = money()

        with pytest.raises(errors.WrongCashAmount) as refusal:
            services.record_cash(order_id=order.pk, amount=Decimal(amount), actor_id=None)

        assert money() == before
        assert "799" in str(refusal.value)

    def test_refuses_a_cancelled_payment_and_changes_nothing(self, order, expected):
        services.let_go(order_id=order.pk, reason="", now=now())
        before = money()

        with pytest.raises(errors.PaymentNotExpected):
            services.record_cash(order_id=order.pk, amount=SUM, actor_id=None)

        assert money() == before


class TestLetGo:
    def test_stops_expecting(self, order, expected):
        services.let_go(order_id=order.pk, reason="", now=now())

        assert Payment.objects.get().state == PaymentState.CANCELLED

    def test_leaves_money_that_was_taken(self, order, taken):
        services.let_go(order_id=order.pk, reason="", now=now())

        assert Payment.objects.get().state == PaymentState.CAPTURED


class TestRefundCash:
    def test_gives_money_back_in_parts(self, order, taken):
        for part in ("500.00", "299.00"):
            services.refund_cash(order_id=order.pk, amount=Decimal(part), actor_id=None)

        assert selectors.captured(order_id=order.pk) == 0
        assert list(MoneyEntry.objects.order_by("pk").values_list("amount", flat=True)) == [
            SUM,
            Decimal("-500.00"),
            Decimal("-299.00"),
        ]
        assert selectors.check_books() == []

    def test_refuses_more_than_is_left_and_changes_nothing(self, order, taken):
        services.refund_cash(order_id=order.pk, amount=Decimal("500.00"), actor_id=None)
        before = money()

        with pytest.raises(errors.RefundTooLarge) as refusal:
            services.refund_cash(order_id=order.pk, amount=Decimal("299.01"), actor_id=None)

        assert money() == before
        assert refusal.value.facts["left"] == Decimal("299.00")

    @pytest.mark.parametrize("amount", ["0", "-5"])
    def test_refuses_a_sum_that_is_none(self, order, taken, amount):
        before = money()

        with pytest.raises(errors.InvalidAmount):
            services.refund_cash(order_id=order.pk, amount=Decimal(amount), actor_id=None)

        assert money() == before

    def test_refuses_where_nothing_was_taken(self, order, expected):
        before = money()

        with pytest.raises(errors.PaymentNotExpected):
            services.refund_cash(order_id=order.pk, amount=SUM, actor_id=None)

        assert money() == before


class TestLedger:
    @pytest.mark.parametrize("change", ["UPDATE {t} SET amount = 1", "DELETE FROM {t}"])
    def test_is_never_rewritten(self, taken, change):
        before = money()

        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change.format(t="payments_moneyentry"))

        assert money() == before


class TestCheckBooks:
    def test_names_the_payment_that_lies(self, taken):
        Payment.objects.update(refunded=Decimal("1.00"))

        (wrong,) = selectors.check_books()

        assert (wrong.subject, wrong.counter) == (f"payment {taken.pk}", "refunded")
        assert (wrong.found, Decimal(wrong.expected)) == ("1.00", 0)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_cash_is_taken_once(self, order, expected):
        calls = [
            partial(services.record_cash, order_id=order.pk, amount=SUM, actor_id=None)
            for _ in range(8)
        ]

        refusals = raised(together(calls))

        assert [type(refusal) for refusal in refusals] == [errors.CashAlreadyTaken] * 7
        assert selectors.captured(order_id=order.pk) == SUM
        assert selectors.check_books() == []

    def test_refunds_never_exceed_what_was_taken(self, order, taken):
        part = Decimal("300.00")
        calls = [
            partial(services.refund_cash, order_id=order.pk, amount=part, actor_id=None)
            for _ in range(8)
        ]

        refusals = raised(together(calls))

        assert [type(refusal) for refusal in refusals] == [errors.RefundTooLarge] * 6
        assert selectors.captured(order_id=order.pk) == Decimal("199.00")
        assert selectors.check_books() == []

    def test_the_table_itself_refuses_a_refund_too_many(self, order, taken):
        """The negative control: the guard left out, the CHECK stops it."""
        with pytest.raises(IntegrityError), transaction.atomic():
            Payment.objects.update(refunded=SUM + 1)
