"""Orders beside their money: what must be found wrong, and what explains itself."""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.core.time import now
from apps.fulfilment import services as fulfilment
from apps.orders import services
from apps.orders.dto import OrderStatus
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.dto import OddityKind, PaymentState
from apps.payments.models import MoneyEntry, Payment
from tests.factories import StaffFactory, placed_order
from tests.factories.money import started

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(gateway):
    """An order that was paid online and brought to the door."""
    order = placed_order(payment="yookassa")
    payment = started(order)
    gateway.pay("pay-1")
    payments.ask(payment_id=payment.pk, now=now())
    staff = StaffFactory(role="manager")
    for step in (
        services.confirm_order, fulfilment.start_picking, fulfilment.pack_order,
        fulfilment.send_out, fulfilment.deliver,
    ):  # fmt: skip
        step(order_id=order.pk, actor_id=staff.pk, now=now())
    for payment_id in payments.send_due_calls(now=now()):
        payments.ask(payment_id=payment_id, now=now())
    return Order.objects.get()


def found() -> list[tuple[str, str]]:
    return [(wrong.counter, wrong.found) for wrong in services.check_money()]


class TestCheckMoney:
    def test_agrees_where_what_it_costs_was_kept(self, sold):
        assert found() == []

    def test_finds_an_order_that_was_handed_over_unpaid(self, sold):
        Payment.objects.update(captured=0)

        assert found() == [("money kept", "0.00")]
        assert [wrong.subject for wrong in fulfilment.check_books()] == [
            f"payment {Payment.objects.get().pk}", f"order {sold.number}"
        ]  # fmt: skip

    def test_lets_staff_give_a_part_back(self, sold):
        clerk = StaffFactory(role="manager")
        payment = Payment.objects.get()
        payments.request_refund(
            payment_id=payment.pk, amount=Decimal("10.00"), reason="sorry", actor_id=clerk.pk,
            now=now(),
        )  # fmt: skip
        for payment_id in payments.send_due_calls(now=now()):
            payments.ask(payment_id=payment_id, now=now())

        assert (found(), MoneyEntry.objects.count()) == ([], 2)

    def test_waits_for_what_is_on_its_way_and_for_what_is_asked(self, sold):
        payment = Payment.objects.get()
        payments.put_question(
            kind=OddityKind.FOREIGN_REFUND, key="x", provider="yookassa", payment=payment
        )
        Payment.objects.update(captured=0)

        assert found() == []

    def test_finds_money_kept_for_nothing(self, sold):
        Order.objects.update(status=OrderStatus.RETURNED)

        assert found() == [("money kept", str(sold.total))]

    def test_finds_money_set_aside_for_nothing(self, gateway):
        payment = started(placed_order(payment="yookassa"))
        Order.objects.update(status=OrderStatus.EXPIRED)
        Payment.objects.update(state=PaymentState.AUTHORIZED, updated_at=now())
        assert found() == []

        Payment.objects.filter(pk=payment.pk).update(updated_at=now() - timedelta(hours=1))

        assert found() == [("money set aside", "held")]

    def test_finds_an_order_that_nobody_pays(self, gateway):
        placed_order(payment="yookassa")
        Order.objects.update(status=OrderStatus.PLACED)

        assert found() == [("paid", "unpaid")]

    def test_finds_goods_held_for_too_long(self, gateway):
        placed_order(payment="yookassa")
        assert found() == []

        Order.objects.update(hold_expires_at=now() - timedelta(hours=2))

        assert [counter for counter, _ in found()] == ["hold"]
