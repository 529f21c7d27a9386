"""Every sum that is taken in part or goes back has a receipt that says for what (54-FZ)."""

import time
from datetime import timedelta
from decimal import Decimal
from functools import partial
from threading import Event
from uuid import uuid4

import pytest

from apps.core.time import now
from apps.fulfilment import services as fulfilment
from apps.fulfilment.dto import StepDetails
from apps.orders import services
from apps.orders.dto import OrderEdit, OrderStatus
from apps.orders.services import erasing as orders_erasing
from apps.payments import services as payments
from apps.payments.dto import ReceiptLine
from apps.payments.errors import MoneyOnItsWay, ProviderRefused
from apps.payments.models import Oddity, Payment, ProviderCall, Refund
from apps.payments.services import StepUp
from apps.users import services as users
from tests.factories import StaffFactory, placed_order, stocked_variant
from tests.factories.money import started
from tests.gateway import silence
from tests.races import raised, together

pytestmark = pytest.mark.django_db
FEE = Decimal("199.00")
PASSWORD = "a-long-password-of-staff"


@pytest.fixture
def boss(db):
    user = StaffFactory(role="manager")
    user.set_password(PASSWORD)
    user.save()
    return user


def bought(payment="yookassa"):
    """Three packs of 233.33, and two of 100.00, brought for 199.00."""
    return placed_order(
        payment=payment,
        wanted={stocked_variant(20, price="233.33"): 3, stocked_variant(9, price="100.00"): 2},
    )


def pay(order, gateway, *, capture):
    payment = started(order)
    gateway.pay(payment.provider_payment_id, capture=capture)
    payments.ask(payment_id=payment.pk, now=now())
    return payment


def send():
    for payment_id in payments.send_due_calls(now=now()):
        payments.ask_quietly(payment_id=payment_id, now=now())


def told(gateway):
    """Return the last receipt: units and totals of its lines; it sums to what moved."""
    _kind, amount, receipt = gateway.receipts[-1]
    assert sum(line.total for line in receipt.lines) == amount
    assert receipt.phone
    return [(line.quantity, line.total) for line in receipt.lines]


def edit(order, boss, stays):
    lines = list(order.lines.order_by("pk"))
    return fulfilment.edit_order(
        order_id=order.pk, edit=OrderEdit({lines[at].pk: count for at, count in stays.items()}),
        reason="asked for", actor_id=boss.pk, now=now(), proof=StepUp(
            actor_id=boss.pk, username=boss.username, password=PASSWORD, address="10.0.0.1"
        ),
    )  # fmt: skip


def taken(bank):
    """Return a payment that was made and taken at the bank, with its receipt."""
    order = bought()
    payment = started(order)
    bank.pay(payment.provider_payment_id)
    payments.ask(payment_id=payment.pk, now=now())
    payments.take_what_is_due(order_id=order.pk, amount=order.total, now=now())
    send()
    payment.refresh_from_db()
    return payment


def give_back(payment):
    payments.request_refund(
        payment_id=payment.pk, amount=Decimal("50.00"), reason="late", now=now()
    )


def begin(order, boss):
    for step in (services.confirm_order, fulfilment.start_picking):
        step(order_id=order.pk, actor_id=boss.pk, now=now())


def deliver(order, boss):
    begin(order, boss)
    do = {"order_id": order.pk, "actor_id": boss.pk, "now": now()}
    fulfilment.pack_order(**do)
    for target in (OrderStatus.OUT_FOR_DELIVERY, OrderStatus.DELIVERED):
        fulfilment.take_step(target=target, details=StepDetails(), **do)


class TestReceipts:
    def test_list_what_an_edit_takes_out(self, gateway, boss):
        order = bought()
        pay(order, gateway, capture=True)

        edit(order, boss, {0: 1, 1: 1})
        send()

        assert told(gateway) == [(2, Decimal("466.66")), (1, Decimal("100.00"))]

    def test_list_what_is_in_a_box_that_is_short(self, gateway, boss):
        order = bought()
        pay(order, gateway, capture=False)
        begin(order, boss)
        first = order.lines.order_by("pk").first()
        services.apply_shortage(order_id=order.pk, picked={first.pk: 2}, now=now())

        order.refresh_from_db()
        lines = services.receipt_of(order).lines

        listed = [(line.quantity, line.total) for line in lines]
        assert listed == [(2, Decimal("466.66")), (2, Decimal("200.00")), (1, FEE)]
        assert sum(line.total for line in lines) == order.total
        assert lines[-1].name == "Доставка"

    def test_go_along_with_money_that_is_taken(self, gateway, boss):
        order = bought()
        pay(order, gateway, capture=False)
        edit(order, boss, {0: 2})
        begin(order, boss)
        fulfilment.pack_order(order_id=order.pk, actor_id=boss.pk, now=now())

        send()

        assert gateway.receipts[-1][0] == "capture"
        assert told(gateway) == [(2, Decimal("466.66")), (2, Decimal("200.00")), (1, FEE)]

    def test_list_what_was_missing_now_and_not_before(self, gateway, boss):
        order = bought()
        pay(order, gateway, capture=True)
        begin(order, boss)
        first, second = order.lines.order_by("pk")
        services.apply_shortage(order_id=order.pk, picked={first.pk: 2}, now=now())
        send()
        assert told(gateway) == [(1, Decimal("233.33"))]

        services.apply_shortage(order_id=order.pk, picked={first.pk: 1, second.pk: 0}, now=now())
        send()

        assert told(gateway) == [(1, Decimal("233.33")), (2, Decimal("200.00"))]

    def test_list_all_of_an_order_that_is_cancelled(self, gateway, boss):
        order = bought()
        pay(order, gateway, capture=True)

        services.cancel_order(order_id=order.pk, actor_id=boss.pk, now=now())
        send()

        assert told(gateway) == [(3, Decimal("699.99")), (2, Decimal("200.00")), (1, FEE)]

    def test_list_all_of_what_was_paid_twice_or_late(self, gateway):
        order = bought()
        ways = [
            services.start_payment(
                customer_id=order.customer_id, order_id=order.pk, provider=provider, now=now()
            )
            for provider in ("yookassa", "stripe")
        ]
        for payment in Payment.objects.filter(pk__in=[way.payment_id for way in ways]):
            gateway.pay(payment.provider_payment_id, capture=True)
            payments.ask(payment_id=payment.pk, now=now())

        send()

        assert told(gateway) == [(3, Decimal("699.99")), (2, Decimal("200.00")), (1, FEE)]

    def test_name_the_order_where_nobody_said_for_what(self, gateway, boss):
        order = bought()
        payment = pay(order, gateway, capture=True)
        payments.request_refund(
            payment_id=payment.pk, amount=Decimal("50.00"), reason="late", now=now()
        )

        send()

        assert told(gateway) == [(1, Decimal("50.00"))]
        assert order.number in gateway.receipts[-1][2].lines[0].name

    def test_are_fitted_to_what_moves(self):
        lines = [
            ReceiptLine("a", 1, Decimal("100.00")),
            ReceiptLine("b", 2, Decimal("200.01")),
            ReceiptLine("gift", 1, Decimal("0.00")),
        ]

        fitted = payments.fitted(lines, Decimal("99.99"))

        assert [(line.name, line.total) for line in fitted] == [
            ("a", Decimal("33.33")), ("b", Decimal("66.66"))
        ]  # fmt: skip
        assert payments.fitted(lines[2:], Decimal("5.00")) == []


class TestAFreeSum:
    """Money that staff gave back of their own accord, and what is missing from the box later."""

    @pytest.mark.parametrize(
        ("free", "back"),
        [("50.00", "183.33"), ("233.33", None), ("233.32", "0.01"), ("300.00", None)],
    )
    def test_nets_with_a_shortage_to_the_cent(self, gateway, boss, free, back):
        order = bought()
        payment = pay(order, gateway, capture=True)
        payments.request_refund(
            payment_id=payment.pk, amount=Decimal(free), reason="late", actor_id=boss.pk, now=now()
        )
        begin(order, boss)
        first = order.lines.order_by("pk").first()

        services.apply_shortage(order_id=order.pk, picked={first.pk: 2}, now=now())
        send()

        order.refresh_from_db()
        payment.refresh_from_db()
        given = [refund.amount for refund in Refund.objects.order_by("pk")]
        assert given == [Decimal(free), *([Decimal(back)] if back else [])]
        assert order.total == Decimal("865.66")
        assert payment.left == min(order.total, payment.captured - Decimal(free))
        assert fulfilment.check_books() == []


class TestTheBank:
    """It refuses a part that is taken or given back without a receipt."""

    def test_gets_one_for_all_that_moves(self, bank, boss):
        order = bought()
        payment = started(order)
        bank.pay(payment.provider_payment_id)
        payments.ask(payment_id=payment.pk, now=now())
        edit(order, boss, {0: 2})
        begin(order, boss)
        fulfilment.pack_order(order_id=order.pk, actor_id=boss.pk, now=now())
        send()
        first = order.lines.order_by("pk").first()
        services.apply_shortage(order_id=order.pk, picked={first.pk: 1}, now=now())
        send()
        payments.request_refund(
            payment_id=payment.pk, amount=Decimal("0.01"), reason="x", now=now()
        )
        send()
        fulfilment.cancel_packed(order_id=order.pk, reason="x", actor_id=boss.pk, now=now())
        send()

        assert not Oddity.objects.exists()
        assert set(ProviderCall.objects.values_list("state", flat=True)) == {"done"}
        assert Refund.objects.filter(state="done").count() == 3
        payment.refresh_from_db()
        assert payment.left == 0
        assert fulfilment.check_books() == []

    def test_refuses_money_back_without(self, bank, boss):
        payment = taken(bank)

        with pytest.raises(ProviderRefused, match="invalid_request"):
            payments.gateway_of("yookassa").refund(
                payment.provider_payment_id, amount=Decimal("50.00"), key=str(uuid4()), receipt=None
            )

    def test_refuses_one_that_reaches_nobody(self, bank, boss, settings):
        settings.RECEIPT_EMAIL = ""
        payment = taken(bank)
        type(payment.order).objects.update(contact_phone="")
        give_back(payment)

        send()

        assert Oddity.objects.get().kind == "call_failed"


class TestAForgottenPerson:
    def test_gets_their_money_back_and_the_shop_the_receipt(self, bank, boss, settings):
        settings.RECEIPT_EMAIL = "books@shop.example"
        payment = taken(bank)
        deliver(payment.order, boss)
        users.erase_person(user_id=payment.order.customer_id, now=now())
        give_back(payment)

        send()

        payment.refresh_from_db()
        assert (payment.refunded, payment.refunding) == (Decimal("50.00"), Decimal("0.00"))
        assert not Oddity.objects.exists()
        receipt = bank.receipts()[-1]
        assert receipt["customer"] == {"email": "books@shop.example"}
        assert [item["amount"]["value"] for item in receipt["items"]] == ["50.00"]

    def test_waits_for_money_that_is_on_its_way(self, gateway, boss):
        order = bought()
        payment = pay(order, gateway, capture=True)
        deliver(order, boss)
        give_back(payment)
        # It acts, and the answer is lost: the same words are to be sent again.
        gateway.trouble = silence()
        payments.send_due_calls(now=now())

        with pytest.raises(MoneyOnItsWay):
            users.erase_person(user_id=order.customer_id, now=now())

        order.refresh_from_db()
        assert (order.customer.erased_at, bool(order.contact_phone)) == (None, True)
        for payment_id in payments.send_due_calls(now=now() + timedelta(minutes=1)):
            payments.ask_quietly(payment_id=payment_id, now=now())
        assert len({receipt for _what, _sum, receipt in gateway.receipts}) == 1
        users.erase_person(user_id=order.customer_id, now=now())
        order.refresh_from_db()
        assert order.contact_phone == ""


@pytest.mark.django_db(transaction=True)
class TestARefundWhileAPersonIsForgotten:
    @pytest.mark.parametrize("is_held", [True, False])
    def test_waits_its_turn(self, gateway, boss, monkeypatch, is_held):
        """The negative control lets the refund in between: it would go out in two wordings."""
        order = bought()
        payment = pay(order, gateway, capture=True)
        deliver(order, boss)
        asked, seen = Event(), []
        hold = orders_erasing.payments.hold_for_erasure

        def held(**who):
            if is_held:
                hold(**who)
            asked.set()
            time.sleep(0.3)
            seen.append(ProviderCall.objects.filter(state="waiting").exists())

        monkeypatch.setattr(orders_erasing.payments, "hold_for_erasure", held)

        def refund():
            asked.wait(5)
            give_back(payment)

        erase = partial(users.erase_person, user_id=order.customer_id, now=now())
        assert not raised(together([erase, refund]))

        assert seen == [not is_held]
        assert ProviderCall.objects.get().state == "waiting"
