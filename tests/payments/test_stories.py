"""What happens to people who pay: through the API, the bank's own page, and the worker's clock."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from apps.core.time import now
from apps.delivery.models import DeliverySlot
from apps.fulfilment import services as fulfilment
from apps.inventory.models import StockLevel
from apps.notifications.models import Message
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments import services
from apps.payments.models import MoneyEntry, Oddity, Payment, Refund
from tests.factories import (
    AddressFactory,
    SlotFactory,
    StaffFactory,
    fill_cart,
    placed_order,
    stocked_variant,
)

pytestmark = pytest.mark.django_db
ONLINE = ["yookassa", pytest.param("stripe", marks=pytest.mark.deep)]


class Buyer:
    """A customer with a program that speaks the API, and a browser for the bank's page."""

    def __init__(self, customer: Any, client: Any, variant: Any, quantity: int) -> None:
        self._client = client
        fill_cart(customer, {variant: quantity})
        self._body = {
            "method": "delivery", "address": str(AddressFactory(customer=customer).public_id),
            "slot": str(SlotFactory().public_id),
        }  # fmt: skip

    def orders(self, payment: str) -> Order:
        quote = self._post("/api/v1/delivery/quote/", {"method": "delivery"}, status=200)
        body = self._body | {"payment": payment, "expected_total": quote["total"]}
        made = self._post("/api/v1/orders/", body, headers={"Idempotency-Key": "only-once"})
        self.order = Order.objects.get(public_id=made["id"])
        return self.order

    def starts(self, provider: str = "") -> str:
        """Press "pay", and return the page of the bank."""
        told = {"provider": provider} if provider else {}
        url: str = self._post(self._url("payments/"), told)["confirmation_url"]
        return url

    def looks(self) -> dict[str, Any]:
        """Come back to the shop, which asks the bank."""
        return self._post(self._url("payments/check/"), {}, status=200)

    def sees(self) -> dict[str, Any]:
        answer: dict[str, Any] = self._client.get(self._url()).json()
        return answer

    def _url(self, rest: str = "") -> str:
        return f"/api/v1/orders/{self.order.public_id}/{rest}"

    def _post(self, url: str, body: Any, *, status: int = 201, **more: Any) -> Any:
        answer = self._client.post(url, body, **more)
        assert answer.status_code == status, answer.content
        return answer.json()


def press(page: str, button: str) -> None:
    """Press a button of the bank's page; it leads back to the shop."""
    shown = httpx.get(page, headers={"Accept-Language": "en"}).text
    action = re.search(rf'action="([^"]+/{button})"', shown)
    assert action is not None, shown
    answer = httpx.post(str(httpx.URL(page).join(action[1])))
    assert answer.status_code == 303
    assert "/app/orders/" in answer.headers["location"]


def work(moment: datetime | None = None) -> None:
    """Do what beat tells the worker to, at a moment."""
    moment = moment or now()
    orders.expire_holds(now=moment)
    services.ask_due(now=moment)
    for payment_id in services.send_due_calls(now=moment):
        services.ask_quietly(payment_id=payment_id, now=moment)


def expire(order: Order) -> datetime:
    """Let the hold run out; return the moment."""
    order.refresh_from_db()
    assert order.hold_expires_at is not None
    work(order.hold_expires_at)
    return order.hold_expires_at


def held(variant: Any, order: Order) -> tuple[int, int]:
    """Return the units and the places in the window that are held."""
    level = StockLevel.objects.get(variant=variant)
    return level.reserved, DeliverySlot.objects.get(pk=order.slot_id).booked_orders


def at_bank(bank: Any) -> list[tuple[str, str]]:
    """Return how the bank sees this test's payments."""
    ours = set(Payment.objects.values_list("provider_payment_id", flat=True))
    return sorted((p["status"], p["refunded"]) for p in bank.payments() if p["id"] in ours)


@pytest.fixture
def variant(db):
    return stocked_variant(10)


@pytest.fixture
def buyer(bank, customer, customer_api, variant):
    return Buyer(customer, customer_api, variant, 3)


@pytest.fixture(autouse=True)
def clean_books():
    """Whatever happens to people, the books agree afterwards."""
    yield
    assert fulfilment.check_books() == []


@pytest.mark.parametrize("provider", ONLINE)
class TestDeclined:
    def test_can_pay_again(self, buyer, bank, variant, provider):
        order = buyer.orders(provider)
        first = buyer.starts()
        assert buyer.sees()["is_declined"] is False
        press(first, "decline")

        seen = buyer.looks()
        assert (seen["status"], seen["is_declined"]) == ("awaiting_payment", True)
        second = buyer.starts()
        assert buyer.sees()["is_declined"] is False
        press(second, "pay")

        assert first != second
        assert buyer.looks()["status"] == "placed"
        assert at_bank(bank) == [("canceled", "0.00"), ("waiting_for_capture", "0.00")]
        assert held(variant, order) == (3, 1)


class TestCancels:
    def test_is_told_what_comes_back(self, buyer, bank):
        order = buyer.orders("yookassa")
        assert buyer.sees()["coming_back"] is None
        press(buyer.starts(), "pay")
        buyer.looks()

        orders.cancel_own_order(customer_id=order.customer_id, order_id=order.public_id, now=now())

        # The bank had set it aside, and takes nothing.
        assert buyer.sees()["coming_back"] == "0.00"


@pytest.mark.parametrize("provider", ONLINE)
class TestWalksAway:
    def test_gives_everything_back_when_the_time_is_over(self, buyer, bank, variant, provider):
        order = buyer.orders(provider)
        buyer.starts()
        assert held(variant, order) == (3, 1)

        expire(order)

        assert buyer.sees()["status"] == "expired"
        assert held(variant, order) == (0, 0)
        assert not MoneyEntry.objects.exists()

    def test_may_have_paid_without_coming_back(self, buyer, bank, variant, provider):
        """No event, nobody looks: the clock asks, at the latest when the hold runs out."""
        order = buyer.orders(provider)
        press(buyer.starts(), "pay")

        expire(order)

        assert buyer.sees()["status"] == "placed"
        assert held(variant, order) == (3, 1)


class TestPaysLate:
    """Only YooKassa's page stays open: Stripe's is closed with the hold."""

    def test_gets_the_goods_if_they_are_there(self, buyer, bank, variant):
        order = buyer.orders("yookassa")
        page = buyer.starts()
        moment = expire(order)
        press(page, "pay")

        work(moment + timedelta(minutes=6))

        assert buyer.sees()["status"] == "placed"
        assert held(variant, order) == (3, 1)
        assert at_bank(bank) == [("waiting_for_capture", "0.00")]

    def test_gets_the_money_back_if_they_are_gone(self, buyer, bank, variant):
        order = buyer.orders("yookassa")
        page = buyer.starts()
        moment = expire(order)
        placed_order(wanted={variant: 8})
        press(page, "pay")

        work(moment + timedelta(minutes=6))

        assert buyer.sees()["status"] == "expired"
        assert held(variant, order) == (8, 0)
        assert at_bank(bank) == [("canceled", "0.00")]
        payment = Payment.objects.get(order=order)
        assert Message.objects.filter(dedupe_key=f"payment-back:{payment.pk}").count() == 1

    def test_finds_the_page_of_stripe_closed(self, buyer, bank):
        order = buyer.orders("stripe")
        page = buyer.starts()
        expire(order)

        assert "This payment is over." in httpx.get(page, headers={"Accept-Language": "en"}).text
        assert at_bank(bank) == [("canceled", "0.00")]


class TestPaysTwice:
    def test_pays_once(self, buyer, bank, variant):
        """On two pages, of two providers; the second one is let go."""
        order = buyer.orders("yookassa")
        pages = [buyer.starts(), buyer.starts("stripe")]
        for page in pages:
            press(page, "pay")

        buyer.looks()
        work(now() + timedelta(seconds=30))
        work(now() + timedelta(seconds=60))

        assert buyer.sees()["status"] == "placed"
        assert at_bank(bank) == [("canceled", "0.00"), ("waiting_for_capture", "0.00")]
        assert held(variant, order) == (3, 1)
        assert order.events.filter(to_status="placed").count() == 1


@pytest.mark.parametrize("provider", ONLINE)
class TestPartialRefund:
    def test_is_exact_at_the_bank_and_in_the_books(self, buyer, bank, provider):
        order = buyer.orders(provider)
        press(buyer.starts(), "pay")
        buyer.looks()
        staff = StaffFactory(role="manager")
        for step in (orders.confirm_order, fulfilment.start_picking, fulfilment.pack_order):
            step(order_id=order.pk, actor_id=staff.pk, now=now())
        work()
        payment = Payment.objects.get()
        for part in ("99.99", "0.01"):
            services.request_refund(
                payment_id=payment.pk, amount=Decimal(part), reason="spoiled", actor_id=staff.pk,
                now=now(),
            )  # fmt: skip

        bank.plan(calls=[["refund", "cut"], ["refund", "fail"]])
        work()
        work(now() + timedelta(minutes=1))

        payment.refresh_from_db()
        assert at_bank(bank) == [("succeeded", "100.00")]
        assert (payment.captured, payment.refunding) == (order.total, 0)
        assert payment.refunded == Decimal("100.00")
        assert set(Refund.objects.values_list("state", flat=True)) == {"done"}
        assert not Oddity.objects.exists()
