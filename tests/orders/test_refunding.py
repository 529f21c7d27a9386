"""Money for goods goes back by line: what was really paid for them, once, and never more."""

from decimal import Decimal
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import IdempotencyKeyReused, NotAllowed
from apps.core.time import now
from apps.fulfilment import services as fulfilment
from apps.notifications.models import Message
from apps.orders import errors, selectors, services
from apps.orders.models import LineRefund, Order, OrderChange, OrderLine
from apps.orders.services import refunding
from apps.payments import selectors as money
from apps.payments import services as payments
from apps.payments.errors import RefundTooLarge
from apps.payments.models import Payment, Refund
from apps.payments.services import StepUp
from apps.users.errors import WrongPassword
from tests.admin.conftest import desk_of
from tests.factories import StaffFactory, placed_order, stocked_variant
from tests.factories.money import started
from tests.fulfilment.state import whole_state
from tests.races import raised, together

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password-of-staff"


def person(role="manager"):
    user = StaffFactory(role=role)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def boss(db):
    return person()


def bring(order, boss):
    for step in (services.confirm_order, fulfilment.start_picking, fulfilment.pack_order,
                 fulfilment.send_out, fulfilment.deliver):  # fmt: skip
        step(order_id=order.pk, actor_id=boss.pk, now=now())
    order.refresh_from_db()
    return order


@pytest.fixture
def order(boss):
    """Three packs of 233.33, delivered and paid in cash."""
    return bring(placed_order(wanted={stocked_variant(20, price="233.33"): 3}), boss)


def read(order_id):
    return Order.objects.get(pk=order_id)


def proven(who, password=PASSWORD):
    return StepUp(actor_id=who.pk, username=who.username, password=password, address="10.0.0.1")


def refund(order, units, who, *, key="", reason="torn", password=PASSWORD):
    if isinstance(units, int):
        units = {order.lines.get().pk: units}
    return services.refund_lines(
        order_id=order.pk, units=units, reason=reason, key=key, staff=proven(who, password),
        now=now(),
    )  # fmt: skip


class TestRefundLines:
    def test_gives_cash_back_and_tells_the_customer(self, order, boss):
        change = refund(order, 1, boss)

        line, payment = order.lines.get(), order.payments.get()
        assert change.amount == -Decimal("233.33")
        assert (line.refunded_quantity, line.refunded) == (1, Decimal("233.33"))
        assert payment.refunded == Decimal("233.33")
        assert (change.actor, change.reason) == (boss, "torn")
        told = Message.objects.get(dedupe_key=f"order-change:{change.pk}")
        assert "233" in told.body["text"]
        card = selectors.order_card(customer_id=order.customer_id, order_id=order.pk)
        assert (card.given_back, card.lines[0].refunded_quantity) == (Decimal("233.33"), 1)
        assert card.is_paid
        assert fulfilment.check_books() == []

    def test_sums_to_what_was_paid_unit_by_unit(self, order, boss):
        OrderLine.objects.update(discount=Decimal("99.98"))
        paid = order.lines.get().to_pay

        amounts = [-refund(order, 1, boss).amount for _ in range(3)]

        assert sum(amounts) == paid
        assert max(amounts) - min(amounts) <= Decimal("0.01")
        with pytest.raises(errors.TooManyUnits):
            refund(order, 1, boss)

    def test_sends_online_money_back_with_a_receipt(self, boss, gateway):
        order = placed_order(payment="yookassa", wanted={stocked_variant(20): 2})
        payment = started(order)
        gateway.pay("pay-1")
        payments.ask(payment_id=payment.pk, now=now())
        for step in (services.confirm_order, fulfilment.start_picking, fulfilment.pack_order):
            step(order_id=order.pk, actor_id=boss.pk, now=now())
        with pytest.raises(errors.NotPaidYet):
            refund(order, 1, boss)
        for payment_id in payments.send_due_calls(now=now()):
            payments.ask_quietly(payment_id=payment_id, now=now())

        refund(order, 1, boss)

        (given,) = Refund.objects.all()
        line = order.lines.get()
        assert given.amount == line.unit_price
        assert given.lines == [
            {"name": line.name_ru, "quantity": 1, "total": str(line.unit_price),
             "is_service": False}
        ]  # fmt: skip
        payments.send_due_calls(now=now())
        assert gateway.facts["pay-1"].refunded == line.unit_price

    def test_is_a_change_of_the_order_for_whoever_asks_what_has_changed(self, order, boss):
        before = order.updated_at

        refund(order, 1, boss)

        assert read(order.pk).updated_at > before

    def test_happens_once_for_one_key(self, order, boss):
        first, again = (refund(order, 1, boss, key="key-of-the-door") for _ in range(2))

        assert first == again
        assert LineRefund.objects.count() == 1
        with pytest.raises(IdempotencyKeyReused):
            refund(order, 2, boss, key="key-of-the-door")

    def test_refuses_and_changes_nothing(self, order, boss):
        line = order.lines.get()
        stranger = placed_order().lines.get()
        before = whole_state(order)
        for units, who, more, refusal in (
            (0, boss, {}, errors.TooManyUnits),
            (4, boss, {}, errors.TooManyUnits),
            ({stranger.pk: 1}, boss, {}, errors.LineForeign),
            ({}, boss, {}, errors.NothingToGiveBack),
            (1, boss, {"reason": " "}, errors.ReasonMissing),
            (1, boss, {"password": "guess"}, WrongPassword),
            (1, person("support"), {}, NotAllowed),
        ):
            with pytest.raises(refusal):
                refund(order, units, who, **more)
        Payment.objects.filter(order=order).update(refunded=Decimal("800.00"))
        with pytest.raises(RefundTooLarge):
            refund(order, 3, boss)
        Payment.objects.filter(order=order).update(refunded=0)

        assert whole_state(order) == before
        assert not OrderChange.objects.exists()
        line.refresh_from_db()
        assert line.refunded == 0

    def test_refuses_an_open_box(self, boss):
        order = placed_order()

        with pytest.raises(errors.OrderMoveRefused):
            refund(order, 1, boss)

    def test_leaves_its_rows_alone_for_ever(self, order, boss):
        refund(order, 1, boss)

        for change in (
            lambda: OrderChange.objects.update(reason="x"),
            lambda: LineRefund.objects.all().delete(),
            lambda: OrderLine.objects.filter(order=order).update(refunded=Decimal("9999")),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()

    def test_is_not_given_twice_by_a_recall(self, order, boss):
        lot = order.lines.get().variant.lots.get()
        recall = fulfilment.recall_lot(
            lot_id=lot.pk, reason="plastic", confirmation=lot.code, actor_id=boss.pk, now=now()
        )
        prepared = recall.refunds.get()
        refund(order, 1, boss)

        (refusal,) = fulfilment.settle_refunds(
            recall_id=recall.pk, refund_ids=[prepared.pk], staff=proven(boss), now=now()
        )

        assert isinstance(refusal, errors.TooManyUnits)
        assert order.payments.get().refunded == Decimal("233.33")


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_gives_no_unit_back_twice(self, boss):
        order = bring(placed_order(wanted={stocked_variant(20): 3}), boss)

        outcomes = together([partial(refund, order, 2, boss)] * 2)

        assert [type(error) for error in raised(outcomes)] == [errors.TooManyUnits]
        assert order.lines.get().refunded_quantity == 2
        assert money.check_books() == []

    def test_would_try_to_without_the_orders_lock(self, boss, monkeypatch):
        """The control: both read the same line, and only the CHECK stops the second."""
        wanted = {stocked_variant(20): 3, stocked_variant(9): 5}
        order = bring(placed_order(wanted=wanted), boss)
        line = order.lines.order_by("pk").first()
        gate = Barrier(2, timeout=20)
        returned = refunding._returned

        def slow(*asked):
            found = returned(*asked)
            gate.wait()
            return found

        monkeypatch.setattr(refunding, "hold_order", lambda order_id, **_: read(order_id))
        monkeypatch.setattr(refunding, "_returned", slow)

        outcomes = together([partial(refund, order, {line.pk: 2}, boss)] * 2)

        assert [type(error) for error in raised(outcomes)] == [IntegrityError]


class TestDoors:
    def test_are_a_button_with_a_form(self, order, boss):
        desk = desk_of(boss)
        url = reverse("admin:orders_order_do", args=(order.pk, "refund-lines"))
        page = desk.get(url)
        line = order.lines.get()
        assert f"units-{line.pk}" in page.content.decode()
        form = page.context["form"]
        told = {"state": page.context["state"], "key": form["key"].value(), "reason": "torn",
                "password": PASSWORD, f"units-{line.pk}": "2"}  # fmt: skip

        for _ in range(2):
            answer = desk.post(url, told, follow=True)

        assert LineRefund.objects.get().units == 2
        assert "torn" in answer.content.decode()

    def test_are_an_endpoint_with_a_key(self, order, boss, signed_in):
        line = order.lines.get()
        body = {"lines": [{"sku": line.sku, "units": 1}], "reason": "torn", "password": PASSWORD}
        path = f"/api/v1/staff/orders/{order.public_id}/refunds/"
        api = signed_in(boss)

        answers = [
            api.post(path, body, headers={"Idempotency-Key": "one-key-for-both"}) for _ in range(2)
        ]

        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        assert answers[0].json()["amount"] == "-233.33"
        assert LineRefund.objects.count() == 1
        assert api.post(path, body).status_code == 400


class TestACancelledOrder:
    @pytest.mark.parametrize(
        ("capture", "said"), [(True, "We are giving you"), (False, "Nothing is taken from you")]
    )
    def test_says_what_becomes_of_the_money(self, boss, gateway, capture, said):
        order = placed_order(payment="yookassa", wanted={stocked_variant(20): 2})
        type(order.customer).objects.update(language="en")
        payment = started(order)
        gateway.pay("pay-1", capture=capture)
        payments.ask(payment_id=payment.pk, now=now())

        services.cancel_order(order_id=order.pk, actor_id=boss.pk, now=now())
        for payment_id in payments.send_due_calls(now=now()):
            payments.ask_quietly(payment_id=payment_id, now=now())

        event = order.events.latest("pk")
        assert said in Message.objects.get(dedupe_key=f"order-event:{event.pk}").body["text"]
        card = Message.objects.filter(card_key=f"order:{order.pk}").latest("pk")
        assert said in card.body["text"]


@given(
    price=st.integers(1, 100_000), bought=st.integers(1, 12), gifts=st.integers(0, 3),
    share=st.integers(0, 100), missing=st.integers(0, 3), data=st.data(),
)  # fmt: skip
def test_any_split_of_units_sums_to_what_was_paid(price, bought, gifts, share, missing, data):
    unit_price = Decimal(price) / 100
    total = unit_price * bought
    quantity = bought + gifts
    line = OrderLine(
        unit_price=unit_price, quantity=quantity, gift_quantity=gifts, total=total,
        discount=(total * share / 100).quantize(Decimal("0.01")),
        picked_quantity=max(0, quantity - missing),
    )  # fmt: skip
    kept = line.to_pay - line.worth_of(quantity - line.there, among=quantity)

    while line.refundable:
        units = data.draw(st.integers(1, line.refundable))
        amount = line.owed_for(units)
        assert amount >= 0
        line.refunded_quantity += units
        line.refunded += amount

    assert line.refunded == kept
