"""A provider's list beside our books: what we missed is settled, what differs is asked."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.core.time import now, shop_date, shop_zone
from apps.orders import services as orders
from apps.orders.dto import OrderStatus
from apps.payments import selectors, services
from apps.payments.dto import OddityKind, PaymentFact, PaymentState
from apps.payments.errors import ProviderUnavailable
from apps.payments.gateways import stripe, yookassa
from apps.payments.models import DayComparison, Oddity, Payment
from tests.admin.conftest import desk_of
from tests.factories import StaffFactory, placed_order
from tests.factories.money import started
from tests.gateway import silence

HOUR = timedelta(hours=1)
GATEWAYS = {"yookassa": yookassa.YooKassaGateway(), "stripe": stripe.StripeGateway()}


class TestListPayments:
    @pytest.mark.parametrize(("provider", "module"), [("yookassa", yookassa), ("stripe", stripe)])
    def test_reads_every_page(self, bank, new_payment, monkeypatch, provider, module):
        monkeypatch.setattr(module, "_PAGE", 2)
        gateway, before = GATEWAYS[provider], now() - timedelta(seconds=1)
        ids = [gateway.create(new_payment()).provider_payment_id for _ in range(5)]
        bank.pay(ids[0])

        listed = list(gateway.list_payments(before, now() + timedelta(seconds=1)))

        known = {fact.provider_payment_id: fact for fact in listed}
        assert len(listed) == len(known)
        assert set(ids) <= set(known)
        assert known[ids[0]] == gateway.fetch(ids[0])
        earlier = gateway.list_payments(before - timedelta(days=1), before)
        assert not {fact.provider_payment_id for fact in earlier} & set(ids)

    @pytest.mark.parametrize("provider", list(GATEWAYS))
    def test_tells_that_there_is_no_answer(self, bank, provider):
        bank.plan(calls=[["list", "refuse"]])

        with pytest.raises(ProviderUnavailable):
            list(GATEWAYS[provider].list_payments(now(), now()))

    def test_names_the_charges_of_the_chat_too(self, bank, new_payment, settings):
        settings.TELEGRAM_ACQUIRER = "stripe"
        gateway, before = GATEWAYS["stripe"], now() - timedelta(seconds=1)
        session = gateway.create(new_payment(reference="")).provider_payment_id
        bank.pay(session)
        gateway.capture(session, amount=Decimal("1099.00"), key=str(uuid4()), receipt=None)

        listed = {f.provider_payment_id: f for f in gateway.list_payments(before, before + HOUR)}

        charge = listed[session.replace("cs_", "ch_")]
        assert (charge.state, charge.captured) == (PaymentState.CAPTURED, Decimal("1099.00"))


@pytest.fixture
def payment(gateway):
    return started(placed_order(payment="yookassa"))


@pytest.fixture
def today():
    return shop_date(now())


def compare(day: date) -> DayComparison:
    return services.compare_day(provider="yookassa", day=day, now=now())


@pytest.mark.django_db
class TestCompareDay:
    def test_agrees(self, payment, gateway, today):
        gateway.pay("pay-1", capture=True)
        services.ask(payment_id=payment.pk, now=now())

        seen = compare(today)

        assert (seen.their_captured, seen.our_captured) == (payment.amount, payment.amount)
        assert (seen.their_payments, seen.our_payments, seen.differences) == (1, 1, 0)
        assert not Oddity.objects.exists()

    def test_settles_what_nobody_told(self, payment, gateway, today):
        gateway.pay("pay-1", capture=True)

        seen = compare(today)

        payment.refresh_from_db()
        assert payment.order.status == OrderStatus.PLACED
        assert (payment.captured, seen.differences) == (payment.amount, 0)

    def test_asks_about_what_differs_still(self, payment, gateway, today):
        gateway.pay("pay-1", capture=True)
        gateway.change("pay-1", captured=Decimal("1.00"))

        first = compare(today)
        again = compare(today)

        kinds = sorted(Oddity.objects.values_list("kind", flat=True))
        assert kinds == [OddityKind.DIFFERENCE, OddityKind.WRONG_AMOUNT]
        assert (first.differences, again.differences) == (1, 1)
        assert DayComparison.objects.get() == first

    def test_asks_about_money_that_we_do_not_know(self, gateway, today, db):
        for number, state in enumerate(PaymentState):
            taken = Decimal("5.00") if state == PaymentState.CAPTURED else Decimal(0)
            gateway.facts[f"x{number}"] = PaymentFact(
                f"x{number}", str(uuid4()), state, Decimal("5.00"), "RUB", taken, Decimal(0)
            )

        seen = compare(today)

        assert (seen.their_payments, seen.our_payments, seen.differences) == (4, 0, 2)
        assert {oddity.kind for oddity in Oddity.objects.all()} == {OddityKind.UNKNOWN_PAYMENT}

    def test_asks_about_ours_that_the_provider_does_not_know(self, payment, gateway, today):
        gateway.facts.clear()

        assert compare(today).differences == 1

        assert Oddity.objects.get().payment == payment

    def test_finds_the_payment_whose_id_was_never_written_down(self, payment, gateway, today):
        Payment.objects.update(provider_payment_id=None)
        gateway.pay("pay-1")

        compare(today)

        assert Payment.objects.get().provider_payment_id == "pay-1"
        assert Payment.objects.get().state == PaymentState.AUTHORIZED

    def test_knows_what_staff_gave_back_by_hand(self, payment, gateway, today):
        gateway.pay("pay-1", capture=True)
        services.ask(payment_id=payment.pk, now=now())
        refund = services.request_refund(
            payment_id=payment.pk, amount=Decimal("10.00"), reason="by hand", now=now()
        )
        clerk = StaffFactory(role="manager")
        services.book_given_back(refund_id=refund.pk, actor_id=clerk.pk)

        assert compare(today).differences == 0

        gateway.change("pay-1", refunded=Decimal("5.00"))
        assert compare(today).differences == 0

        payment.refresh_from_db()
        assert (payment.refunded, compare(today).our_refunded) == (Decimal(15), Decimal(5))
        assert selectors.check_books() == []

    def test_asks_for_the_shops_own_day(self, payment, gateway):
        compare(date(2026, 3, 1))

        start, end = next(told for what, told in gateway.asked if what == "list").split()
        assert datetime.fromisoformat(start) == datetime(2026, 3, 1, tzinfo=shop_zone())
        assert datetime.fromisoformat(end) == datetime(2026, 3, 2, tzinfo=shop_zone())

    def test_lists_with_few_questions_to_the_database(
        self, gateway, today, django_assert_max_num_queries, db
    ):
        for number in range(150):
            gateway.facts[f"x{number}"] = PaymentFact(
                f"x{number}", "", PaymentState.PENDING, Decimal(5), "RUB", Decimal(0), Decimal(0)
            )

        with django_assert_max_num_queries(10):
            compare(today)


@pytest.mark.django_db
class TestCompareDueDays:
    def days(self):
        return list(DayComparison.objects.values_list("provider", "day"))

    def test_compares_yesterday_once(self, payment, gateway):
        moment = now()

        counts = [services.compare_due_days(now=moment) for _ in range(2)]

        yesterday = shop_date(moment) - timedelta(days=1)
        assert counts == [2, 0]
        assert self.days() == [("stripe", yesterday), ("yookassa", yesterday)]

    def test_comes_back_a_week_later(self, gateway, db):
        moment = now()
        services.compare_due_days(now=moment)
        for days in range(1, 7):
            assert services.compare_due_days(now=moment + timedelta(days=days)) == 2

        counts = [services.compare_due_days(now=moment + timedelta(days=7)) for _ in range(2)]

        assert counts == [4, 0]

    def test_makes_up_for_days_on_which_nothing_ran(self, gateway, db):
        moment = now()
        services.compare_due_days(now=moment)

        counts = [services.compare_due_days(now=moment + timedelta(days=9)) for _ in range(2)]

        # Seven days of each provider's that were missed, and the first once more, late.
        assert counts == [2 * 7 + 2, 0]

    def test_asks_again_whoever_did_not_answer(self, gateway, db):
        gateway.trouble = silence()

        counts = [services.compare_due_days(now=now()) for _ in range(2)]

        assert counts == [1, 1]

    def test_compares_once_more_when_asked(self, gateway, db, django_capture_on_commit_callbacks):
        services.compare_due_days(now=now())
        comparison = DayComparison.objects.first()

        services.ask_for_comparison(comparison_id=comparison.pk)

        assert services.compare_due_days(now=now()) == 1
        assert selectors.check_books() == []


class TestWithoutAList:
    """In the chat, with an acquirer that is not ours: Telegram itself lists nothing."""

    def paid(self):
        order = placed_order(payment="telegram")
        paid = orders.ChatPayment(
            str(order.payments.get().public_id), order.customer.telegram_id, order.total, "RUB"
        )
        orders.settle_chat_payment(paid=paid, charge_id="charge-1", now=now())
        return order

    @pytest.fixture
    def chat(self, gateway, settings):
        path = "apps.payments.gateways.telegram.TelegramGateway"
        settings.PAYMENT_GATEWAYS = {"telegram": path}
        settings.TELEGRAM_ACQUIRER = ""

    def test_is_said_plainly_beside_what_our_books_say(self, db, chat, owner):
        order = self.paid()
        tomorrow = now() + timedelta(days=1)

        services.compare_due_days(now=tomorrow)
        services.compare_due_days(now=tomorrow)

        day = DayComparison.objects.get(provider="telegram", day=shop_date(now()))
        assert (day.has_list, day.our_payments, day.differences) == (False, 1, 0)
        assert day.our_captured == order.payments.get().captured
        page = desk_of(owner).get(reverse("admin:payments_daycomparison_changelist"))
        assert "сверьте их вручную" in page.content.decode() or "by hand" in page.content.decode()

    def test_is_another_thing_than_a_list_that_agrees(self, db, chat):
        services.compare_day(provider="telegram", day=shop_date(now()), now=now())

        with pytest.raises(IntegrityError), transaction.atomic():
            DayComparison.objects.update(their_payments=1)

    def test_is_not_noted_where_the_acquirer_has_one(self, db, gateway, settings):
        settings.PAYMENT_GATEWAYS = settings.PAYMENT_GATEWAYS | {"telegram": "x"}
        settings.TELEGRAM_ACQUIRER = "yookassa"

        services.compare_due_days(now=now())

        assert not DayComparison.objects.filter(provider="telegram").exists()
