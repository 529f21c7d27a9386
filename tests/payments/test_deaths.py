"""A process that dies at a named place, played in one: the next one finds all there is to do."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from apps.core import failpoints
from apps.core.time import now
from apps.fulfilment import services as fulfilment
from apps.orders.dto import OrderStatus
from apps.orders.models import Order
from apps.payments import services
from apps.payments.dto import Notice, RefundState
from apps.payments.models import MoneyEntry, Payment, ProviderEvent, Refund
from tests.factories import placed_order
from tests.factories.money import started

_ROOT = Path(__file__).resolve().parents[2]
PART = Decimal("100.00")

IN_EVENTS = (
    "payments.before_event", "payments.after_fetch", "orders.before_commit",
    "payments.after_settle",
)  # fmt: skip
IN_CALLS = ("payments.before_call", "payments.after_call")
IN_WEB = ("payments.event_kept", "payments.after_create")


class Death(BaseException):
    """The process is no more."""


@contextmanager
def dying_at(point: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this process "die" at a place: whatever it had not committed is gone."""

    def kill(pid: int, number: int) -> None:
        assert number == signal.SIGKILL
        raise Death

    with monkeypatch.context() as patch:
        environment = {"FROZENFOOD_DIE_AT": point}
        told = SimpleNamespace(environ=environment, getpid=os.getpid, kill=kill)
        patch.setattr(failpoints, "os", told)
        with pytest.raises(Death):
            yield


def work(moment: datetime) -> None:
    """Do what the worker is told to by beat."""
    services.look_into_events(now=moment)
    for payment_id in services.send_due_calls(now=moment):
        services.ask_quietly(payment_id=payment_id, now=moment)
    services.ask_due(now=moment)


@pytest.mark.django_db
class TestDies:
    """In one process and by the shop's own clock: every place, in the suite."""

    @pytest.fixture
    def payment(self, gateway):
        payment = started(placed_order(payment="yookassa"))
        gateway.pay("pay-1", capture=True)
        return payment

    @pytest.mark.parametrize("point", IN_EVENTS)
    def test_while_an_event_is_looked_into(self, payment, monkeypatch, point):
        moment = now()
        services.keep_event(
            provider="yookassa", notice=Notice("e", "paid", "pay-1", {}), now=moment
        )
        with dying_at(point, monkeypatch):
            work(moment)

        work(moment + timedelta(seconds=50))

        assert Order.objects.get().status == OrderStatus.PLACED
        assert MoneyEntry.objects.get().amount == payment.amount
        assert ProviderEvent.objects.get().done_at is not None
        assert fulfilment.check_books() == []

    @pytest.mark.parametrize("point", IN_EVENTS[1:])
    def test_while_the_clock_asks(self, payment, monkeypatch, point):
        """Nobody told us, and the pauses had grown long already."""
        moment = now()
        Payment.objects.update(next_check_at=moment, checks=9)
        with dying_at(point, monkeypatch):
            work(moment)

        work(moment + timedelta(seconds=50))

        assert Order.objects.get().status == OrderStatus.PLACED
        assert MoneyEntry.objects.get().amount == payment.amount
        assert fulfilment.check_books() == []

    @pytest.mark.parametrize("point", [*IN_CALLS, *IN_EVENTS[1:]])
    def test_while_money_is_given_back(self, payment, gateway, monkeypatch, point):
        moment = now()
        services.ask(payment_id=payment.pk, now=moment)
        services.request_refund(payment_id=payment.pk, amount=PART, reason="part", now=moment)
        with dying_at(point, monkeypatch):
            work(moment)

        work(moment + timedelta(seconds=50))

        payment.refresh_from_db()
        assert gateway.facts["pay-1"].refunded == PART
        assert (payment.refunding, payment.refunded) == (0, PART)
        assert Refund.objects.get().state == RefundState.DONE
        assert fulfilment.check_books() == []

    def test_while_a_payment_is_begun(self, gateway, monkeypatch):
        order = placed_order(payment="yookassa")
        with dying_at("payments.after_create", monkeypatch):
            started(order)

        again = started(order)

        assert list(gateway.facts) == [again.provider_payment_id]

    def test_while_an_event_is_kept(self, payment, monkeypatch):
        """It was never acknowledged: the provider comes again."""
        notice = Notice("e", "paid", "pay-1", {})
        with dying_at("payments.event_kept", monkeypatch):
            services.keep_event(provider="yookassa", notice=notice, now=now())
        assert not ProviderEvent.objects.exists()

        assert services.keep_event(provider="yookassa", notice=notice, now=now())

    def test_at_every_place_that_has_a_name(self):
        source = "".join(path.read_text() for path in (_ROOT / "apps").rglob("*.py"))

        named = set(re.findall(r'\breach\("([\w.]+)"\)', source))

        # Those of broadcasts are died at in tests/marketing/test_broadcast_faults.py, those of
        # webhooks in tests/integrations/test_delivering.py.
        money = {name for name in named if not name.startswith(("broadcast.", "integrations."))}
        assert money == {*IN_EVENTS, *IN_CALLS, *IN_WEB}
