"""Losses of promised goods reach their orders, and the audit reaches everything."""

import re
from io import StringIO

import pytest
from django.core.management import call_command

from apps.core.time import now as present
from apps.delivery.models import DeliverySlot
from apps.fulfilment import services, tasks
from apps.inventory import selectors
from apps.inventory import services as inventory
from apps.inventory.models import Reservation, StockLevel
from apps.orders.models import Order
from apps.payments.models import Payment
from frozenfood import celery_app
from tests.factories import placed_order, stocked_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant(db):
    return stocked_variant(10)


@pytest.fixture
def order(variant):
    return placed_order(wanted={variant: 4})


@pytest.fixture
def at_once():
    """Run queued jobs here and now, as a worker would."""
    celery_app.conf.task_always_eager = True
    yield
    celery_app.conf.task_always_eager = False


def lose(variant, quantity):
    lot = variant.lots.get()
    inventory.write_off(lot_id=lot.pk, quantity=quantity, reason="thawed", actor_id=None)


class TestReportShortages:
    def test_asks_for_a_person_at_the_order_that_lost_goods(self, order, variant):
        lose(variant, 8)

        assert services.report_shortages(now=present()) == 1

        order.refresh_from_db()
        assert f"{variant.product.name_ru} × 2" in order.attention
        assert not Reservation.objects.filter(unreported__gt=0).exists()

    def test_does_nothing_twice(self, order, variant):
        lose(variant, 8)
        services.report_shortages(now=present())
        Order.objects.update(attention="")

        assert services.report_shortages(now=present()) == 0

        order.refresh_from_db()
        assert order.attention == ""

    def test_leaves_orders_that_lost_nothing(self, order, variant):
        lose(variant, 6)

        assert services.report_shortages(now=present()) == 0

        order.refresh_from_db()
        assert order.attention == ""

    def test_follows_a_loss_by_itself(
        self, order, variant, at_once, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            lose(variant, 8)

        order.refresh_from_db()
        assert order.attention

    def test_keeps_a_loss_that_came_meanwhile_for_the_next_time(self, order, variant):
        lose(variant, 7)
        (line,) = selectors.short_lines()
        lose(variant, 1)

        assert not inventory.mark_reported(line=line)
        assert [left.missing for left in selectors.short_lines()] == [2]


class TestCheckBooks:
    def test_agree_after_an_order(self, order):
        assert services.check_books() == []

    def test_name_what_lies_and_end_with_1(self, order, variant, caplog):
        StockLevel.objects.update(reserved=5)
        DeliverySlot.objects.update(booked_orders=2)
        Payment.objects.update(captured=1)
        out = StringIO()

        with pytest.raises(SystemExit) as end:
            call_command("check_books", stdout=out)

        assert end.value.code == 1
        table = out.getvalue()
        assert re.search(rf"^{variant.sku} +reserved +5 +4$", table, re.MULTILINE)
        assert re.search(r"^slot \d+ +orders booked +2 +1$", table, re.MULTILINE)
        assert re.search(r"^payment \d+ +captured +1\.00 +0", table, re.MULTILINE)
        assert "The books disagree" in caplog.text

    def test_say_so_when_they_agree(self, order):
        out = StringIO()

        call_command("check_books", stdout=out)

        assert out.getvalue() == "The books agree.\n"

    def test_are_audited_by_the_worker(self, order, caplog):
        StockLevel.objects.update(reserved=5)

        tasks.check_books()

        assert "The books disagree" in caplog.text
